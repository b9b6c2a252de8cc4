"""Edits of messages already sent, by customers and by staff: every version is kept and shown to staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Table, func, insert, select, update

from bot.storage.tables import metadata
from bot.transcript import message_store
from bot.transcript.conversations import name_of_conversation
from bot.transcript.message_store import Message, messages
from bot.wording.marks import DELETED, SEPARATOR
from escalation.customers.identity_numbers import hide_identity_numbers
from escalation.sealed_columns import SealedText
from escalation.tickets.changes import note, note_change

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey(messages.c.id), nullable=False, index=True),
    Column("text", SealedText("revisions.text"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """A later version of a message; the message itself keeps its first text."""

    message_id: int
    text: str
    at: datetime


def revise(db: Connection, message_id: int, text: str, now: datetime) -> int:
    """Store a version and return its id; identity and bank card numbers in it are starred."""
    text = hide_identity_numbers(text)
    statement = insert(revisions).values(message_id=message_id, text=text, at=now)
    return int(db.execute(statement.returning(revisions.c.id)).scalar_one())


def keep_latest(db: Connection, line: Message, text: str, order: Sequence[int], now: datetime) -> bool:
    """Store a version, and show it as the current text unless a later edit came first; False if nothing changed.

    `order`: the edit's place among the edits of its message (`Edited.order`).
    """
    text = hide_identity_numbers(text)
    late = list(order) < line.meta.get("edited", [])
    if text == (line.text if late else line.words):
        return False
    revise(db, line.id, text, now)
    if not late:
        message_store.reword(db, line, now=text, edited=list(order))
    _note(db, line)
    return True


def keep_first(db: Connection, message_id: int, text: str, now: datetime) -> None:
    """Store the original text of a message whose edit was received before it, if it differs from the edit."""
    text, line = hide_identity_numbers(text), message_store.get_message(db, message_id)
    if not line.meta.get("overtaken"):
        return
    message_store.reword(db, line, overtaken=None, now=line.words)
    if text == line.text:
        return
    revise(db, message_id, line.text, now)
    db.execute(update(messages).where(messages.c.id == message_id).values(text=text))
    _note(db, line)


def correct(db: Connection, line: Message, text: str, now: datetime, *, taken_back: bool = False) -> None:
    """Replace the words of an agent's line, or what stands for them once it is `taken_back`."""
    db.execute(insert(revisions).values(message_id=line.id, text=text, at=now))
    if taken_back:
        message_store.reword(db, line, now=text, taken_back=True)
    else:
        message_store.reword(db, line, now=text, corrected=True)
    _note(db, line)


def keep_deleted(db: Connection, line: Message, now: datetime) -> None:
    """Mark a line whose message was deleted at the channel; its words stay for staff."""
    if line.meta.get("deleted"):
        return
    revise(db, line.id, line.words, now)
    mark = SEPARATOR.join(filter(None, (line.meta.get("mark", ""), DELETED)))
    message_store.reword(db, line, deleted=True, mark=mark)
    _note(db, line)


def corrected_lines(db: Connection, conversation_id: int, until: int) -> list[Message]:
    """Return the agents' lines that were corrected or taken back, up to this id, oldest first."""
    changed = select(revisions.c.message_id).join_from(revisions, messages)
    mine = (messages.c.conversation_id == conversation_id, messages.c.author == "agent", messages.c.id <= until)
    found = message_store.get_messages(db, set(db.scalars(changed.where(*mine))))
    return [found[number] for number in sorted(found)]


def _note(db: Connection, line: Message) -> None:
    note(db, name_of_conversation(line.conversation_id))
    if line.ticket_id is not None:
        note_change(db, line.ticket_id)


def newest_revision(db: Connection, conversation_id: int) -> int:
    """Return the id of the newest version of any line of this conversation; 0 if there is none."""
    mine = select(func.max(revisions.c.id)).join_from(revisions, messages)
    return db.scalar(mine.where(messages.c.conversation_id == conversation_id)) or 0


def revisions_of(db: Connection, message_ids: Sequence[int]) -> dict[int, list[MessageEdit]]:
    """Return the later versions of these lines, oldest first; lines never edited are left out."""
    query = select(revisions.c.message_id, revisions.c.text, revisions.c.at)
    found: dict[int, list[MessageEdit]] = {}
    for row in db.execute(query.where(revisions.c.message_id.in_(message_ids)).order_by(revisions.c.id)):
        found.setdefault(row.message_id, []).append(MessageEdit(*row))
    return found
