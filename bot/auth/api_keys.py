"""API keys for other programs: shown once, stored as a digest, revocable by name."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, String, Table, insert, select, update

from bot.auth.token_digest import token_digest
from bot.messages import BotRefusal
from bot.storage.tables import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)


LONGEST_NAME = 64  # characters, as many as the column holds


class KeyRefused(BotRefusal):
    """An API key cannot be created or revoked; the text is a whole sentence."""


def create_key(db: Connection, name: str, now: datetime) -> str:
    """Create an API key and return it; only its digest is stored, so it cannot be shown again.

    Raises KeyRefused for a name that is not 1 to LONGEST_NAME visible characters, or was used before.
    """
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise KeyRefused(f"A key's name must have 1 to {LONGEST_NAME} visible characters, with no blank at its ends.")
    if db.scalar(select(api_keys.c.digest).where(api_keys.c.name == name)) is not None:
        raise KeyRefused(f'The name "{name}" was used for a key before; choose another, so that records stay clear.')
    key = f"jiedai_{secrets.token_urlsafe(32)}"
    db.execute(insert(api_keys).values(digest=token_digest(key), name=name, created_at=now))
    return key


def revoke_key(db: Connection, name: str, now: datetime) -> None:
    """Revoke the key of this name at once; raises KeyRefused if no such key is in use."""
    mine = (api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
    if db.execute(update(api_keys).where(*mine).values(revoked_at=now)).rowcount != 1:
        raise KeyRefused(f'There is no key named "{name}" in use.')


def key_name(db: Connection, key: str) -> str | None:
    """Return the name of a key in use; None for any other text."""
    return db.scalar(
        select(api_keys.c.name).where(api_keys.c.digest == token_digest(key), api_keys.c.revoked_at.is_(None))
    )
