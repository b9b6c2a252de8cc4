"""What an agent wrote is changed where it was sent: before it leaves, in the messenger, or by a further message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.delivery import outbox
from bot.delivery.outbox import STAFF_CHAT
from bot.transcript.message_store import Message
from bot.wording.transcript import CORRECTION, WITHDRAWN_NOTICE
from bot.wording.utf16 import units

LONGEST = 4096  # UTF-16 units of a message that a messenger shows in one piece
LONGEST_CAPTION = 1024
_ROWS = outbox.outbox


def post_correction(db: Connection, line: Message, text: str, now: datetime, *, rank: int) -> None:
    """Change a line that was or will be sent by a messenger; an empty text takes it back. Does nothing on the web.

    What has not left yet leaves with the new words, or not at all. What was sent is edited there (`content["edit"]`);
    where that is impossible, `text` of the outbox row is sent as a message of its own, which says what it is.
    """
    posted = select(_ROWS).where(_ROWS.c.line == line.id, _ROWS.c.channel != STAFF_CHAT).order_by(_ROWS.c.id)
    rows = db.execute(posted).all()
    if not rows:
        return
    unsent = next((row for row in rows if row.state == "pending" and row.attempts == 0), None)
    if unsent is not None and unsent.content is None and text:
        db.execute(update(_ROWS).where(_ROWS.c.id == unsent.id).values(text=text))
        return
    if not text and unsent is rows[0] and _is_withdrawn(db, unsent):
        return
    is_file = line.kind == "file"
    is_whole = units(line.words) <= LONGEST and units(text) <= (LONGEST_CAPTION if is_file else LONGEST)
    content = {"edit": line.id, "new": text if is_whole else None, "caption": is_file}
    told = CORRECTION.format(text=text) if text else WITHDRAWN_NOTICE
    first = rows[0]
    outbox.post(db, first.channel, first.address, told, now, rank=rank, content=content, line=line.id)


def _is_withdrawn(db: Connection, row: Row[Any]) -> bool:
    """Take a row out that nobody has claimed yet; False for an album, which holds other lines too."""
    if "copy" in (row.content or {}):
        return False
    mine = (_ROWS.c.id == row.id, _ROWS.c.state == "pending", _ROWS.c.attempts == 0)
    return db.execute(delete(_ROWS).where(*mine)).rowcount == 1
