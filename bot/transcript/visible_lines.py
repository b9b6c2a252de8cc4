"""Which lines of a conversation a member of staff may see: those of tickets they may see; others are only counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, or_, select

from bot.transcript.message_store import Message
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import visible_to
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets

MOST = 1_000  # tickets of one conversation


@dataclass(frozen=True, slots=True)
class HiddenLines:
    """Lines one after the other that belong to tickets this person may not see: when the first came, and how many."""

    at: datetime
    count: int


def tickets_in_sight(db: Connection, who: Staff, conversation_id: int) -> frozenset[int]:
    """Return the ids of the conversation's tickets, and of those they went on in, that this person may see."""
    went_on = select(tickets.c.merged_into).where(tickets.c.conversation_id == conversation_id)
    here = or_(tickets.c.conversation_id == conversation_id, tickets.c.id.in_(went_on))
    mine = (here, visible_to(who))
    return frozenset(each.id for each in ticket_store.find_tickets(db, *mine, limit=MOST))


def is_in_sight(line: Message, ticket: Ticket, in_sight: frozenset[int]) -> bool:
    """Whether a line may be shown on the page of this ticket to a person with these tickets in sight.

    What was said to the bot outside of any ticket is shown with tickets it came before, not with one that had ended.
    """
    if line.ticket_id is not None:
        return line.ticket_id in in_sight
    ended = ticket.closed_at or ticket.ended_at
    return ended is None or line.at <= ended


def split_lines(
    lines: Sequence[Message], ticket: Ticket, in_sight: frozenset[int]
) -> tuple[list[Message], list[HiddenLines]]:
    """Return the lines that may be shown, and what stands for the others; both oldest first."""
    shown = [line for line in lines if is_in_sight(line, ticket, in_sight)]
    return shown, list(_hidden(lines, ticket, in_sight))


def _hidden(lines: Sequence[Message], ticket: Ticket, in_sight: frozenset[int]) -> Iterator[HiddenLines]:
    for may_be_shown, run in groupby(lines, key=lambda line: is_in_sight(line, ticket, in_sight)):
        if not may_be_shown:
            first = next(run)
            yield HiddenLines(first.at, 1 + sum(1 for _ in run))
