"""Whose data it is: a contact under every id they have had, their conversations and tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from bot.rules import Rules
from bot.tickets.customer_changes import NoSuchContact
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.customers.customer_rows import contacts
from escalation.customers.customer_search import CustomerQuery, find_page
from escalation.customers.customer_store import find_customer
from escalation.customers.data_requests import requests_of
from escalation.customers.model import ONE_PERSON, Customer
from escalation.normalise import normal_name
from escalation.refusals import EscalationRefusal
from escalation.tickets.ticket_store import tickets

LONG = 600.0  # seconds: a command waits until every name is opened


class AmbiguousPerson(EscalationRefusal):
    """A name that several contacts have; the text is a whole sentence, `ids` are theirs."""

    def __init__(self, name: str, ids: Sequence[str]) -> None:
        super().__init__(
            f'"{name}" is the name of {len(ids)} contacts ({", ".join(ids)}); give the id of the one meant.'
        )
        self.name, self.ids = name, tuple(ids)


class ErasedAlready(EscalationRefusal):
    """A contact who was erased; the text is a whole sentence."""

    def __init__(self, contact_id: str, number: int, on: str) -> None:
        super().__init__(f"{contact_id} was erased on {on} by request {number}; nothing is left of them.")
        self.contact_id, self.number, self.on = contact_id, number, on


@dataclass(frozen=True, slots=True)
class Person:
    """A contact: `ids` are all ids of theirs, the present one first."""

    ids: tuple[str, ...]
    organisation_id: str
    talks: tuple[int, ...]  # conversations, also what is left of those that became part of others
    tickets: tuple[int, ...]

    @property
    def is_organisation(self) -> bool:
        """Whether they are one by themselves: what it has is theirs."""
        return self.organisation_id.startswith(ONE_PERSON)


def find_person(db: Connection, contact_id: str) -> Person | None:
    """Return whose id this is, with the conversations and tickets that are theirs; None for an unknown id."""
    row = db.execute(select(contacts.c.id, contacts.c.organisation_id).where(contacts.c.id == contact_id)).one_or_none()
    if row is None:
        return None
    former = db.scalars(select(contacts.c.id).where(contacts.c.merged_into == contact_id).order_by(contacts.c.id))
    return person_of(db, (contact_id, *former), row.organisation_id)


def person_of(db: Connection, ids: tuple[str, ...], organisation_id: str) -> Person:
    """Return the person with these ids."""
    own = set(db.scalars(select(conversations.c.id).where(conversations.c.contact_id.in_(ids))))
    talks = own | set(db.scalars(select(conversations.c.id).where(conversations.c.joined_into.in_(sorted(own)))))
    strangers = tickets.c.conversation_id.in_(sorted(talks)) & tickets.c.contact_id.is_(None)
    mine = select(tickets.c.id).where(or_(tickets.c.contact_id.in_(ids), strangers)).order_by(tickets.c.id)
    return Person(ids, organisation_id, tuple(sorted(talks)), tuple(db.scalars(mine)))


def lines_of(person: Person) -> ColumnElement[bool]:
    """Return the condition for the lines of a person: of their tickets, and of their talks outside of any ticket."""
    nobodys = messages.c.conversation_id.in_(person.talks) & messages.c.ticket_id.is_(None)
    return or_(nobodys, messages.c.ticket_id.in_(person.tickets))


def open_tickets(db: Connection, person: Person) -> tuple[int, ...]:
    """Return the numbers of a person's tickets that have not ended."""
    still = (tickets.c.id.in_(person.tickets), tickets.c.state.in_(("waiting", "claimed")))
    return tuple(db.scalars(select(tickets.c.id).where(*still).order_by(tickets.c.id)))


def customer_called(db: Connection, rules: Rules, called: str, now: datetime) -> Customer:
    """Return the customer with this id, or, if there is none, the one with exactly this name.

    Raises AmbiguousPerson for a name that several have, ErasedAlready for an id of somebody erased, and NoSuchContact.
    """
    found = find_customer(db, rules.vault, rules.policy, called, now)
    if found is not None:
        return found
    for request in requests_of(db, called, "erase", "restrict"):
        if request.pseudonym is not None and request.done_at is not None:
            raise ErasedAlready(called, request.id, f"{request.done_at.astimezone(rules.policy.zone):%Y-%m-%d}")
    wish = CustomerQuery(called, left=True)
    page = find_page(db, rules.vault, rules.policy, wish, now, seconds=LONG)
    named = [each for each in page.customers if normal_name(each.contact.name) == normal_name(called)]
    if len(named) > 1:
        raise AmbiguousPerson(called, sorted(each.contact.id for each in named))
    if not named:
        raise NoSuchContact(called)
    return named[0]
