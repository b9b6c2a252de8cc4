"""Organisations and contacts as rows: the tables, and the encryption of personal data in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    select,
    text,
)

from escalation.customers.model import (
    Contact,
    Customer,
    CustomerRecord,
    ManualTier,
    Organisation,
    TierDecision,
    tier_of,
)
from escalation.normalise import main_number, normal_email, normal_phone
from escalation.policy.model import Policy
from escalation.sealed_columns import SealedText
from escalation.tables import metadata
from escalation.vault import Vault

NOT_TOLD = -1  # a figure that the CRM has not told
organisations = Table(
    "organisations",
    metadata,
    Column("id", String(32), primary_key=True),  # made by us before the row exists: the name is sealed for it
    Column("name", Text, nullable=False),
    Column("name_mac", String(64), nullable=False, unique=True),
    Column("annual_amount", BigInteger, nullable=False),
    Column("orders_per_year", Integer, nullable=False),
    Column("influence", Integer, nullable=False),
    Column("complexity", Integer, nullable=False),
    Column("manual_tier", Text),
    Column("manual_reason", SealedText("organisations.manual_reason")),
    Column("manual_expires", Date),
    Column("tier", Text, nullable=False),  # as last saved; whoever needs it now asks find_customer
    Column("tier_reason", SealedText("organisations.tier_reason"), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("agent", String(64)),  # sign-in name of the agent who looks after them
    Column("merged_into", ForeignKey("organisations.id")),  # the organisation that this name stands for by now
    Column("expiry_noted", Date),  # the last day of a manual tier that has run out and been followed
    Index("ix_organisations_updated_at", "updated_at"),
)
_RUN_OUT = text("manual_tier IS NOT NULL AND (expiry_noted IS NULL OR expiry_noted <> manual_expires)")
Index(
    "ix_organisations_manual_expires",
    organisations.c.manual_expires,
    sqlite_where=_RUN_OUT,
    postgresql_where=_RUN_OUT,
)


contacts = Table(
    "contacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("phone_mac", String(64), index=True),
    Column("phone_main_mac", String(64), index=True),  # of a number with an extension: of that without it
    Column("email", Text),
    Column("email_mac", String(64), index=True),
    Column("updated_at", DateTime(timezone=True), nullable=False, index=True),
    Column("note", Text),
    Column("preferred_channel", String(16)),
    Column("merged_into", ForeignKey("contacts.id"), index=True),  # who this id and its number stand for by now
    Column("left_at", DateTime(timezone=True)),
)


ORGANISATION_NAME = "organisations.name"


NAME, PHONE, EMAIL, NOTE = "contacts.name", "contacts.phone", "contacts.email", "contacts.note"


def organisation_of_record(organisation_id: str, record: CustomerRecord) -> Organisation:
    """Return the organisation of a CRM record under this id."""
    return Organisation(
        organisation_id,
        record.organisation,
        record.annual_amount,
        record.orders_per_year,
        record.influence,
        record.complexity,
        record.manual,
        record.agent,
    )


def organisation_row(
    vault: Vault, organisation: Organisation, decision: TierDecision, now: datetime
) -> dict[str, object]:
    """Return the row of an organisation, its name encrypted for it, with the tier decided at `now`."""
    manual = organisation.manual
    return {
        "id": organisation.id,
        "name": vault.seal(organisation.name, row=organisation.id, field=ORGANISATION_NAME),
        "annual_amount": organisation.annual_amount,
        "orders_per_year": _stored(organisation.orders_per_year),
        "influence": _stored(organisation.influence),
        "complexity": _stored(organisation.complexity),
        "manual_tier": manual and manual.tier,
        "manual_reason": manual and manual.reason,
        "manual_expires": manual and manual.expires,
        "tier": decision.tier,
        "tier_reason": decision.reason,
        "updated_at": now,
        "agent": organisation.agent,
    }


def phone_macs(vault: Vault, phone: str | None) -> dict[str, str | None]:
    """Return the fingerprints that a number is found by, keyed by column; none of an empty one."""
    normal = normal_phone(phone) if phone else ""
    main = main_number(normal)
    macs = {"phone_mac": normal, "phone_main_mac": main if main != normal else ""}
    return {column: vault.fingerprint(each, field=PHONE) if each else None for column, each in macs.items()}


def contact_row(vault: Vault, contact: Contact, now: datetime) -> dict[str, object]:
    """Return the row of a contact: personal data encrypted, phone and e-mail with their fingerprints."""

    def sealed(text: str | None, field: str) -> str | None:
        return vault.seal(text, row=contact.id, field=field) if text else None

    return {
        "id": contact.id,
        "organisation_id": contact.organisation_id,
        "name": sealed(contact.name, NAME) or "",
        "phone": sealed(contact.phone, PHONE),
        **phone_macs(vault, contact.phone),
        "email": sealed(contact.email, EMAIL),
        "email_mac": contact.email and vault.fingerprint(normal_email(contact.email), field=EMAIL),
        "updated_at": now,
        "left_at": None,  # whoever the CRM describes again is back
    }


def bare_organisation(row: Row[*tuple[Any, ...]]) -> Organisation:
    """Return what a row of `organisations` says of a tier; the name, which needs a key, is left empty."""
    manual = ManualTier(row.manual_tier, row.manual_reason, row.manual_expires) if row.manual_tier else None
    told = (_told(row.orders_per_year), _told(row.influence), _told(row.complexity))
    return Organisation(row.id, "", row.annual_amount, *told, manual, row.agent)


def customer_query() -> Select[*tuple[Any, ...]]:
    """Return a query over contacts with their organisations, as `customer_of_row` reads it."""
    columns = [column.label(f"contact_{column.key}") for column in contacts.c]
    return select(*columns, *(column.label(f"org_{column.key}") for column in organisations.c)).join_from(
        contacts, organisations
    )


def customer_of_row(vault: Vault, policy: Policy, row: Row[*tuple[Any, ...]], now: datetime) -> Customer:
    """Return the customer of a row, in the tier that applies at `now`.

    The stored tier is not read: a manual tier may have expired since, or the policy changed. Raises VaultError when the
    keys do not fit.
    """
    organisation = organisation_of_row(vault, row)
    decision = tier_of(policy, organisation, now)
    return Customer(_contact_of_row(vault, row), organisation, decision.tier, decision.reason)


def organisation_query() -> Select[*tuple[Any, ...]]:
    """Return a query over organisations, as `organisation_of_row` reads it."""
    return select(*(column.label(f"org_{column.key}") for column in organisations.c))


def organisation_of_row(vault: Vault, row: Row[*tuple[Any, ...]]) -> Organisation:
    """Return the organisation of a row of either query; raises VaultError when the keys do not fit."""
    manual = ManualTier(row.org_manual_tier, row.org_manual_reason, row.org_manual_expires)
    return Organisation(
        row.org_id,
        vault.open(row.org_name, row=row.org_id, field=ORGANISATION_NAME),
        row.org_annual_amount,
        _told(row.org_orders_per_year),
        _told(row.org_influence),
        _told(row.org_complexity),
        manual if manual.tier else None,
        row.org_agent,
    )


def _contact_of_row(vault: Vault, row: Row[*tuple[Any, ...]]) -> Contact:
    def opened(stored: str | None, field: str) -> str | None:
        return vault.open(stored, row=row.contact_id, field=field) if stored else None

    return Contact(
        row.contact_id,
        row.contact_organisation_id,
        opened(row.contact_name, NAME) or "",
        opened(row.contact_phone, PHONE),
        opened(row.contact_email, EMAIL),
        opened(row.contact_note, NOTE),
        row.contact_preferred_channel,
        row.contact_left_at,
    )


def _stored(figure: int | None) -> int:
    return NOT_TOLD if figure is None else figure


def _told(stored: int) -> int | None:
    return None if stored == NOT_TOLD else stored
