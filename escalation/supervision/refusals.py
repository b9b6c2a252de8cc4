"""What supervision refuses, and the sentence at the terminal for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from escalation.refusals import EscalationRefusal

SupervisionFault = Literal[
    "no_section",
    "not_inspector",
    "may_not_draw",
    "bad_count",
    "bad_period",
    "nothing_ended",
    "nothing_left",
    "no_such_record",
    "not_drawn",
    "own_ticket",
    "closed_to_you",
    "scored_by_you",
    "scored_by_other",
    "unknown_item",
    "bad_answer",
    "unanswered",
    "nothing_applies",
    "too_long",
    "not_scored",
    "not_your_score",
    "objected",
    "objection_late",
    "no_words",
    "no_objection",
    "answered",
    "own_score",
    "may_not_answer",
    "no_outcome",
    "unchanged",
    "may_not_rectify",
    "no_person",
    "person_left",
    "person_unfit",
    "no_measure",
    "no_day",
    "day_past",
    "no_such_rectification",
    "not_your_rectification",
    "rectified",
]

SENTENCES: Mapping[SupervisionFault, str] = {
    "no_section": "The policy has no section `supervision`, so that nothing is drawn; add one (docs/supervision.md).",
    "not_inspector": '"{login}" is no inspector; `jiedai staff set` gives the role.',
    "may_not_draw": "Only inspectors and managers draw records.",
    "bad_count": "The number of tickets to draw must be from 1 to {most}; found {count}.",
    "bad_period": "The period must end after it begins.",
    "nothing_ended": "No ticket that an agent held ended in this period; choose another with --days.",
    "nothing_left": "Every ticket that ended in this period is scored, was drawn for them or is not theirs to inspect.",
    "no_such_record": "There is no such drawn record; `jiedai inspections list` shows those there are.",
    "not_drawn": "Ticket {ticket} was not drawn for them, so that they cannot score it.",
    "own_ticket": "They had a hand in ticket {ticket} themselves, so that somebody else inspects it.",
    "closed_to_you": "Ticket {ticket} is closed to them, so that they cannot score it.",
    "scored_by_you": "Ticket {ticket} was scored by them already; a score is submitted once.",
    "scored_by_other": "Ticket {ticket} was scored by {name} already; theirs is the score that counts.",
    "unknown_item": 'The checklist of this draw has no item "{item}"; it has {items}.',
    "bad_answer": 'The answer to "{item}" must be {answers}; found "{answer}".',
    "unanswered": 'Every item must be answered; "{item}" is not.',
    "nothing_applies": "At least one item must apply; a record to which none does has no score.",
    "too_long": "A text is too long; it may have {most} characters.",
    "not_scored": "The record of ticket {ticket} has not been scored yet.",
    "not_your_score": "This is the score of somebody else's work, to which they cannot object.",
    "objected": "They have objected to this score already; that is done once.",
    "objection_late": "The time to object ended at {until}.",
    "no_words": "Say it in words; the text is empty.",
    "no_objection": "Nobody has objected to this score.",
    "answered": "The objection was answered by {name} already.",
    "own_score": "They scored this record or it is their own work; somebody else answers the objection.",
    "may_not_answer": "Only a lead of the queue, a manager or an administrator answers an objection.",
    "no_outcome": "Say whether the objection is upheld or explained.",
    "unchanged": "An objection that is upheld changes at least one answer; change one, or explain the score.",
    "may_not_rectify": "Only who scored the record, a lead of the queue or a manager asks for a rectification.",
    "no_person": "Say who is to put it right.",
    "person_left": "This person can no longer sign in; choose somebody else.",
    "person_unfit": "This person may not see the ticket, so that they cannot put it right; choose somebody else.",
    "no_measure": "Say what is to be done.",
    "no_day": "Give the day by which it is done, such as 2026-12-01.",
    "day_past": "The day by which it is done must not be past.",
    "no_such_rectification": "There is no such rectification.",
    "not_your_rectification": "Only who is to put it right, a lead of the queue or a manager says that it is done.",
    "rectified": "It was marked as done already.",
}


class SupervisionRefused(EscalationRefusal):
    """Something that supervision does not allow; the text is a whole sentence, `code` and `values` say it elsewhere."""

    def __init__(self, code: SupervisionFault, **values: object) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.code, self.values = code, values
