"""What the terminal says of the alarm that a danger in somebody's words has raised."""

from __future__ import annotations

from bot.dialogue.understanding import critical_of
from escalation.policy.model import Policy

_SENTENCES = {
    "raised": "Ticket {ticket} is {urgency}, because what was written tells of a danger; those on duty were told.",
    "kept": (
        "What was written tells of a danger, and those on duty were told; a person has set the urgency of ticket "
        "{ticket}, which stays. If there is a danger: `jiedai tickets grade {ticket} {urgency} --as LOGIN`."
    ),
    "asked": (
        "What was written may tell of a danger; nobody was told, and the urgency of ticket {ticket} is unchanged. If "
        "there is one now: `jiedai tickets danger {ticket} --as LOGIN`, which makes it {urgency} and tells those on "
        "duty."
    ),
    "asked_finished": (
        "What was written may tell of a danger; ticket {ticket} stays finished, and nobody was told. If there is one "
        "now: `jiedai tickets danger {ticket} --as LOGIN`, which reopens it as {urgency} and tells those on duty."
    ),
}


def with_alarm(policy: Policy, done: str, ticket_id: int, alarm: str) -> str:
    """Return what was done, and after it the sentence for the alarm, if there was one."""
    if alarm not in _SENTENCES:
        return done
    return f"{done}\n{_SENTENCES[alarm].format(ticket=ticket_id, urgency=critical_of(policy))}"
