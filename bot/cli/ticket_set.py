"""`jiedai tickets set|reopen|danger|undo`: what a person sets right on a ticket, opens again, or takes back."""

from __future__ import annotations

from typing import Annotated

from bot.agents.corrections import Correct
from bot.agents.danger_alarm import ConfirmDanger
from bot.agents.taking_back import ReopenTicket, Undo
from bot.app import NotReady
from bot.cli.command import ActingAs, argument
from bot.cli.errors import MOVES
from bot.cli.output import Result
from bot.cli.session import ForWords, WithoutKnowledge
from bot.cli.tickets import Number, Reason, carry_out
from escalation.tickets.correcting import Correction

NONE = "none"  # in place of a topic, a gravity or an interruption


def put(
    service: ForWords,
    number: Number,
    acting: ActingAs,
    title: Annotated[str | None, argument("--title", metavar="TEXT", help="what it is about")] = None,
    topic: Annotated[str | None, argument("--topic", metavar="T", help="a topic of the policy, or none")] = None,
    urgency: Annotated[str | None, argument("--urgency", metavar="U", help="an urgency of the policy")] = None,
    complaint: Annotated[str | None, argument("--complaint", choices=("yes", "no"), help="whether it is one")] = None,
    gravity: Annotated[str | None, argument("--gravity", metavar="G", help="major, complex or none")] = None,
    incident: Annotated[str | None, argument("--incident", metavar="N", help="an interruption, or none")] = None,
    reason: Reason = "",
) -> Result:
    """Set what is named; the bot changes none of it again. Raises NotReady for what cannot be set."""
    wish = Correction(
        subject=title,
        topic=_or_none(topic),
        urgency=urgency,
        complaint=None if complaint is None else complaint == "yes",
        gravity=_or_none(gravity),
        reason=reason,
    )
    return carry_out(service, number, acting, Correct(wish, _number(incident)))


def reopen(
    service: WithoutKnowledge,
    number: Number,
    acting: ActingAs,
    hold: Annotated[bool, argument("--hold", help="take it at once")] = False,
) -> Result:
    """Reopen an ended ticket: its milestones are owed anew."""
    return carry_out(service, number, acting, ReopenTicket(hold))


def danger(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Say that there is a danger now: the ticket gets the highest urgency, and is reopened if it has ended."""
    return carry_out(service, number, acting, ConfirmDanger())


def undo(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Take back what was done to the ticket a moment ago."""
    return carry_out(service, number, acting, Undo())


def _or_none(given: str | None) -> str | None:
    return "" if given == NONE else given


def _number(given: str | None) -> int | None:
    if given is None or given == NONE:
        return None if given is None else 0
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotReady(MOVES["unknown_incident"])
    return int(given)
