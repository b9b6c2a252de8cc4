"""Remarks, preferred channels, notes and items of customers: written with a line in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.tickets.customer_changes import NoSuchContact
from escalation.customers import contact_details, customer_notes, customer_store, items
from escalation.customers.item_file import ItemEntry, ItemFault, ItemFaults
from escalation.customers.items import CustomerItem
from escalation.customers.model import Customer
from escalation.journal import journal_store


def set_details(
    db: Connection,
    rules: Rules,
    contact_id: str,
    by: str,
    now: datetime,
    *,
    note: str | None = None,
    preferred_channel: str | None = None,
) -> Customer:
    """Change a contact's remark or preferred channel; None leaves it, an empty text removes it.

    Raises NoSuchContact, or DetailRefused.
    """
    customer = _known(db, rules, contact_id, now)
    mine = customer.contact.id
    if note is not None:
        contact_details.set_note(db, rules.vault, mine, note, now)
    if preferred_channel is not None:
        contact_details.set_preferred_channel(db, mine, preferred_channel, now)
    after = {"note": bool(note)} if note is not None else {}
    told = after | ({"preferred_channel": preferred_channel} if preferred_channel is not None else {})
    journal_store.record(db, f"customer:{mine}", "customer changed", by, now, after=told)
    return _known(db, rules, mine, now)


def add_note(db: Connection, rules: Rules, contact_id: str, text: str, by: str, login: str, now: datetime) -> Customer:
    """Write a note on the file of a contact's organisation, signed `by`; raises NoSuchContact, or NoteRefused."""
    customer = _known(db, rules, contact_id, now)
    customer_notes.add_note(db, rules.vault, customer.organisation.id, customer.contact.id, text, by, now)
    journal_store.record(db, f"customer:{customer.contact.id}", "customer note added", login, now)
    return customer


def put_items(
    db: Connection,
    rules: Rules,
    contact_id: str,
    wanted: Sequence[CustomerItem],
    by: str,
    now: datetime,
    *,
    in_place_of_all: bool = False,
) -> list[CustomerItem]:
    """Write items of a contact's organisation and return all it has by then; raises NoSuchContact."""
    customer = _known(db, rules, contact_id, now)
    write = items.replace_items if in_place_of_all else items.save_items
    created = write(db, customer.organisation.id, wanted, now)
    _record_items(db, customer, {"items": len(wanted), "new": created}, by, now)
    return items.items_of(db, customer.organisation.id)


def drop_items(
    db: Connection, rules: Rules, contact_id: str, kind: str | None, number: str | None, by: str, now: datetime
) -> int:
    """Remove items of a contact's organisation: all, of a kind, or one; return how many. Raises NoSuchContact."""
    customer = _known(db, rules, contact_id, now)
    removed = items.remove_items(db, customer.organisation.id, kind, number)
    _record_items(db, customer, {"removed": removed}, by, now)
    return removed


def import_items(
    db: Connection, rules: Rules, entries: Sequence[ItemEntry], by: str, now: datetime, file: str = ""
) -> tuple[int, int]:
    """Write the items of a file, all or none; return of how many organisations, and how many items were new.

    Raises ItemFaults for a customer who is neither a contact's id nor an organisation's name.
    """
    houses = customer_store.organisations_called(db, rules.vault, {entry.customer for entry in entries})
    wrong = [
        ItemFault(
            entry.line,
            f'"{entry.customer}" is neither a contact\'s id nor the name of an organisation we know.',
            file,
            code="unknown_customer",
            values={"customer": entry.customer},
        )
        for entry in entries
        if entry.customer not in houses
    ]
    if wrong:
        raise ItemFaults(wrong)
    by_house: dict[str, dict[tuple[str, str], CustomerItem]] = {}
    for entry in entries:
        by_house.setdefault(houses[entry.customer], {})[entry.item.kind, entry.item.number] = entry.item
    created = sum(items.save_items(db, house, list(found.values()), now) for house, found in sorted(by_house.items()))
    told = {"items": len(entries), "new": created, "organisations": len(by_house)}
    journal_store.record(db, "customers", "customer items saved", by, now, after=told)
    return len(by_house), created


def _record_items(db: Connection, customer: Customer, told: dict[str, int], by: str, now: datetime) -> None:
    subject = f"organisation:{customer.organisation.id}"
    journal_store.record(db, subject, "customer items saved", by, now, after=told)


def _known(db: Connection, rules: Rules, contact_id: str, now: datetime) -> Customer:
    found = customer_store.find_customer(db, rules.vault, rules.policy, contact_id, now)
    if found is None:
        raise NoSuchContact(contact_id)
    return found
