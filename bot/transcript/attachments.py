"""Files that came with a message: their bytes, or the reference by which the channel keeps them."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    insert,
    select,
)

from bot.messages import File
from bot.storage.tables import metadata
from bot.transcript.message_store import messages
from escalation.sealed_columns import SealedBytes, SealedText

attachments = Table(  # in the database: one transaction with the message, and every replica can show them
    "attachments",
    metadata,
    Column("message_id", Integer, ForeignKey(messages.c.id), primary_key=True),
    Column("name", SealedText("attachments.name", 255), nullable=False),
    Column("mime", String(127), nullable=False),
    Column("size", Integer, nullable=False),
    Column("reference", String(255)),
    Column("content", SealedBytes("attachments.content")),
)


def add_attachment(db: Connection, message_id: int, file: File) -> None:
    """Store a file with its message."""
    values = {"name": file.name, "mime": file.mime, "size": file.size, "reference": file.reference}
    db.execute(insert(attachments).values(message_id=message_id, content=file.content, **values))


def get_attachment(db: Connection, message_id: int) -> tuple[int, File] | None:
    """Return the id of a message's conversation and the message's file; None if it has no file."""
    columns = (messages.c.conversation_id, attachments.c.name, attachments.c.mime, attachments.c.size)
    query = select(*columns, attachments.c.content, attachments.c.reference).join_from(messages, attachments)
    row = db.execute(query.where(messages.c.id == message_id)).one_or_none()
    return (row[0], File(*row[1:])) if row else None


def file_to_send(db: Connection, message_id: int) -> File | None:
    """Return the file of a line whose bytes we hold; None without."""
    found = get_attachment(db, message_id)
    return found[1] if found is not None and found[1].content is not None else None
