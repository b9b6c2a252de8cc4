"""The team's canned replies that a new installation begins with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.files.headings import Columns
from bot.files.table import read_table, rows_of
from bot.transcript.canned_reply_store import CannedReplyWords, add_reply

_COLUMNS = Columns("reply", ("scope", "code", "title", "text", "topic"), ("code", "title", "text"))


def load_sample_replies(db: Connection, content: bytes, by: str, now: datetime) -> None:
    """Add the replies of a CSV file of ours as the team's."""
    for _, cells in rows_of(read_table(content), _COLUMNS).rows:
        code, title, text = (cells[name] or "" for name in ("code", "title", "text"))
        add_reply(db, None, CannedReplyWords(code, title, text, topic=cells.get("topic") or None), by, now)
