"""`jiedai customers show|set|merge|remove`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.customer_stars import note_looks, with_stars
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithoutKnowledge
from bot.privacy.held import held_of
from bot.tickets import customer_changes, customer_details
from bot.tickets.customer_file import CustomerFile, read_file
from bot.tickets.tier_changes import apply_patch
from escalation.customers.contact_details import PREFERRED_CHANNELS
from escalation.customers.crm_import import parse_patch
from escalation.customers.items import CustomerItem
from escalation.customers.model import Customer
from escalation.customers.starring import starred
from escalation.policy.model import Policy

BY = "cli"  # in the journal
DETAILS = ("note", "preferred_channel")  # beside the CRM's own fields

HEADINGS = ("id", "contact", "organisation", "tier", "agent")
ContactId = Annotated[str, argument(metavar="ID", help="the contact's CRM id")]


def show(
    service: WithoutKnowledge,
    contact_id: ContactId,
    reveal: Annotated[
        bool, argument("--reveal", help="numbers and addresses whole; the look is on record in the journal")
    ] = False,
) -> Result:
    """Return a customer's file, numbers and addresses starred unless asked for; raises NoSuchContact."""
    rules, now = service.rules, service.clock()
    found = service.database.read_now(read_file, rules, contact_id, now, None)
    if found is None:
        raise customer_changes.NoSuchContact(contact_id)
    held = service.database.read_now(held_of, found.customer.contact.id)
    if reveal:
        service.database.write_now(note_looks, [found.customer.contact.id], BY, now)
    else:
        found = with_stars(found)
    rows = [(name.replace("_", " "), str(count)) for name, count in held.items() if count]
    told = _file_as_json(found) | {"held": held}
    return Result(told, [*_told(found, rules.policy), Table("What is held of them", ("class", "how much"), rows)])


def put(
    service: WithoutKnowledge,
    contact_id: ContactId,
    given: Annotated[
        tuple[str, ...],
        argument(metavar="FIELD=VALUE", help="a column of the CRM table, note or preferred_channel; blank clears it"),
    ],
) -> Result:
    """Change fields of a contact and their organisation; open tickets follow a changed tier.

    Raises NotReady for what is no FIELD=VALUE, NoSuchContact, CrmFaults or DetailRefused.
    """
    fields = _fields(given)
    rules, now, write = service.rules, service.clock(), service.database.write_now
    details = {name: fields.pop(name) for name in DETAILS if name in fields}
    known = service.database.read_now(read_file, rules, contact_id, now, None)
    if known is None:
        raise customer_changes.NoSuchContact(contact_id)
    patch = parse_patch({"id": contact_id, **fields}, tuple(rules.policy.tiers)) if fields else None

    def change(db: Any) -> tuple[Customer, list[str]]:
        customer, words = known.customer, list[str]()
        if patch is not None:
            applied = apply_patch(db, rules, patch, now, BY, overwrite=True)
            customer = applied.customer
            words += [f"{each.field} stays {each.stays}." for each in applied.kept]
            words += [f"The same {each.field} is that of {each.contact_id}." for each in applied.collisions]
            words += ["The tier waits for a second person."] if applied.waiting else []
        if details:
            customer = customer_details.set_details(db, rules, contact_id, BY, now, **details)
        return customer, words

    customer, words = write(change)
    return Result(customer_as_json(customer), [f"{contact_id} is saved; their tier is {customer.tier}.", *words])


def merge(
    service: WithoutKnowledge,
    from_id: Annotated[str, argument(metavar="FROM", help="the contact's id that is given up; it finds the other")],
    into_id: Annotated[str, argument(metavar="INTO", help="the contact's id that stays")],
    organisations: Annotated[
        bool, argument("--organisations", help="merge their organisations, not the two contacts")
    ] = False,
) -> Result:
    """Make one customer of two; raises NoSuchContact, or MergeRefused.

    The latter, where two people decide on tiers set by hand, for organisations that have different ones.
    """
    move = customer_changes.merge_organisations if organisations else customer_changes.merge_contacts
    merged = service.database.write_now(move, service.rules, from_id, into_id, BY, service.clock())
    told = {"into": merged.customer.contact.id, "organisation": merged.customer.organisation.name}
    told |= {"tier": merged.customer.tier}
    if organisations:
        sentence = f"{merged.contacts} contacts moved to {merged.customer.organisation.name}"
        counts = {"contacts": merged.contacts}
    else:
        sentence = f"{from_id} is {into_id} from now on: {merged.conversations} conversations"
        sentence += f" and {merged.tickets} tickets moved"
        counts = {"conversations": merged.conversations, "tickets": merged.tickets}
    return Result(told | counts, f"{sentence}; the tier is {merged.customer.tier}.")


def remove(service: WithoutKnowledge, contact_id: ContactId) -> Result:
    """Note that a contact has left; raises NoSuchContact, or RemovalRefused while they have open tickets."""
    service.database.write_now(customer_changes.remove_contact, service.rules, contact_id, BY, service.clock())
    sentence = f"{contact_id} has left: their number proves nothing any more, and their file stays."
    return Result({"id": contact_id, "removed": True}, sentence)


