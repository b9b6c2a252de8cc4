"""Internal notes on tickets, which no customer sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.agents.reply import Written
from bot.transcript import channel_message_ids
from escalation.staff import Staff
from escalation.tickets import facts


@dataclass(frozen=True, slots=True)
class Note:
    """Add an internal note."""

    text: str
    written: Written | None = None


def add(db: Connection, who: Staff, ticket_id: int, note: Note, now: datetime) -> None:
    """Add the note; raises Refused as `facts.add_note`."""
    number = facts.add_note(db, ticket_id, who, note.text, now)
    if note.written is not None:
        channel_message_ids.remember_id(db, note.written.chat, note.written.number, note_id=number)
