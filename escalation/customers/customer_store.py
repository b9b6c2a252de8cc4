"""Customers saved as the CRM describes them, and found by id or by fingerprint."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from escalation.customers.customer_locks import could_be_id
from escalation.customers.customer_rows import (
    EMAIL,
    ORGANISATION_NAME,
    PHONE,
    contact_row,
    contacts,
    customer_of_row,
    customer_query,
    organisation_of_record,
    organisation_of_row,
    organisation_query,
    organisation_row,
    organisations,
)
from escalation.customers.model import Contact, Customer, CustomerRecord, Organisation, tier_of
from escalation.customers.tier_history import Cause, set_by_hand, write_move, write_step
from escalation.normalise import normal_email, normal_name, normal_phone
from escalation.policy.model import Policy
from escalation.tables import insert_into
from escalation.vault import Vault


@dataclass(frozen=True, slots=True)
class TierChange:
    """A contact whose tier was `old` when last saved and is `new` from now on."""

    contact_id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SavedCustomer:
    """The result of a save. The tier belongs to the organisation, so one save can change that of several contacts."""

    customer: Customer
    created: bool
    tier_changes: tuple[TierChange, ...] = ()


def save_customer(
    db: Connection, vault: Vault, policy: Policy, record: CustomerRecord, now: datetime, by: str = "system"
) -> SavedCustomer:
    """Write a contact and their organisation as the CRM describes them, encrypted anew with the current key.

    A tier set by hand is taken as it stands, and the history says by whom: whoever asks a second person first calls
    `manual_tiers.wish_tier`.
    """
    name_mac = vault.fingerprint(normal_name(record.organisation), field=ORGANISATION_NAME)
    found = _lock_organisation(db, name_mac)
    is_other = found is not None and found.name_mac != name_mac
    if found is not None and is_other:  # a CRM that still writes a name merged away renames nothing
        record = replace(record, organisation=open_name(vault, (found.id, found.name)))
    organisation = organisation_of_record(found.id if found is not None else uuid4().hex, record)
    decision = tier_of(policy, organisation, now)
    before = _tiers_before(db, record.id, organisation.id)
    row = organisation_row(vault, organisation, decision, now)
    row |= {} if is_other else {"name_mac": name_mac}
    step = set_by_hand(policy, found, organisation, decision, by, now)
    if found is not None:
        if step is None:
            write_move(db, found.id, decision, Cause("figures", by), now)
        db.execute(update(organisations).where(organisations.c.id == found.id).values(row))
    elif not _insert_organisation(db, row):
        return save_customer(db, vault, policy, record, now, by)
    if step is not None:
        write_step(db, step)
    contact = Contact(record.id, organisation.id, record.contact, record.phone, record.email)
    _write_contact(db, vault, contact, now)
    return SavedCustomer(
        Customer(contact, organisation, decision.tier, decision.reason),
        created=record.id not in before,
        tier_changes=_tier_changes(before, decision.tier),
    )


def find_customer(db: Connection, vault: Vault, policy: Policy, contact_id: str, now: datetime) -> Customer | None:
    """Return the customer with the CRM's id, in the tier that applies at `now`.

    An id merged away finds whom it became.
    """
    if not could_be_id(contact_id):
        return None
    row = db.execute(customer_query().where(contacts.c.id == contact_id)).one_or_none()
    if row is not None and row.contact_merged_into is not None:
        row = db.execute(customer_query().where(contacts.c.id == row.contact_merged_into)).one()
    return None if row is None else customer_of_row(vault, policy, row, now)


def present_id(db: Connection, contact_id: str) -> str:
    """Return the id of whom an id merged away became; any other id as it is."""
    return db.scalar(select(contacts.c.merged_into).where(contacts.c.id == contact_id)) or contact_id


def find_as_filed(db: Connection, vault: Vault, policy: Policy, contact_id: str, now: datetime) -> Customer | None:
    """As `find_customer`, but an id merged away finds its own entry: what the CRM calls that contact."""
    row = db.execute(customer_query().where(contacts.c.id == contact_id)).one_or_none()
    return None if row is None else customer_of_row(vault, policy, row, now)


def find_customers(
    db: Connection, vault: Vault, policy: Policy, ids: Collection[str], now: datetime
) -> dict[str, Customer]:
    """Return the customers with these CRM ids by one query; unknown ids are left out."""
    if not ids:
        return {}
    rows = db.execute(customer_query().where(contacts.c.id.in_(sorted(ids))))
    found = (customer_of_row(vault, policy, row, now) for row in rows)
    return {customer.contact.id: customer for customer in found}


def find_all_by_phone(
    db: Connection, vault: Vault, policy: Policy, phone: str, now: datetime, *, whole: bool = False
) -> list[Customer]:
    """Return every customer with this number, by contact id; none for a text without digits.

    A main number finds those with an extension of it as well, unless it is the `whole` number. The number of an id
    merged away is one of whom it became; that of somebody who left is nobody's.
    """
    if not (normal := normal_phone(phone)):
        return []
    mac = vault.fingerprint(normal, field=PHONE)
    has_it = contacts.c.phone_mac == mac
    return _all_with(db, vault, policy, has_it if whole else or_(has_it, contacts.c.phone_main_mac == mac), now)


def find_all_by_email(db: Connection, vault: Vault, policy: Policy, email: str, now: datetime) -> list[Customer]:
    """As `find_all_by_phone`, for an e-mail address."""
    if not (normal := normal_email(email)):
        return []
    return _all_with(db, vault, policy, contacts.c.email_mac == vault.fingerprint(normal, field=EMAIL), now)


def _all_with(
    db: Connection, vault: Vault, policy: Policy, condition: ColumnElement[bool], now: datetime
) -> list[Customer]:
    matched = select(func.coalesce(contacts.c.merged_into, contacts.c.id)).where(condition)
    present = (contacts.c.id.in_(matched), contacts.c.left_at.is_(None))
    rows = db.execute(customer_query().where(*present).order_by(contacts.c.id))
    return [customer_of_row(vault, policy, row, now) for row in rows]


def list_contact_ids(db: Connection) -> tuple[str, ...]:
    """Return every contact's CRM id, in order."""
    return tuple(db.execute(select(contacts.c.id).order_by(contacts.c.id)).scalars())


