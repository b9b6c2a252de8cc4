"""What is noted of a contact beside the CRM's own fields: a remark, and how they like to be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from escalation.customers.customer_rows import NOTE, contacts
from escalation.customers.model import Contact
from escalation.refusals import EscalationRefusal
from escalation.vault import Vault

LONGEST_REMARK = 500  # characters
PREFERRED_CHANNELS = ("phone", "email", "web", "telegram")


def set_note(db: Connection, vault: Vault, contact_id: str, note: str | None, now: datetime) -> None:
    """Replace a contact's remark, sealed; None or an empty one removes it.

    Raises DetailRefused for one over LONGEST_REMARK characters.
    """
    if note and len(note) > LONGEST_REMARK:
        raise DetailRefused(f"A remark must have at most {LONGEST_REMARK} characters; this one has {len(note)}.")
    sealed = vault.seal(note, row=contact_id, field=NOTE) if note else None
    _set(db, contact_id, now, note=sealed)


def set_preferred_channel(db: Connection, contact_id: str, channel: str | None, now: datetime) -> None:
    """Replace how a contact likes to be reached, one of PREFERRED_CHANNELS; None or empty: they have not said.

    Raises DetailRefused for any other.
    """
    if channel and channel not in PREFERRED_CHANNELS:
        raise DetailRefused(f'A preferred channel must be one of {", ".join(PREFERRED_CHANNELS)}; found "{channel}".')
    _set(db, contact_id, now, preferred_channel=channel or None)


def take_over_details(db: Connection, vault: Vault, source: Contact, into: Contact, now: datetime) -> None:
    """Give a contact another's remark and preferred channel where they have none."""
    if source.note and not into.note:
        set_note(db, vault, into.id, source.note, now)
    if source.preferred_channel and not into.preferred_channel:
        set_preferred_channel(db, into.id, source.preferred_channel, now)


def _set(db: Connection, contact_id: str, now: datetime, **values: object) -> None:
    db.execute(update(contacts).where(contacts.c.id == contact_id).values(**values, updated_at=now))


class DetailRefused(EscalationRefusal):
    """A remark that is too long, or a way of reaching somebody that we have not; the text is a whole sentence."""
