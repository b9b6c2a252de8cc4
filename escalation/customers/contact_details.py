"""What is noted of a contact beside the CRM's own fields: a remark, and how they like to be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from escalation.customers.customer_rows import NOTE, contacts
from escalation.vault import Vault

PREFERRED_CHANNELS = ("phone", "email", "web", "telegram")


def set_note(db: Connection, vault: Vault, contact_id: str, note: str | None, now: datetime) -> None:
    """Replace a contact's remark, sealed; None or an empty one removes it."""
    sealed = vault.seal(note, row=contact_id, field=NOTE) if note else None
    _set(db, contact_id, now, note=sealed)


def set_preferred_channel(db: Connection, contact_id: str, channel: str | None, now: datetime) -> None:
    """Replace how a contact likes to be reached, one of PREFERRED_CHANNELS; None: they have not said."""
    _set(db, contact_id, now, preferred_channel=channel or None)


def _set(db: Connection, contact_id: str, now: datetime, **values: object) -> None:
    db.execute(update(contacts).where(contacts.c.id == contact_id).values(**values, updated_at=now))
