"""How far customers have read on their page, and which replies have reached them nowhere yet."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, or_, select, update

from bot.delivery.outbox import outbox
from bot.transcript.addresses import conversation_addresses
from bot.transcript.conversations import conversations, name_of_conversation
from bot.transcript.message_store import Message
from escalation.tickets.changes import note


def to_mark(db: Connection, conversation_id: int, fetched: Sequence[Message]) -> int | None:
    """Return the agent's line up to which a page that fetched these has shown the talk; None if that was known."""
    newest = max((line.id for line in fetched if line.author == "agent"), default=0)
    return newest if newest > read_to(db, conversation_id) else None


def mark_read(db: Connection, conversation_id: int, line: int) -> None:
    """Write that a page of the customer's has fetched everything up to this line."""
    behind = or_(conversations.c.read_to.is_(None), conversations.c.read_to < line)
    db.execute(update(conversations).where(conversations.c.id == conversation_id, behind).values(read_to=line))
    note(db, name_of_conversation(conversation_id))


def read_to(db: Connection, conversation_id: int) -> int:
    """Return the last line that a page of the customer's has fetched; 0 for none."""
    return db.scalar(select(conversations.c.read_to).where(conversations.c.id == conversation_id)) or 0


def unread_of(db: Connection, conversation_id: int, lines: Sequence[Message]) -> frozenset[int]:
    """Return which of an agent's lines the customer has not read: fetched by no page, given to no messenger of theirs.

    Whoever has written since has read what was said before. `lines`: the conversation's newest ones.
    """
    heard = max((line.id for line in lines if line.author == "customer"), default=0)
    known = max(heard, read_to(db, conversation_id))
    waiting = [line.id for line in lines if line.author == "agent" and line.id > known]
    return frozenset(waiting) - _given(db, conversation_id, waiting) if waiting else frozenset()


def _given(db: Connection, conversation_id: int, lines: Sequence[int]) -> frozenset[int]:
    there = conversation_addresses.c
    theirs = and_(outbox.c.channel == there.channel, outbox.c.address == there.address)
    query = select(outbox.c.line).join_from(conversation_addresses, outbox, theirs)
    mine = (there.conversation_id == conversation_id, outbox.c.line.in_(lines), outbox.c.state != "dead")
    found = db.scalars(query.where(*mine))
    return frozenset(line for line in found if line is not None)
