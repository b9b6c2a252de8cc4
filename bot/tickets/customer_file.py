"""A customer's file: organisation, contacts, items, notes, and matters as far as one may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.rules import Rules
from bot.tickets.customer_consents import of_contact, standing
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.customers import customer_notes, items
from escalation.customers.consents import Consent
from escalation.customers.customer_notes import CustomerNote
from escalation.customers.customer_rows import contacts
from escalation.customers.customer_store import find_customer, find_customers
from escalation.customers.items import ItemsOfKind
from escalation.customers.model import Customer
from escalation.staff import Staff, all_staff
from escalation.surveys.survey_consents import withdrawn_at
from escalation.tickets import check_ins, ticket_store
from escalation.tickets.access import visible_to
from escalation.tickets.check_ins import CheckInState
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets

MOST_MATTERS = 100  # listed, the newest; all of them are counted
MOST_ITEMS = 50  # of each kind


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What is on file of a contact and their organisation; `matters` are those that the reader may see."""

    customer: Customer
    colleagues: tuple[Customer, ...]  # every other contact of the organisation
    former_ids: tuple[str, ...]  # ids that were merged into this contact
    agent: str | None  # the name of the agent who looks after them
    items: tuple[ItemsOfKind, ...]
    notes: tuple[CustomerNote, ...]
    matters: tuple[Ticket, ...]
    total: int  # matters of the organisation, those out of sight too
    hidden: int  # of these, out of the reader's sight
    first_contact: datetime | None
    last_contact: datetime | None
    no_surveys_since: datetime | None  # when the contact withdrew from quarterly surveys
    consents: Mapping[str, Consent]  # how the contact stands to what rests on consent, by purpose
    check_in: CheckInState  # where they stand by their tier's schedule of follow-ups

    @property
    def ratings(self) -> tuple[int, ...]:
        """The scores of the matters in sight, the newest first."""
        return tuple(ticket.rating for ticket in self.matters if ticket.rating is not None)

    @property
    def complaints(self) -> int:
        """How many of the matters in sight are complaints."""
        return sum(ticket.complaint for ticket in self.matters)


def read_file(db: Connection, rules: Rules, contact_id: str, now: datetime, who: Staff | None) -> CustomerFile | None:
    """Return what is on file of a contact; None for an unknown id. `who` reads it; None: the operator, who sees all."""
    customer = find_customer(db, rules.vault, rules.policy, contact_id, now)
    if customer is None:
        return None
    of = customer.organisation
    ids = list(db.scalars(select(contacts.c.id).where(contacts.c.organisation_id == of.id).order_by(contacts.c.id)))
    present = select(contacts.c.id).where(contacts.c.organisation_id == of.id, contacts.c.merged_into.is_(None))
    others = [each for each in db.scalars(present.order_by(contacts.c.id)) if each != customer.contact.id]
    people = find_customers(db, rules.vault, rules.policy, others, now)
    former = select(contacts.c.id).where(contacts.c.merged_into == customer.contact.id).order_by(contacts.c.id)
    mine = tickets.c.contact_id.in_(ids)
    sight = (mine, visible_to(who)) if who is not None else (mine,)
    matters = ticket_store.find_tickets(db, *sight, limit=MOST_MATTERS)
    total, seen = _count(db, mine), _count(db, *sight)
    first, last = _contact_times(db, ids)
    return CustomerFile(
        customer=customer,
        colleagues=tuple(people[each] for each in others),
        former_ids=tuple(db.scalars(former)),
        agent=next((one.name for one in all_staff(db) if one.login == of.agent), of.agent),
        items=items.latest_items(db, of.id, MOST_ITEMS),
        notes=tuple(customer_notes.notes_on(db, rules.vault, of.id)),
        matters=tuple(matters),
        total=total,
        hidden=total - seen,
        first_contact=first,
        last_contact=last,
        no_surveys_since=withdrawn_at(db, customer.contact.id),
        consents=standing(db, of_contact(db, customer.contact.id)),
        check_in=check_ins.state_of(db, rules.policy, rules.policy.tier_of(customer.tier), of.id),
    )


def _count(db: Connection, *where: object) -> int:
    return int(db.scalar(select(func.count()).select_from(tickets).where(*where)) or 0)  # type: ignore[arg-type]


def _contact_times(db: Connection, ids: Sequence[str]) -> tuple[datetime | None, datetime | None]:
    """When the organisation first and last had to do with us, whatever it was about."""
    talks = select(conversations.c.id).where(conversations.c.contact_id.in_(ids))
    said = (messages.c.conversation_id.in_(talks), messages.c.author == "customer")
    spoken = db.execute(select(func.min(messages.c.at), func.max(messages.c.at)).where(*said)).one()
    raised = db.execute(
        select(func.min(tickets.c.raised_at), func.max(tickets.c.raised_at)).where(tickets.c.contact_id.in_(ids))
    ).one()
    firsts = [at for at in (spoken[0], raised[0]) if at is not None]
    lasts = [at for at in (spoken[1], raised[1]) if at is not None]
    return min(firsts, default=None), max(lasts, default=None)
