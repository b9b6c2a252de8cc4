"""What targets and improvements refuse, and the sentence at the terminal for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from escalation.refusals import EscalationRefusal

ImprovementFault = Literal[
    "may_not",
    "unknown_indicator",
    "bad_amount",
    "unchanged_goal",
    "wrong_way",
    "no_day",
    "day_past",
    "day_order",
    "unknown_tier",
    "unknown_queue",
    "not_by_queue",
    "no_owner",
    "owner_left",
    "bad_weight",
    "no_such_target",
    "target_ended",
    "announced",
    "not_announced",
    "changed_meanwhile",
    "no_finding",
    "no_cause",
    "unknown_cause",
    "no_measure",
    "no_person",
    "person_left",
    "no_such_improvement",
    "closed",
    "no_words",
    "too_long",
    "not_yours",
]

SENTENCES: Mapping[ImprovementFault, str] = {
    "may_not": "Only managers, administrators and leads of the queue (without a queue: of all) may do this.",
    "unknown_indicator": 'There is no indicator "{indicator}" for targets; docs/improvement.md lists them.',
    "bad_amount": '"{amount}" is no value of {label}; write it as {example}.',
    "unchanged_goal": "The goal must differ from the start; both are {amount}.",
    "wrong_way": "{label} gets better by going {way}; a goal of {goal} would be worse than the start of {start}.",
    "no_day": "Give the day by which the goal is reached, such as 2027-03-31.",
    "day_past": "The day by which it is reached is past ({day}); choose a later one.",
    "day_order": "The day by which it is reached ({day}) must come after the day from which it counts ({start}).",
    "unknown_tier": 'The policy has no tier "{tier}".',
    "unknown_queue": 'The policy has no queue "{queue}".',
    "not_by_queue": "{label} cannot be told by tier or queue; leave them out.",
    "no_owner": "Say who answers for the target.",
    "owner_left": "This person can no longer sign in; choose somebody else.",
    "bad_weight": "Impact and difficulty are whole numbers from 1 to 5.",
    "no_such_target": "There is no such target; `jiedai targets list` shows those there are.",
    "target_ended": "This target was ended already.",
    "announced": "This target was announced already.",
    "not_announced": "This target has not been announced yet.",
    "changed_meanwhile": "Somebody else changed this meanwhile; look at what stands there now, then change it again.",
    "no_finding": "Say what was found.",
    "no_cause": "Say in words why it is so.",
    "unknown_cause": "The cause is one of process, people, resources, communication.",
    "no_measure": "Say what is to be done.",
    "no_person": "Say who does it.",
    "person_left": "This person can no longer sign in; choose somebody else.",
    "no_such_improvement": "There is no such improvement; `jiedai improvements list` shows those there are.",
    "closed": "This improvement was closed on {day}; what comes after belongs to another one.",
    "no_words": "Say it in words; the text is empty.",
    "too_long": "A text is too long; it may have {most} characters.",
    "not_yours": "Only who does it or who steers improvements writes its progress.",
}


class ImprovementRefused(EscalationRefusal):
    """Something that is not allowed; the text is a whole sentence, `code` and `values` say it elsewhere."""

    def __init__(self, code: ImprovementFault, **values: object) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.code, self.values = code, values
