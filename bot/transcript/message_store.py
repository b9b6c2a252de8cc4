"""The lines of the transcript: append, read, and track which of them the bot has yet to consider."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Unpack, cast

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    insert,
    select,
    update,
)

from bot.messages import Author, Button, Kind
from bot.storage.tables import metadata
from bot.transcript.conversations import Conversation, conversations, name_of_conversation, save_conversation
from bot.transcript.line_meta import PRIVATE, ButtonMeta, LineMeta, NewLineMeta
from escalation.customers.identity_numbers import hide_identity_numbers
from escalation.sealed_columns import PartlySealedJson, SealedText
from escalation.staff import staff
from escalation.tickets.changes import note, note_line
from escalation.tickets.ticket_store import tickets

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey(conversations.c.id), nullable=False),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), index=True),
    Column("author", String(16), nullable=False),
    Column("staff_id", Integer, ForeignKey(staff.c.id)),
    Column("kind", String(16), nullable=False),
    Column("text", SealedText("messages.text"), nullable=False),
    Column("meta", PartlySealedJson("messages.meta", *PRIVATE), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("considered", Boolean, nullable=False),  # false while the bot still waits for more fragments
    Index("ix_messages_conversation_id_id", "conversation_id", "id"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the transcript."""

    id: int
    conversation_id: int
    ticket_id: int | None
    author: Author
    staff_id: int | None
    kind: Kind
    text: str
    meta: LineMeta
    at: datetime

    @property
    def words(self) -> str:
        """The current text; `text` is the first version, which customers can edit on some channels."""
        return self.meta.get("now") or self.text


_MESSAGE = [messages.c[f.name] for f in fields(Message)]
_ADDED = insert(messages).returning(messages.c.id)
_UNCONSIDERED = and_(messages.c.conversation_id == bindparam("conversation"), messages.c.considered.is_(False))
_PENDING = select(*_MESSAGE).where(_UNCONSIDERED).order_by(messages.c.id)
_HELD_BACK = update(messages).where(messages.c.id == bindparam("line")).values(considered=False)
_CONSIDERED = update(messages).where(_UNCONSIDERED).values(considered=True)


def add_message(
    db: Connection,
    conversation: Conversation,
    author: Author,
    text: str,
    now: datetime,
    *,
    kind: Kind = "text",
    staff_id: int | None = None,
    buttons: Sequence[Button] = (),
    considered: bool = True,
    **meta: Unpack[NewLineMeta],
) -> int:
    """Append a line and return its id. The conversation must be locked, so that ids grow in commit order.

    Identity and bank card numbers in a customer's line are starred before they are stored.
    """
    line = line_of(
        db,
        conversation,
        author,
        text,
        now,
        kind=kind,
        staff_id=staff_id,
        buttons=buttons,
        considered=considered,
        **meta,
    )
    return add_line(db, line)


def line_of(
    db: Connection,
    conversation: Conversation,
    author: Author,
    text: str,
    now: datetime,
    *,
    kind: Kind = "text",
    staff_id: int | None = None,
    buttons: Sequence[Button] = (),
    considered: bool = True,
    **meta: Unpack[NewLineMeta],
) -> dict[str, Any]:
    """Return the columns of a line to be added in this transaction, and note what it changes; as for `add_message`."""
    kept = cast("LineMeta", meta)  # what it is written with, and the buttons
    if author == "customer":
        text = hide_identity_numbers(text)
    if buttons:
        kept["buttons"] = [ButtonMeta(choice=button.choice, label=button.label) for button in buttons]
    note(db, name_of_conversation(conversation.id))
    if conversation.ticket_id is not None:
        note_line(db, conversation.ticket_id)
    values: dict[str, Any] = {"conversation_id": conversation.id, "ticket_id": conversation.ticket_id, "author": author}
    return values | {
        "staff_id": staff_id,
        "kind": kind,
        "text": text,
        "meta": kept,
        "at": now,
        "considered": considered,
    }


def add_line(db: Connection, line: dict[str, Any]) -> int:
    """Write the columns of a line, and return its id."""
    return int(db.execute(_ADDED, line).scalar_one())


def pending(db: Connection, conversation_id: int) -> list[Message]:
    """Return the messages that the bot has not considered yet, oldest first."""
    return [Message(*row) for row in db.execute(_PENDING, {"conversation": conversation_id})]


def get_message(db: Connection, message_id: int) -> Message:
    """Return an existing line; raises sqlalchemy's NoResultFound without one."""
    return Message(*db.execute(select(*_MESSAGE).where(messages.c.id == message_id)).one())


