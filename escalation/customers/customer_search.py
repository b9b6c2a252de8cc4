"""Find customers by name, organisation, number, address or id: among all, or saying that it was not all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.customer_store import find_all_by_email, find_all_by_phone, find_customers
from escalation.customers.known_names import KnownNames, KnownRow, names_of
from escalation.customers.model import Customer
from escalation.normalise import normal_name
from escalation.policy.model import Policy
from escalation.vault import Vault

PAGE = 50
SECONDS = 0.3  # that a search may spend on opening names; what is opened stays so for the next one


@dataclass(frozen=True, slots=True)
class CustomerQuery:
    """Which contacts: whose name, organisation, id, number or address holds these words, of a tier, of an agent."""

    words: str = ""
    tier: str = ""
    agent: str = ""
    left: bool = False  # those too who have left


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    """A page of contacts, how many there are in all, and how many of how many names could be looked at."""

    customers: tuple[Customer, ...]
    total: int
    looked_at: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Whether every name was looked at."""
        return self.looked_at >= self.of


def find_page(
    db: Connection,
    vault: Vault,
    policy: Policy,
    wish: CustomerQuery,
    now: datetime,
    *,
    page: int = 1,
    seconds: float = SECONDS,
) -> FoundCustomers:
    """Return a page (from 1) of the contacts wished for: by organisation and name, without words by id.

    The tier looked for is the one last saved; the customers returned have the one that applies at `now`.
    """
    if not wish.words.strip():
        return _listed(db, vault, policy, wish, now, page)
    known = names_of(db)
    whole = known.follow(db, vault, now, seconds)
    ids = _matching(known, wish, _by_number(db, vault, policy, wish.words, now))
    looked_at = len(known.contacts.rows)
    of = looked_at if whole else max(known.contacts.total(db), looked_at + 1)
    return FoundCustomers(_in_order(db, vault, policy, _cut(ids, page), now), len(ids), looked_at, of)


def open_names(db: Connection, vault: Vault, now: datetime, seconds: float) -> bool:
    """Open names that no search has looked at yet, for so long; False if there are more."""
    return names_of(db).follow(db, vault, now, seconds)


def _listed(
    db: Connection, vault: Vault, policy: Policy, wish: CustomerQuery, now: datetime, page: int
) -> FoundCustomers:
    where: list[ColumnElement[bool]] = [contacts.c.merged_into.is_(None)]
    where += [contacts.c.left_at.is_(None)] if not wish.left else []
    where += [organisations.c.tier == wish.tier] if wish.tier else []
    where += [organisations.c.agent == wish.agent] if wish.agent else []
    joined = contacts.join(organisations, contacts.c.organisation_id == organisations.c.id)
    total = int(db.scalar(select(func.count()).select_from(joined).where(*where)) or 0)
    query = select(contacts.c.id).select_from(joined).where(*where).order_by(contacts.c.id)
    ids = list(db.scalars(query.offset((page - 1) * PAGE).limit(PAGE)))
    return FoundCustomers(_in_order(db, vault, policy, ids, now), total, total, total)


def _by_number(db: Connection, vault: Vault, policy: Policy, words: str, now: datetime) -> set[str]:
    find = find_all_by_email if "@" in words else find_all_by_phone
    return {customer.contact.id for customer in find(db, vault, policy, words, now)}


def _matching(known: KnownNames, wish: CustomerQuery, numbered: Collection[str]) -> list[str]:
    houses, people = dict(known.organisations.rows), dict(known.contacts.rows)  # other threads go on opening names
    words = [normal_name(word) for word in wish.words.split()]
    named = [(word, _houses_named(houses, word)) for word in words]
    found: dict[str, tuple[str, str, str]] = {}
    for contact_id, person in people.items():
        if contact_id in numbered or all(person.of in ids or word in person.searched for word, ids in named):
            survivor, house = person.merged_into or contact_id, houses.get(person.of)
            if house is not None and survivor in people and _passes(wish, house, people[survivor]):
                found[survivor] = (house.name, people[survivor].name, survivor)
    return sorted(found, key=found.__getitem__)


def _houses_named(houses: Mapping[str, KnownRow], word: str) -> set[str]:
    """The organisations in whose name it stands, or in one that stands for them by now."""
    found = {house_id for house_id, row in houses.items() if word in row.name}
    return found | {became for each in found if (became := houses[each].merged_into) is not None}


def _passes(wish: CustomerQuery, house: KnownRow, person: KnownRow) -> bool:
    if person.gone and not wish.left:
        return False
    return wish.tier in ("", house.tier) and wish.agent in ("", house.agent)


def _cut(ids: Sequence[str], page: int) -> Sequence[str]:
    return ids[(page - 1) * PAGE : page * PAGE]


def _in_order(db: Connection, vault: Vault, policy: Policy, ids: Sequence[str], now: datetime) -> tuple[Customer, ...]:
    found = find_customers(db, vault, policy, ids, now)
    return tuple(found[each] for each in ids if each in found)
