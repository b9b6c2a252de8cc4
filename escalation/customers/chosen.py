"""Whom somebody means who names a customer by id, by telephone number, or by any part of a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from escalation.customers import customer_store
from escalation.customers.customer_search import CustomerQuery, find_page
from escalation.customers.model import Customer
from escalation.normalise import normal_phone
from escalation.policy.model import Policy
from escalation.vault import Vault

MOST = 20  # contacts to choose from


def named_customers(db: Connection, vault: Vault, policy: Policy, words: str, now: datetime) -> list[Customer]:
    """Return whom the words may mean: the contact of this id, else those with this number or part of a name.

    At most MOST.
    """
    words = words.strip()
    if not words:
        return []
    known = customer_store.find_customer(db, vault, policy, words, now)
    if known is not None:
        return [known]
    return list(find_page(db, vault, policy, CustomerQuery(words), now).customers)[:MOST]


def is_certain(found: Sequence[Customer], words: str) -> bool:
    """Whether the words name exactly the one customer found: by their id or by their whole number."""
    if len(found) != 1:
        return False
    contact, words = found[0].contact, words.strip()
    number = normal_phone(words)
    return contact.id == words or (bool(number) and number == normal_phone(contact.phone or ""))
