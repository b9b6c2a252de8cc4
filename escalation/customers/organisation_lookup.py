"""Organisations found by a contact or by id, with what a list of them shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from escalation.customers.customer_rows import ORGANISATION_NAME, contacts, organisations
from escalation.vault import Vault


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation in a list: its name, the tier last stored, and the CRM id of its first contact."""

    id: str
    name: str
    tier: str
    contact_id: str


def organisation_of(db: Connection, contact_id: str) -> str | None:
    """Return the id of a contact's organisation, of whom an id merged away became; None for an unknown contact."""
    of = contacts.c
    row = db.execute(select(of.organisation_id, of.merged_into).where(of.id == contact_id)).one_or_none()
    if row is None or row.merged_into is None:
        return None if row is None else row.organisation_id
    found: str = db.execute(select(of.organisation_id).where(of.id == row.merged_into)).scalar_one()
    return found


def organisation_lines(db: Connection, vault: Vault, ids: Collection[str]) -> dict[str, OrganisationLine]:
    """Return these organisations by id; raises VaultError when the keys do not fit."""
    of = organisations.c
    first = select(func.min(contacts.c.id)).where(contacts.c.organisation_id == of.id).scalar_subquery()
    query = select(of.id, of.name, of.tier, first.label("contact")).where(of.id.in_(sorted(ids)))
    return {
        row.id: OrganisationLine(
            row.id, vault.open(row.name, row=row.id, field=ORGANISATION_NAME), row.tier, row.contact or ""
        )
        for row in (db.execute(query) if ids else ())
    }
