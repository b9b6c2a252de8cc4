"""A reply that can never reach its customer: the ticket's history says so, and whoever wrote it is answered there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.topic_sync.topics import topics
from bot.transcript import conversations
from bot.transcript.channel_message_ids import id_in
from bot.transcript.message_store import messages
from escalation.tickets import history, ticket_store

STAFF = "staff"  # the outbox channel that leads to them; its own module needs the outbox, which needs this one
SENTENCE = "这条回复没有送达客户：Telegram 没有接受，或客户已停用机器人。请换个形式重发，或改用其他方式联系客户。"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to say it: an address of the staff's channel, and the message there that is answered."""

    address: str
    number: int | None


def note_undelivered(db: Connection, line: int, now: datetime) -> Place | None:
    """Write it down; where its author is to be told, if the ticket has a topic. What the bot said itself is let go."""
    columns = (messages.c.conversation_id, messages.c.ticket_id, messages.c.author)
    row = db.execute(select(*columns).where(messages.c.id == line)).one_or_none()
    if row is None or row.author != "agent" or row.ticket_id is None:
        return None
    conversations.lock_conversation_by_id(db, row.conversation_id)
    history.log(db, ticket_store.lock_ticket(db, row.ticket_id).id, "undelivered", now, line=line)
    topic = db.execute(select(topics.c.chat, topics.c.thread).where(topics.c.ticket_id == row.ticket_id)).one_or_none()
    if topic is None or topic.thread is None:
        return None
    return Place(f"{topic.chat}/{topic.thread}", id_in(db, topic.chat, line))
