"""Write a received message down: its line, what its key became, and its number at the channel."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Unpack

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.messages import Kind
from bot.transcript import channel_message_ids, processed_keys
from bot.transcript.channel_message_ids import channel_message_ids as numbers
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from bot.transcript.message_store import add_line, line_of, messages
from bot.transcript.processed_keys import inbox


class Source(NamedTuple):
    """Where a message comes from: the channel, its key there, and the numbers of its chat and itself, if it has any."""

    channel: str
    key: str
    number: tuple[int, int] | None = None


def add_received(
    db: Connection,
    conversation: Conversation,
    source: Source,
    text: str,
    now: datetime,
    *,
    kind: Kind = "text",
    **meta: Unpack[NewLineMeta],
) -> int:
    """Append a customer's line, whose key was remembered in this transaction, and return its id.

    The conversation must be locked. On PostgreSQL it is one round trip.
    """
    line = line_of(db, conversation, "customer", text, now, kind=kind, **meta)
    if db.dialect.name == "postgresql":
        values: dict[str, Any] = {f"line_{name}": value for name, value in line.items()}
        values |= {"of_channel": source.channel, "of_key": source.key}
        if source.number is not None:
            values |= {"in_chat": source.number[0], "of_number": source.number[1]}
        return int(db.execute(_at_once(has_number=source.number is not None), values).scalar_one())
    message_id = add_line(db, line)
    processed_keys.note_message(db, source.channel, source.key, message_id)
    if source.number is not None:
        channel_message_ids.remember_id(db, *source.number, message_id=message_id)
    return message_id


@cache
def _at_once(*, has_number: bool) -> Any:
    """All of it in one statement; the rows that follow from the line refer to it by the id it was given."""
    # No bound value may be called as a column is: SQLAlchemy would write it to that column of each of these tables.
    written = [column for column in messages.c if column.name != "id"]
    columns = {column.name: bindparam(f"line_{column.name}", type_=column.type) for column in written}
    said = insert(messages).values(columns).returning(messages.c.id).cte("said")
    of_key = (inbox.c.channel == bindparam("of_channel"), inbox.c.key == bindparam("of_key"))
    became = update(inbox).where(*of_key).values(message_id=select(said.c.id).scalar_subquery())
    followed = [became.returning(inbox.c.key).cte("became")]
    if has_number:
        place = [bindparam("in_chat", type_=numbers.c.chat.type), bindparam("of_number", type_=numbers.c.number.type)]
        numbered = insert(numbers).from_select(["chat", "number", "message_id"], select(*place, said.c.id))
        followed.append(numbered.on_conflict_do_nothing().returning(numbers.c.number).cte("numbered"))
    return select(said.c.id).add_cte(*followed)
