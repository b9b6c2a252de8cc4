"""Staff take back what was done a moment ago, and reopen what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.customer import locked_ticket
from bot.dialogue.satisfaction import JUST_SOLVED
from bot.rules import Rules
from bot.transcript import conversations
from bot.transcript.conversations import Conversation
from escalation.staff import Staff
from escalation.tickets import holding, opening, undoing
from escalation.tickets.events import Event
from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class ReopenTicket:
    """Reopen an ended ticket, however long ago it ended; `hold`: and take it."""

    hold: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the latest thing that was done to the ticket, within the policy's `undo_within`."""


def reopen(
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket_id: int,
    conversation: Conversation,
    action: ReopenTicket,
    now: datetime,
) -> Sequence[Event]:
    """Reopen a ticket: its milestones are owed anew; what its customer writes is about it again.

    The conversation must be locked. Raises `Refused` ("not_finished", or as `holding.claim`).
    """
    event = opening.reopen(db, rules.policy, ticket_id, now, by=who.id)
    _lead_back(db, conversation, event.ticket, now)
    return [event, holding.claim(db, ticket_id, who, now)] if action.hold else [event]


def undo(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, conversation: Conversation, now: datetime
) -> Sequence[Event]:
    """Take back the latest thing done; of a resolution its customer then hears nothing.

    The conversation must be locked. Raises `Refused` as `undoing.undo`.
    """
    event = undoing.undo(db, rules.policy, ticket_id, who, now)
    if event.kind == "resolved" and conversation.awaiting == JUST_SOLVED and conversation.ticket_id == ticket_id:
        conversations.save_conversation(db, replace(conversation, awaiting=None, follow_up_at=None), now)
    return [event]


def _lead_back(db: Connection, conversation: Conversation, ticket: Ticket, now: datetime) -> None:
    current = locked_ticket(db, conversation)
    if current is None or current.id == ticket.id or not current.is_open:
        known = replace(conversation, ticket_id=ticket.id, awaiting=None, follow_up_at=None)
        conversations.save_conversation(db, known, now)