def any_sealed_name(db: Connection) -> tuple[str, str] | None:
    """Return an organisation's id and encrypted name, to check keys with; None when there is none."""
    row = db.execute(select(organisations.c.id, organisations.c.name).limit(1)).one_or_none()
    return (row.id, row.name) if row is not None else None


def open_name(vault: Vault, sealed: tuple[str, str]) -> str:
    """Decrypt the name of `any_sealed_name`; raises VaultError when the keys do not fit."""
    return vault.open(sealed[1], row=sealed[0], field=ORGANISATION_NAME)


def _lock_organisation(db: Connection, name_mac: str) -> Row[*tuple[Any, ...]] | None:
    """Its row, names sealed, locked on PostgreSQL so that two saves of one organisation come one after the other.

    For a name merged away, that of what it became.
    """
    query = select(organisations).with_for_update()
    row = db.execute(query.where(organisations.c.name_mac == name_mac)).one_or_none()
    if row is None or row.merged_into is None:
        return row
    return db.execute(query.where(organisations.c.id == row.merged_into)).one()


def _tiers_before(db: Connection, contact_id: str, organisation_id: str) -> dict[str, str]:
    """The tier last saved for every contact this save can move: this one, and all of the organisation."""
    moved = or_(contacts.c.id == contact_id, contacts.c.organisation_id == organisation_id)
    query = select(contacts.c.id, organisations.c.tier).join_from(contacts, organisations).where(moved)
    return {row.id: row.tier for row in db.execute(query.order_by(contacts.c.id))}


def _tier_changes(before: dict[str, str], new: str) -> tuple[TierChange, ...]:
    return tuple(TierChange(contact_id, old, new) for contact_id, old in before.items() if old != new)


def _insert_organisation(db: Connection, row: dict[str, object]) -> bool:
    """False when another replica wrote the same organisation first; its row is there by then."""
    statement = insert_into(db, organisations).values(row).on_conflict_do_nothing(index_elements=["name_mac"])
    return db.execute(statement.returning(organisations.c.id)).scalar_one_or_none() is not None


def _write_contact(db: Connection, vault: Vault, contact: Contact, now: datetime) -> None:
    row = contact_row(vault, contact, now)
    db.execute(insert_into(db, contacts).values(row).on_conflict_do_update(index_elements=["id"], set_=row))


def find_organisation(db: Connection, vault: Vault, organisation_id: str) -> Organisation | None:
    """Return the organisation with this id, or what it was merged into."""
    row = db.execute(organisation_query().where(organisations.c.id == organisation_id)).one_or_none()
    if row is not None and row.org_merged_into is not None:
        row = db.execute(organisation_query().where(organisations.c.id == row.org_merged_into)).one()
    return None if row is None else organisation_of_row(vault, row)


def organisations_called(db: Connection, vault: Vault, called: Collection[str]) -> dict[str, str]:
    """Return the ids of organisations by what they are called: one of their contacts' ids, or their name.

    What nobody is called is left out; names merged away find the organisation they became.
    """
    found: dict[str, str] = {}
    macs = {vault.fingerprint(normal_name(each), field=ORGANISATION_NAME): each for each in sorted(called)}
    for keys in _in_steps(sorted(macs)):
        query = select(organisations.c.name_mac, func.coalesce(organisations.c.merged_into, organisations.c.id))
        found |= {macs[row[0]]: row[1] for row in db.execute(query.where(organisations.c.name_mac.in_(keys)))}
    for keys in _in_steps(sorted(called)):
        query = select(contacts.c.id, contacts.c.organisation_id).where(contacts.c.id.in_(keys))
        found |= {row[0]: row[1] for row in db.execute(query)}
    return found


def _in_steps(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[begin : begin + 500] for begin in range(0, len(keys), 500))
