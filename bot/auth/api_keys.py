"""API keys for other programs: shown once, stored as a digest, with scopes and an end, revocable by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import JSON, Column, Connection, DateTime, String, Table, insert, select, update

from bot.auth.token_digest import token_digest
from bot.config.generated import generated_secret
from bot.messages import BotRefusal
from bot.storage.tables import metadata
from escalation.journal.journal_store import record

Scope = Literal["customers", "telegram-links", "metrics", "tickets", "reports"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LONGEST_NAME = 64  # characters, as many as the column holds
LONGEST_LIFE = 3650  # days
STALE = timedelta(minutes=5)  # a key's last use is written down no more often than this

api_keys = Table(
    "api_keys",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("scopes", JSON, nullable=False, server_default="[]"),
    Column("expires_at", DateTime(timezone=True)),  # null: never
    Column("used_at", DateTime(timezone=True)),
)


KeyFault = Literal["name", "taken", "unknown", "no_scope", "unknown_scope", "days"]


class KeyRefused(BotRefusal):
    """An API key cannot be created or revoked; the text is a whole sentence, `fault` says why."""

    def __init__(self, fault: KeyFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its administrator sees it: what it may do, until when (None: no end), and its last use."""

    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    def has_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now

    def is_use_due(self, now: datetime) -> bool:
        """Whether its last use, if it is now, is to be written down."""
        return self.used_at is None or not timedelta() <= now - self.used_at < STALE


def create_key(
    db: Connection, name: str, scopes: Sequence[str], by: str, now: datetime, *, days: int | None = None
) -> str:
    """Create an API key and return it; only its digest is stored, so it cannot be shown again.

    `by`: who does it, for the journal. `days`: after how many it expires; None: never.

    Raises KeyRefused for a name that is not 1 to LONGEST_NAME visible characters or was used before, for no or an
    unknown scope, and for an end that is not 1 to LONGEST_LIFE days away.
    """
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        sentence = f"A key's name must have 1 to {LONGEST_NAME} visible characters, with no blank at its ends."
        raise KeyRefused("name", sentence)
    if db.scalar(select(api_keys.c.digest).where(api_keys.c.name == name)) is not None:
        raise KeyRefused(
            "taken", f'The name "{name}" was used for a key before; choose another, so that records stay clear.'
        )
    _demand_scopes(scopes)
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise KeyRefused("days", f"A key can be made to expire after 1 to {LONGEST_LIFE} days, or not at all.")
    key = f"jiedai_{generated_secret(32)}"
    expires_at = now + timedelta(days=days) if days is not None else None
    values = {"digest": token_digest(key), "name": name, "scopes": [each for each in SCOPES if each in scopes]}
    db.execute(insert(api_keys).values(**values, created_at=now, expires_at=expires_at))
    record(db, f"key:{name}", "API key created", by, now, after={"scopes": values["scopes"], "expires": expires_at})
    return key


def revoke_key(db: Connection, name: str, by: str, now: datetime) -> None:
    """Revoke the key of this name at once; raises KeyRefused if no such key is in use."""
    mine = (api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
    if db.execute(update(api_keys).where(*mine).values(revoked_at=now)).rowcount != 1:
        raise KeyRefused("unknown", f'There is no key named "{name}" in use.')
    record(db, f"key:{name}", "API key revoked", by, now)


def find_key(db: Connection, key: str) -> ApiKey | None:
    """Return a key that is not revoked, though its time may be over; None for any other text."""
    row = db.execute(select(api_keys).where(api_keys.c.digest == token_digest(key), _IN_USE)).one_or_none()
    return ApiKey(row.name, tuple(row.scopes), row.created_at, row.expires_at, row.used_at) if row is not None else None


def all_keys(db: Connection) -> list[ApiKey]:
    """Return all keys that are not revoked, the newest first."""
    rows = db.execute(select(api_keys).where(_IN_USE).order_by(api_keys.c.created_at.desc(), api_keys.c.name))
    return [ApiKey(row.name, tuple(row.scopes), row.created_at, row.expires_at, row.used_at) for row in rows]


def note_use(db: Connection, name: str, now: datetime) -> None:
    """Record that the key of this name is in use."""
    db.execute(update(api_keys).where(api_keys.c.name == name).values(used_at=now))


_IN_USE = api_keys.c.revoked_at.is_(None)


def _demand_scopes(scopes: Sequence[str]) -> None:
    known = ", ".join(SCOPES)
    if not scopes:
        raise KeyRefused("no_scope", f"Say what the key may do, with at least one scope: {known}.")
    for scope in scopes:
        if scope not in SCOPES:
            raise KeyRefused("unknown_scope", f'There is no scope "{scope}"; a key may have: {known}.')