def item_as_json(item: CustomerItem) -> dict[str, Any]:
    """Return an item for a program to read."""
    told: dict[str, Any] = {"kind": item.kind, "number": item.number, "what": item.what}
    told |= {"begins": item.begins and item.begins.isoformat(), "ends": item.ends and item.ends.isoformat()}
    return told | {"status": item.status, "note": item.note}


def _fields(given: Sequence[str]) -> dict[str, str]:
    fields = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise NotReady(f'Write FIELD=VALUE, such as phone=13800000001; found "{each}".')
        if name == "preferred_channel" and value and value not in PREFERRED_CHANNELS:
            raise NotReady(f'preferred_channel must be one of {", ".join(PREFERRED_CHANNELS)}; found "{value}".')
        fields[name] = value
    return fields


def row_of(customer: Customer) -> tuple[str, ...]:
    """Return a customer as a row of a list: id, contact, organisation, tier, agent."""
    of, contact = customer.organisation, customer.contact
    name = f"{contact.name} (left)" if contact.left_at is not None else contact.name
    return contact.id, name, of.name, customer.tier, of.agent or ""


def customer_as_json(customer: Customer) -> dict[str, Any]:
    """Return a customer for a program to read."""
    of, contact = customer.organisation, customer.contact
    told: dict[str, Any] = {"id": contact.id, "contact": contact.name, "phone": contact.phone, "email": contact.email}
    told |= {"organisation": of.name, "agent": of.agent, "tier": customer.tier, "tier_reason": customer.tier_reason}
    told |= {"note": contact.note, "preferred_channel": contact.preferred_channel}
    return told | {"left_at": contact.left_at.isoformat() if contact.left_at is not None else None}


def _file_as_json(file: CustomerFile) -> dict[str, Any]:
    told = customer_as_json(file.customer)
    told["contacts"] = [customer_as_json(each) for each in file.colleagues]
    told["former_ids"] = list(file.former_ids)
    told["items"] = [item_as_json(item) for kind in file.items for item in kind.items]
    told["notes"] = [{"at": note.at.isoformat(), "by": note.by, "text": note.text} for note in file.notes]
    told["tickets"] = [{"id": each.id, "subject": starred(each.subject), "state": each.state} for each in file.matters]
    told |= {"tickets_in_all": file.total, "ratings": list(file.ratings), "complaints": file.complaints}
    for name, at in (("first_contact", file.first_contact), ("last_contact", file.last_contact)):
        told[name] = at.isoformat() if at is not None else None
    at = file.check_in.next_at
    off = file.no_surveys_since
    told["no_surveys_since"] = off.isoformat() if off is not None else None
    return told | {"next_follow_up": at.isoformat() if at is not None else None}


def _told(file: CustomerFile, policy: Policy) -> Iterator[str | Table]:
    customer, zone = file.customer, policy.zone
    facts = [
        ("organisation", customer.organisation.name),
        ("contact", customer.contact.name),
        ("phone", customer.contact.phone or ""),
        ("e-mail", customer.contact.email or ""),
        ("preferred channel", customer.contact.preferred_channel or ""),
        ("note", customer.contact.note or ""),
        ("also known as", ", ".join(file.former_ids)),
        ("left", minute(customer.contact.left_at, zone) if customer.contact.left_at else ""),
        ("tier", customer.tier),
        ("because", customer.tier_reason),
        ("agent", file.agent or ""),
        ("first contact", minute(file.first_contact, zone) if file.first_contact else ""),
        ("last contact", minute(file.last_contact, zone) if file.last_contact else ""),
        ("no surveys since", minute(file.no_surveys_since, zone) if file.no_surveys_since else ""),
        ("next follow-up", _check_in(file, zone)),
        ("ratings", ", ".join(map(str, file.ratings))),
        ("complaints", str(file.complaints) if file.complaints else ""),
    ]
    yield Table(f"Customer {customer.contact.id}", ("what", "value"), [fact for fact in facts if fact[1]])
    if file.colleagues:
        yield Table("Other contacts", HEADINGS, [row_of(each) for each in file.colleagues])
    for kind in file.items:
        rows = [(item.number, item.what, _span(item), item.status or "", item.note or "") for item in kind.items]
        more = f", {kind.more} more" if kind.more else ""
        yield Table(f"{kind.kind.capitalize()}s{more}", ("number", "what", "dates", "status", "note"), rows)
    if file.matters:
        matters = [
            (f"#{each.id}", starred(each.subject), each.state, minute(each.received_at, zone)) for each in file.matters
        ]
        yield Table(f"Tickets: {file.total}", ("number", "subject", "state", "received"), matters)
    if file.notes:
        notes = [(minute(note.at, zone), note.by, note.text) for note in file.notes]
        yield Table("Notes", ("written", "by", "text"), notes)


def _check_in(file: CustomerFile, zone: tzinfo) -> str:
    state = file.check_in
    if state.due_at is not None:
        return f"by {minute(state.due_at, zone)}, on ticket {state.ticket_id}"
    return f"from {minute(state.next_at, zone)}" if state.next_at is not None else ""


def _span(item: CustomerItem) -> str:
    return f"{item.begins or ''} – {item.ends or ''}" if item.begins or item.ends else ""