def get_messages(db: Connection, ids: Collection[int]) -> dict[int, Message]:
    """Return the existing ones of these lines, by id."""
    rows = db.execute(select(*_MESSAGE).where(messages.c.id.in_(ids))) if ids else ()
    return {row.id: Message(*row) for row in rows}


def reword(db: Connection, line: Message, **changes: Unpack[LineMeta]) -> None:
    """Change a line's metadata; a value of None removes the key."""
    note(db, name_of_conversation(line.conversation_id))
    meta = {name: value for name, value in (line.meta | changes).items() if value is not None}
    db.execute(update(messages).where(messages.c.id == line.id).values(meta=meta))


def hold_back(db: Connection, message_id: int) -> None:
    """Mark a line as not considered: the next turn takes it into account, with what comes until then."""
    db.execute(_HELD_BACK, {"line": message_id})


def is_of_album(db: Connection, conversation_id: int, album: str) -> bool:
    """Whether a file of this album is among the customer's latest 20 messages."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.author == "customer")
    query = select(messages.c.meta).where(*mine).order_by(messages.c.id.desc()).limit(20)
    return any(meta.get("album") == album for meta in db.scalars(query))


def was_said(db: Connection, conversation_id: int, wording: str) -> bool:
    """Whether the bot has said this sentence of the policy in this conversation."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.author == "bot")
    query = select(messages.c.id).where(*mine, messages.c.meta["wording"].as_string() == wording)
    return db.scalar(query.limit(1)) is not None


def mark_considered(db: Connection, conversation_id: int) -> None:
    """Mark all lines of a conversation so far as considered."""
    db.execute(_CONSIDERED, {"conversation": conversation_id})


def leave_to_agent(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Stop the bot's timers and mark all lines as considered: an agent answers now. The conversation must be locked."""
    mark_considered(db, conversation.id)
    save_conversation(db, replace(conversation, held_until=None, hand_over_at=None), now)


def lines_elsewhere(db: Connection, conversation_id: int, ticket_id: int, limit: int = 300) -> list[Message]:
    """Return the newest lines of a ticket that stand in other conversations than this one, oldest first."""
    mine = (messages.c.ticket_id == ticket_id, messages.c.conversation_id != conversation_id)
    rows = db.execute(select(*_MESSAGE).where(*mine).order_by(messages.c.id.desc()).limit(limit)).all()
    return [Message(*row) for row in reversed(rows)]


def conversations_with(db: Connection, ticket_id: int, but: int) -> list[int]:
    """Return the ids of the conversations, but for this one, whose current ticket this is."""
    others = (conversations.c.ticket_id == ticket_id, conversations.c.id != but, conversations.c.joined_into.is_(None))
    return list(db.scalars(select(conversations.c.id).where(*others).order_by(conversations.c.id)))


def transcript(db: Connection, conversation_id: int, after: int = 0, limit: int = 500) -> list[Message]:
    """Return up to `limit` lines with an id above `after`, oldest first."""
    mine = (messages.c.conversation_id == conversation_id, messages.c.id > after)
    return [Message(*row) for row in db.execute(select(*_MESSAGE).where(*mine).order_by(messages.c.id).limit(limit))]


def ticket_lines(db: Connection, ticket_id: int, after: int, limit: int) -> list[Message]:
    """Return up to `limit` lines assigned to a ticket with an id above `after`, oldest first."""
    mine = (messages.c.ticket_id == ticket_id, messages.c.id > after)
    return [Message(*row) for row in db.execute(select(*_MESSAGE).where(*mine).order_by(messages.c.id).limit(limit))]


def lines_of_tickets(db: Connection, ticket_ids: Collection[int]) -> dict[int, list[Message]]:
    """Return all lines of some tickets by ticket, oldest first."""
    found: dict[int, list[Message]] = {}
    for row in db.execute(select(*_MESSAGE).where(messages.c.ticket_id.in_(ticket_ids)).order_by(messages.c.id)):
        found.setdefault(row.ticket_id, []).append(Message(*row))
    return found


def latest(db: Connection, conversation_id: int, limit: int = 300) -> list[Message]:
    """Return the newest `limit` lines, oldest first."""
    query = select(*_MESSAGE).where(messages.c.conversation_id == conversation_id)
    rows = db.execute(query.order_by(messages.c.id.desc()).limit(limit)).all()
    return [Message(*row) for row in reversed(rows)]
