"""Write what a CRM record changes of a contact and their organisation, and find who else has their number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, func, or_, select, update

from escalation.customers.customer_patch import CustomerPatch, Kept, Patched, names_organisation, patched
from escalation.customers.customer_rows import (
    EMAIL,
    ORGANISATION_NAME,
    PHONE,
    contact_row,
    contacts,
    organisation_of_row,
    organisation_query,
    organisation_row,
    organisations,
)
from escalation.customers.customer_store import TierChange, find_as_filed
from escalation.customers.manual_tiers import wish_tier
from escalation.customers.model import ONE_PERSON, Customer, Organisation, tier_of
from escalation.normalise import normal_email, normal_name, normal_phone
from escalation.policy.model import Policy
from escalation.tables import insert_into
from escalation.vault import Vault

_OWN = "organisations.own"
WHO = func.coalesce(contacts.c.merged_into, contacts.c.id)  # an id merged away is who it became


@dataclass(frozen=True, slots=True)
class Collision:
    """Another contact who has the same number or address: `field` is phone or email."""

    field: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class AppliedPatch:
    """What came of one record: fields by what became of them, and what it means for others."""

    customer: Customer
    created: bool
    changed: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    collisions: tuple[Collision, ...] = ()
    waiting: bool = False  # a tier wished for waits for a second person
    tier_changes: tuple[TierChange, ...] = ()


def write_patch(
    db: Connection,
    vault: Vault,
    policy: Policy,
    patch: CustomerPatch,
    now: datetime,
    by: str,
    *,
    overwrite: bool = False,
) -> AppliedPatch:
    """Write what the record changes, encrypted anew with the current key; see `patched` for `overwrite`.

    Raises CrmFaults for what a new contact or a new organisation lacks.
    """
    known = find_as_filed(db, vault, policy, patch.id, now)
    house, name_mac = _house(db, vault, patch, known)
    if house is not None and vault.fingerprint(normal_name(house.name), field=ORGANISATION_NAME) != name_mac:
        # A CRM that still writes a name merged away renames nothing.
        patch = replace(patch, organisation=house.name) if names_organisation(patch) is not None else patch
    new_id = _own_id(vault, patch.id) if names_organisation(patch) is None else uuid4().hex
    made = patched(patch, known, house, new_id, overwrite=overwrite)
    before = _tiers_before(db, patch.id, made.organisation.id)
    if not _write_organisation(db, vault, policy, made, house, name_mac, now):
        return write_patch(db, vault, policy, patch, now, by, overwrite=overwrite)
    row = contact_row(vault, made.contact, now)
    db.execute(insert_into(db, contacts).values(row).on_conflict_do_update(index_elements=["id"], set_=row))
    outcome = wish_tier(db, policy, made.organisation.id, made.wish, by, now) if made.wish else "unchanged"
    organisation = made.organisation
    if outcome == "in_force" and made.wish:
        organisation = replace(organisation, manual=made.wish)
    decision = tier_of(policy, organisation, now)
    _store_tier(db, organisation, decision.tier, decision.reason)
    return AppliedPatch(
        Customer(made.contact, organisation, decision.tier, decision.reason),
        created=known is None,
        changed=(*made.changed, *(("tier",) if outcome == "in_force" and known is not None else ())),
        cleared=made.cleared,
        kept=made.kept,
        collisions=_collisions(db, vault, made),
        waiting=outcome == "waiting",
        tier_changes=tuple(
            TierChange(contact_id, old, decision.tier) for contact_id, old in before.items() if old != decision.tier
        ),
    )


def _house(
    db: Connection, vault: Vault, patch: CustomerPatch, known: Customer | None
) -> tuple[Organisation | None, str]:
    """The organisation that the record is about, locked, and the fingerprint it is found by."""
    name = names_organisation(patch)
    if name is not None:
        name_mac = vault.fingerprint(normal_name(name), field=ORGANISATION_NAME)
        query = organisation_query().where(organisations.c.name_mac == name_mac)
    else:
        own = _own_id(vault, patch.id)
        name_mac = vault.fingerprint(patch.id, field=_OWN)
        where = known.organisation.id if known is not None else own
        query = organisation_query().where(organisations.c.id == where)
    row = db.execute(query.with_for_update()).one_or_none()
    if row is not None and row.org_merged_into is not None:
        kept = organisation_query().where(organisations.c.id == row.org_merged_into)
        row = db.execute(kept.with_for_update()).one()
    return (None if row is None else organisation_of_row(vault, row)), name_mac


def _own_id(vault: Vault, contact_id: str) -> str:
    return f"{ONE_PERSON}{vault.fingerprint(contact_id, field=_OWN)}"[:32]


def _write_organisation(
    db: Connection,
    vault: Vault,
    policy: Policy,
    made: Patched,
    house: Organisation | None,
    name_mac: str,
    now: datetime,
) -> bool:
    """False when another replica wrote the same new organisation first; its row is there by then."""
    row = organisation_row(vault, made.organisation, tier_of(policy, made.organisation, now), now)
    if house is not None:
        db.execute(update(organisations).where(organisations.c.id == house.id).values(row))
        return True
    statement = insert_into(db, organisations).values(row | {"name_mac": name_mac})
    written = statement.on_conflict_do_nothing(index_elements=["name_mac"]).returning(organisations.c.id)
    return db.execute(written).scalar_one_or_none() is not None


def _store_tier(db: Connection, organisation: Organisation, tier: str, reason: str) -> None:
    where = organisations.c.id == organisation.id
    db.execute(update(organisations).where(where).values(tier=tier, tier_reason=reason))


def _tiers_before(db: Connection, contact_id: str, organisation_id: str) -> dict[str, str]:
    """The tier last saved for every contact this can move: this one, and all of the organisation."""
    moved = or_(contacts.c.id == contact_id, contacts.c.organisation_id == organisation_id)
    query = select(contacts.c.id, organisations.c.tier).join_from(contacts, organisations).where(moved)
    return {row.id: row.tier for row in db.execute(query.order_by(contacts.c.id))}


def _collisions(db: Connection, vault: Vault, made: Patched) -> tuple[Collision, ...]:
    found: list[Collision] = []
    contact = made.contact
    me = db.scalar(select(WHO).where(contacts.c.id == contact.id)) or contact.id
    for field, column, value in (
        ("phone", contacts.c.phone_mac, contact.phone and vault.fingerprint(normal_phone(contact.phone), field=PHONE)),
        ("email", contacts.c.email_mac, contact.email and vault.fingerprint(normal_email(contact.email), field=EMAIL)),
    ):
        if value:
            ids = db.scalars(select(WHO).where(column == value, contacts.c.left_at.is_(None)).distinct().order_by(WHO))
            found += [Collision(field, contact_id) for contact_id in ids.fetchmany(6) if contact_id != me][:5]
    return tuple(found)
