"""One-time codes that link a chat to an account, or open the chat page as a contact: signed, usable once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Column, Connection, DateTime, Index, String, Table, delete, insert, select, update

from bot.auth.token_digest import token_digest
from bot.storage.tables import metadata

Purpose = Literal["staff", "customer", "chat"]
CONTACT_PURPOSES: tuple[Purpose, ...] = ("customer", "chat")  # their subject is a contact
LIFETIME = timedelta(minutes=10)
_NONCE, _MAC = 12, 16  # bytes
_DASH = 62  # of the 64 values that a character of a code stands for, the one written -
LENGTH = 38  # characters of a code; a deep link may carry 64

link_codes = Table(
    "link_codes",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the code: whoever reads the table can use none
    Column("purpose", String(16), nullable=False),
    Column("subject", String(64), nullable=False),  # a contact's id, or a member of staff's
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),  # or when a newer code replaced it
    Index("ix_link_codes_purpose_subject", "purpose", "subject"),
)


def issue(
    db: Connection, secret: str, purpose: Purpose, subject: str, now: datetime, lifetime: timedelta = LIFETIME
) -> str:
    """Create a code of 38 letters, digits, - and _, the first no -; it ends all earlier ones of the same subject.

    Not so those for the chat page: a person may be given one for each of their devices. Deletes codes that expired over
    a day ago.
    """
    db.execute(delete(link_codes).where(link_codes.c.expires_at < now - timedelta(days=1)))
    if purpose != "chat":
        end_all(db, purpose, subject, now)
    nonce = secrets.token_bytes(_NONCE)
    while nonce[0] >> 2 == _DASH:
        nonce = secrets.token_bytes(_NONCE)
    code = _printed(nonce + _mac(secret, purpose, nonce))
    values = {"digest": token_digest(code), "purpose": purpose, "subject": subject, "expires_at": now + lifetime}
    db.execute(insert(link_codes).values(**values))
    return code


def end_all(db: Connection, purpose: Purpose, subject: str, now: datetime) -> None:
    """End the codes of a subject that are still good."""
    unused = (link_codes.c.purpose == purpose, link_codes.c.subject == subject, link_codes.c.used_at.is_(None))
    db.execute(update(link_codes).where(*unused).values(used_at=now))


def move(db: Connection, from_subject: str, into_subject: str) -> None:
    """Let the codes of a contact be another contact's."""
    mine = (link_codes.c.purpose.in_(CONTACT_PURPOSES), link_codes.c.subject == from_subject)
    db.execute(update(link_codes).where(*mine).values(subject=into_subject))


def issue_url(db: Connection, secret: str, bot: str, purpose: Purpose, subject: str, now: datetime) -> str:
    """Create a code and return the t.me link that opens the chat with our bot and passes it on."""
    return f"https://t.me/{bot}?start={purpose[0]}_{issue(db, secret, purpose, subject, now)}"


def redeem(db: Connection, secret: str, purpose: Purpose, code: str, now: datetime) -> str | None:
    """Use up a code and return its subject; None if it is forged, used, expired or for another purpose."""
    if not is_signed(secret, purpose, code):
        return None
    mine = (link_codes.c.digest == token_digest(code), link_codes.c.purpose == purpose)
    alive = (link_codes.c.used_at.is_(None), link_codes.c.expires_at > now)
    used = update(link_codes).where(*mine, *alive).values(used_at=now).returning(link_codes.c.subject)
    return db.execute(used).scalar_one_or_none()


def subject_of(db: Connection, secret: str, purpose: Purpose, code: str, now: datetime) -> str | None:
    """Return the subject of a code that is still good, without using it up; None for any other."""
    if not is_signed(secret, purpose, code):
        return None
    mine = (link_codes.c.digest == token_digest(code), link_codes.c.purpose == purpose)
    alive = (link_codes.c.used_at.is_(None), link_codes.c.expires_at > now)
    found: str | None = db.scalar(select(link_codes.c.subject).where(*mine, *alive))
    return found


def was_used(db: Connection, purpose: Purpose, code: str) -> bool:
    """Whether a code was used already."""
    mine = (link_codes.c.digest == token_digest(code), link_codes.c.purpose == purpose)
    return db.scalar(select(link_codes.c.used_at).where(*mine)) is not None


def is_signed(secret: str, purpose: Purpose, code: str) -> bool:
    """Whether we issued this code for this purpose, even if it is used or expired."""
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return len(raw) == _NONCE + _MAC and hmac.compare_digest(raw[_NONCE:], _mac(secret, purpose, raw[:_NONCE]))


def _mac(secret: str, purpose: Purpose, nonce: bytes) -> bytes:
    return hmac.new(secret.encode(), b"link:" + purpose.encode() + b":" + nonce, hashlib.sha256).digest()[:_MAC]


def _printed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
