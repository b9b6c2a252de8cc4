"""`jiedai customers items import|list|remove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import File, argument
from bot.cli.customer_file import BY, ContactId, item_as_json
from bot.cli.output import Result, Table, counted
from bot.cli.session import WithoutKnowledge
from bot.files.escalation_files import read_items_file
from bot.tickets.customer_changes import NoSuchContact
from bot.tickets.customer_details import drop_items, import_items
from escalation.customers.customer_store import find_customer
from escalation.customers.items import ITEM_KINDS, items_of


def load(service: WithoutKnowledge, file: File) -> Result:
    """Import a table of items, all rows or none; raises ItemFaults."""
    entries = read_items_file(Path(file))
    write, now = service.database.write_now, service.clock()
    houses, created = write(import_items, service.rules, entries, BY, now, Path(file).name)
    told = {"items": len(entries), "new": created, "organisations": houses}
    sentence = f"{counted(len(entries), 'item')} of {counted(houses, 'organisation')} saved, {created} of them new."
    return Result(told, sentence)


def show(service: WithoutKnowledge, contact_id: ContactId) -> Result:
    """Return the items of a contact's organisation; raises NoSuchContact."""
    rules, read = service.rules, service.database.read_now
    customer = read(find_customer, rules.vault, rules.policy, contact_id, service.clock())
    if customer is None:
        raise NoSuchContact(contact_id)
    found = read(items_of, customer.organisation.id)
    headings = ("kind", "number", "what", "begins", "ends", "status", "note")
    rows = [tuple(str(getattr(item, name) or "") for name in headings) for item in found]
    title = f"{customer.organisation.name}: {counted(len(rows), 'item')}"
    return Result([item_as_json(item) for item in found], [Table(title, headings, rows)])


def remove(
    service: WithoutKnowledge,
    contact_id: ContactId,
    kind: Annotated[str, argument(metavar="KIND", help=", ".join(ITEM_KINDS))],
    number: Annotated[str, argument(metavar="NUMBER", help="the item's number")],
) -> Result:
    """Remove one item of a contact's organisation; raises NoSuchContact, and NotReady when there is no such item."""
    if kind not in ITEM_KINDS:
        raise NotReady(f'A kind must be one of {", ".join(ITEM_KINDS)}; found "{kind}".')
    if not service.database.write_now(drop_items, service.rules, contact_id, kind, number, BY, service.clock()):
        raise NotReady(f"{contact_id} has no {kind} {number}; `jiedai customers items list {contact_id}` shows all.")
    return Result({"removed": 1}, f"The {kind} {number} is removed.")
