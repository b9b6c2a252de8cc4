"""Erases what was said: lines with their versions, files and numbers at the channel, some at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.delivery.outbox import outbox
from bot.privacy.keeper import Erasing
from bot.privacy.person import Person, lines_of
from bot.transcript.attachments import attachments
from bot.transcript.channel_message_ids import channel_message_ids
from bot.transcript.conversations import name_of_conversation
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from bot.transcript.processed_keys import inbox
from escalation.tickets.changes import note, note_line

AT_ONCE = 100
BYTES_AT_ONCE = 2**21  # of files


def erase_lines(db: Connection, erasing: Erasing, person: Person, after: int) -> tuple[int, dict[str, int]]:
    """Erase the next lines above an id; return the last one's id, 0 when there are no more, and how many of what.

    A line stays as one that was said by somebody at a time, without words.
    """
    query = select(messages).where(lines_of(person), messages.c.id > after).order_by(messages.c.id).limit(AT_ONCE)
    rows = with_files_in_bounds(db, db.execute(query).all())
    if not rows:
        return 0, {}
    _put_aside(db, erasing, rows)
    return rows[-1].id, blank_lines(db, rows)


def blank_lines(db: Connection, rows: Sequence[Row[Any]]) -> dict[str, int]:
    """Take what was said, and the files, from lines with id, conversation_id and ticket_id; return how many of what."""
    ids = [row.id for row in rows]
    for table, column in (
        (revisions, revisions.c.message_id),
        (channel_message_ids, channel_message_ids.c.message_id),
        (inbox, inbox.c.message_id),
        (outbox, outbox.c.line),
    ):
        db.execute(delete(table).where(column.in_(ids)))
    files = db.execute(delete(attachments).where(attachments.c.message_id.in_(ids))).rowcount
    db.execute(update(messages).where(messages.c.id.in_(ids)).values(text="", meta={}))
    for talk in sorted({row.conversation_id for row in rows}):
        note(db, name_of_conversation(talk))
    for ticket in sorted({row.ticket_id for row in rows if row.ticket_id is not None}):
        note_line(db, ticket)
    return {"lines": len(ids), "files": files}


def with_files_in_bounds(db: Connection, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Return the first of these lines, at least one, whose files together are few enough bytes for one transaction."""
    sizes = select(attachments.c.message_id, attachments.c.size).where(
        attachments.c.message_id.in_([row.id for row in rows])
    )
    known, total = {row.message_id: row.size for row in db.execute(sizes)}, 0
    for place, row in enumerate(rows):
        total += known.get(row.id, 0)
        if place and total > BYTES_AT_ONCE:
            return rows[:place]
    return rows


def _put_aside(db: Connection, erasing: Erasing, rows: Sequence[Row[Any]]) -> None:
    kept = [row for row in rows if erasing.keeps(row.ticket_id)]
    if kept:
        ids = [row.id for row in kept]
        erasing.put_aside(db, "messages", kept)
        for table in (revisions, attachments):
            found = db.execute(select(table).where(table.c.message_id.in_(ids))).all()
            erasing.put_aside(db, table.name, found)
