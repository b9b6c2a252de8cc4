"""The pictures that staff send a customer together go out together, though each comes as a message of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.delivery.outbox import outbox
from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import channel_message_ids, processed_keys

PATIENCE = timedelta(seconds=1)  # for the next piece; Telegram hands them out at once
MOST = 10  # pieces of an album


def is_begun(db: Connection, chat: int, album: str | None) -> bool:
    """Whether a piece of this album has gone to the customer already: then the others do, too."""
    return album is not None and processed_keys.message_of_key(db, TELEGRAM, _key(chat, album)) is not None


def gather(db: Connection, chat: int, album: str, number: int, now: datetime) -> None:
    """This piece, just posted to the outbox, waits for the others, or joins those that still wait."""
    known = channel_message_ids.find_id(db, chat, number)
    if known is None or known.message_id is None:
        return
    first = processed_keys.message_of_key(db, TELEGRAM, _key(chat, album))
    if first is None:
        processed_keys.remember_key(db, TELEGRAM, _key(chat, album), now)
        processed_keys.note_message(db, TELEGRAM, _key(chat, album), known.message_id)
        _wait(db, known.message_id, now)
    elif _join(db, first, number, now):
        db.execute(delete(outbox).where(outbox.c.line == known.message_id, outbox.c.state == "pending"))


def _join(db: Connection, first: int, number: int, now: datetime) -> bool:
    untouched = (outbox.c.line == first, outbox.c.state == "pending", outbox.c.attempts == 0)
    row = db.execute(select(outbox.c.id, outbox.c.content).where(*untouched).with_for_update()).first()
    if row is None or not row.content or len(row.content["copy"]) > MOST:
        return False
    content = {**row.content, "copy": [*row.content["copy"], number]}
    db.execute(update(outbox).where(outbox.c.id == row.id).values(content=content))
    _wait(db, first, now)
    return True


def _wait(db: Connection, line: int, now: datetime) -> None:
    waiting = (outbox.c.line == line, outbox.c.state == "pending", outbox.c.attempts == 0)
    db.execute(update(outbox).where(*waiting).values(next_at=now + PATIENCE))


def _key(chat: int, album: str) -> str:
    return f"tg:album:{chat}:{album}"[:160]
