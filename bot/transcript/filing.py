"""Which ticket the lines of the transcript belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from bot.transcript.conversations import conversations, name_of_conversation
from bot.transcript.message_store import messages
from escalation.tickets.changes import note, note_line
from escalation.tickets.ticket_store import tickets

_ENDED = select(func.coalesce(tickets.c.resolved_at, tickets.c.withdrawn_at, tickets.c.closed_at)).where(
    tickets.c.id == messages.c.ticket_id
)
_TO_FILE = and_(
    messages.c.conversation_id == bindparam("conversation"),
    messages.c.at >= bindparam("since"),
    or_(messages.c.ticket_id.is_(None), messages.c.at > _ENDED.scalar_subquery()),
)
_FORMER = select(messages.c.ticket_id).where(_TO_FILE, messages.c.ticket_id.is_not(None)).distinct()
_FILED = update(messages).where(_TO_FILE).values(ticket_id=bindparam("filed_under"))


def file_under_ticket(db: Connection, conversation_id: int, ticket_id: int, since: datetime) -> None:
    """Assign a conversation's messages from `since` on to this ticket.

    Those of another ticket only if they were written after its end: what was said about it while it was open stays.
    """
    note(db, name_of_conversation(conversation_id))
    values = {"conversation": conversation_id, "since": since}
    for former in db.scalars(_FORMER, values):
        note_line(db, former)
    note_line(db, ticket_id)
    db.execute(_FILED, values | {"filed_under": ticket_id})


def hand_on_ticket(db: Connection, from_id: int, into_id: int) -> None:
    """Assign all lines of a ticket to the one in which it goes on, which becomes the current one of its conversations.

    These must be locked.
    """
    lines = select(messages.c.conversation_id).where(messages.c.ticket_id == from_id).distinct()
    for conversation in db.scalars(lines).all():
        note(db, name_of_conversation(conversation))
    note_line(db, from_id)
    note_line(db, into_id)
    db.execute(update(messages).where(messages.c.ticket_id == from_id).values(ticket_id=into_id))
    db.execute(update(conversations).where(conversations.c.ticket_id == from_id).values(ticket_id=into_id))
