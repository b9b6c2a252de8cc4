"""Erases who a contact is: what stands for them is begun first, and everything that named them is theirs at the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from bot.notifications.tier_notices import tier_notices
from bot.privacy.erase_talks import forget_codes
from bot.privacy.keeper import ITEMS, Erasing
from bot.privacy.person import Person
from bot.wording.privacy import ERASED
from escalation.customers.consents import consents
from escalation.customers.customer_notes import customer_notes
from escalation.customers.customer_rows import NAME, ORGANISATION_NAME, contacts, organisations
from escalation.customers.data_requests import data_requests
from escalation.customers.holds import holds
from escalation.customers.items import customer_items
from escalation.customers.tier_history import tier_history
from escalation.customers.tier_proposals import tier_proposals
from escalation.surveys.survey_consents import survey_consents
from escalation.surveys.survey_store import surveys
from escalation.tickets.sent_steps import sent_steps

_REKEYED: tuple[Table, ...] = (surveys, survey_consents, consents, sent_steps, data_requests, holds)


def begin(db: Connection, erasing: Erasing, person: Person, now: datetime) -> None:
    """Make the row that stands for the contact from now on; their own number and address prove nothing any more."""
    mine = contacts.c.id.in_(person.ids)
    db.execute(update(contacts).where(mine, contacts.c.left_at.is_(None)).values(left_at=now, updated_at=now))
    forget_codes(db, person)
    if db.scalar(select(contacts.c.id).where(contacts.c.id == erasing.pseudonym)) is None:
        name = erasing.vault.seal(ERASED, row=erasing.pseudonym, field=NAME)
        values = {"id": erasing.pseudonym, "organisation_id": person.organisation_id, "name": name}
        db.execute(insert(contacts).values(**values, updated_at=now, left_at=now))


def finish(db: Connection, erasing: Erasing, person: Person, now: datetime) -> None:
    """Delete the contact's rows, and let what is counted be their pseudonym's."""
    _put_aside(db, erasing, person)
    forget_codes(db, person)
    db.execute(delete(customer_notes).where(customer_notes.c.contact_id.in_(person.ids)))
    db.execute(delete(tier_notices).where(tier_notices.c.contact_id.in_(person.ids)))
    for table in _REKEYED:
        mine = table.c.contact_id.in_(person.ids)
        db.execute(update(table).where(mine).values(contact_id=erasing.pseudonym))
    _rename_authors(db, erasing, person)
    if person.is_organisation:
        _erase_organisation(db, erasing, person, now)
    db.execute(delete(contacts).where(contacts.c.merged_into.in_(person.ids)))
    db.execute(delete(contacts).where(contacts.c.id.in_(person.ids)))


def _put_aside(db: Connection, erasing: Erasing, person: Person) -> None:
    """Names and numbers as they are read, for the key they are sealed with now opens other customers too."""
    if not erasing.request.kept:
        return
    for row in db.execute(select(contacts).where(contacts.c.id.in_(person.ids))).all():
        told: dict[str, Any] = {"id": row.id}
        for name in ("name", "phone", "email", "note"):
            stored = getattr(row, name)
            told[name] = erasing.vault.open(stored, row=row.id, field=f"contacts.{name}") if stored else None
        erasing.put_aside_told(db, "contacts", [told])
    if person.is_organisation and erasing.keeps(ITEMS):
        items = select(customer_items).where(customer_items.c.organisation_id == person.organisation_id)
        erasing.put_aside(db, "customer_items", db.execute(items).all())


def _rename_authors(db: Connection, erasing: Erasing, person: Person) -> None:
    """A customer who objected to a tier stands in its history as who proposed another."""
    for table in (tier_history, tier_proposals):
        for each in person.ids:
            mine = table.c.proposed_by == f"customer {each}"
            db.execute(update(table).where(mine).values(proposed_by=f"customer {erasing.pseudonym}", reason=""))


def _erase_organisation(db: Connection, erasing: Erasing, person: Person, now: datetime) -> None:
    """Whoever is an organisation by themselves: its name was theirs, and so is what it has; its figures stay."""
    own = person.organisation_id
    db.execute(delete(customer_notes).where(customer_notes.c.organisation_id == own))
    db.execute(delete(customer_items).where(customer_items.c.organisation_id == own))
    db.execute(update(tier_history).where(tier_history.c.organisation_id == own).values(reason=""))
    db.execute(update(tier_proposals).where(tier_proposals.c.organisation_id == own).values(reason="", why=None))
    name = erasing.vault.seal(ERASED, row=own, field=ORGANISATION_NAME)
    mac = erasing.vault.fingerprint(erasing.pseudonym, field=ORGANISATION_NAME)
    left = {"name": name, "name_mac": mac, "manual_reason": None, "tier_reason": "", "updated_at": now}
    db.execute(update(organisations).where(organisations.c.id == own).values(**left))
