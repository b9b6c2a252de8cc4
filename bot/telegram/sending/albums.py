"""Albums that staff send: their files arrive as single messages and go to the customer as one album."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.delivery.outbox import outbox
from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import channel_message_ids, processed_keys

PATIENCE = timedelta(seconds=1)  # for the next piece; Telegram hands them out at once
MOST = 10  # pieces of an album


def is_begun(db: Connection, chat: int, album: str | None) -> bool:
    """Whether a file of this album was posted already; the others follow it."""
    return album is not None and processed_keys.message_of_key(db, TELEGRAM, _key(chat, album)) is not None


def add_file(db: Connection, chat: int, album: str, number: int, now: datetime) -> None:
    """Delay an album's first file, just posted to the outbox, for PATIENCE; add later files to it while it waits."""
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
    if row is None or "copy" not in (row.content or {}) or len(row.content["copy"]) > MOST:
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
