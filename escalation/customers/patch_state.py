"""What is stored of the contacts and organisations that CRM records speak of, loaded by a few queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from escalation.customers.customer_locks import lock_contacts
from escalation.customers.customer_patch import CustomerPatch, names_organisation
from escalation.customers.customer_rows import (
    EMAIL,
    ORGANISATION_NAME,
    PHONE,
    contacts,
    customer_of_row,
    customer_query,
    organisation_of_row,
    organisation_query,
    organisations,
    phone_macs,
)
from escalation.customers.model import ONE_PERSON, Contact, Customer, Organisation
from escalation.normalise import normal_email, normal_name, normal_phone
from escalation.policy.model import Policy
from escalation.vault import Vault

_OWN = "organisations.own"


@dataclass(slots=True)
class Stored:
    """Contacts as filed under the ids that records name, organisations by their own, and the tiers last stored."""

    known: dict[str, Customer] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)  # who an id stands for by now
    houses: dict[str, Organisation] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # of organisations, by fingerprint
    tiers: dict[str, tuple[str, str]] = field(default_factory=dict)  # by organisation: tier and reason
    outdated: set[str] = field(default_factory=set)  # ids of rows sealed with a former key, or found otherwise by now

    macs: dict[tuple[str, str | None], str] = field(default_factory=dict)  # of the records' organisations

    def mac_of(self, patch: CustomerPatch) -> str:
        """Return the fingerprint of the organisation that a record is about."""
        return self.macs[patch.id, names_organisation(patch)]

    def house_of(self, patch: CustomerPatch) -> Organisation | None:
        """Return the organisation that a record is about, if it is there already."""
        known = self.known.get(patch.id)
        if names_organisation(patch) is None and known is not None:
            return self.houses.get(known.organisation.id)
        return self.houses.get(self.ids.get(self.mac_of(patch), ""))

    def take(self, mac: str, organisation: Organisation) -> None:
        """Note what has become of the organisation with this fingerprint."""
        self.houses[organisation.id] = organisation
        self.ids.setdefault(mac, organisation.id)


def load(
    db: Connection, vault: Vault, policy: Policy, patches: Sequence[CustomerPatch], now: datetime, *, lock: bool
) -> Stored:
    """Return what is stored of everybody the records speak of; `lock`: contacts first, then organisations, by id."""
    stored, ids = Stored(), {patch.id for patch in patches}
    wanted = contacts.c.id.in_(sorted(ids))
    if lock:  # what is written is whole rows: nobody may change one between our reading and our writing
        lock_contacts(db, ids)
    for row in db.execute(customer_query().where(wanted)):
        stored.known[row.contact_id] = customer_of_row(vault, policy, row, now)
        stored.became[row.contact_id] = row.contact_merged_into or row.contact_id
        macs = phone_macs(vault, stored.known[row.contact_id].contact.phone)
        is_found_by_it = macs == {column: row._mapping[f"contact_{column}"] for column in macs}
        if not (vault.is_current(row.contact_name) and is_found_by_it):
            stored.outdated.add(row.contact_id)
    houses = {known.organisation.id for known in stored.known.values()}
    for patch in patches:
        name = names_organisation(patch)
        stored.macs[patch.id, name] = own_mac(vault, patch.id) if name is None else name_mac(vault, name)
        houses |= {own_id(vault, patch.id)} if name is None else set()
    _load_organisations(db, vault, stored, set(stored.macs.values()), houses, lock=lock)
    new = sorted(ids - stored.known.keys())
    if lock and new and db.scalar(select(contacts.c.id).where(contacts.c.id.in_(new)).limit(1)) is not None:
        return load(db, vault, policy, patches, now, lock=lock)  # somebody else brought one while a lock was waited for
    return stored


def _load_organisations(
    db: Connection, vault: Vault, stored: Stored, macs: Collection[str], ids: Collection[str], *, lock: bool
) -> None:
    wanted = or_(organisations.c.name_mac.in_(sorted(macs)), organisations.c.id.in_(sorted(ids)))
    query = organisation_query().order_by(organisations.c.id)
    query = query.with_for_update() if lock else query
    rows = db.execute(query.where(wanted)).all()
    targets = sorted({row.org_merged_into for row in rows if row.org_merged_into is not None})
    became = {row.org_id: row for row in db.execute(query.where(organisations.c.id.in_(targets)))} if targets else {}
    for row in rows:
        real = became.get(row.org_merged_into, row)
        organisation = organisation_of_row(vault, real)
        stored.take(row.org_name_mac, organisation)
        stored.tiers[real.org_id] = (real.org_tier, real.org_tier_reason)
        if not vault.is_current(real.org_name):
            stored.outdated.add(real.org_id)


def name_mac(vault: Vault, name: str) -> str:
    """Return the fingerprint that an organisation is found by."""
    return vault.fingerprint(normal_name(name), field=ORGANISATION_NAME)


def own_mac(vault: Vault, contact_id: str) -> str:
    """Return the fingerprint of the organisation that is one contact."""
    return vault.fingerprint(contact_id, field=_OWN)


def own_id(vault: Vault, contact_id: str) -> str:
    """Return the id of the organisation that is one contact."""
    return f"{ONE_PERSON}{own_mac(vault, contact_id)}"[:32]


def macs_of(vault: Vault, contact: Contact) -> dict[str, str]:
    """Return the fingerprints of a contact's number and address, by field."""
    found = {}
    if contact.phone:
        found["phone"] = vault.fingerprint(normal_phone(contact.phone), field=PHONE)
    if contact.email:
        found["email"] = vault.fingerprint(normal_email(contact.email), field=EMAIL)
    return found


def holders_of(db: Connection, macs: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of the contacts who are there with these numbers or addresses, by fingerprint, in order."""
    found: dict[str, list[str]] = {}
    for column in (contacts.c.phone_mac, contacts.c.email_mac):
        holder = func.coalesce(contacts.c.merged_into, contacts.c.id).label("holder")
        query = select(column.label("mac"), holder).where(column.in_(sorted(macs)), contacts.c.left_at.is_(None))
        for row in db.execute(query.order_by(holder)):
            found.setdefault(row.mac, []).append(row.holder)
    return found
