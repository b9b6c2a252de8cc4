"""Many customers at once, so that a board of a hundred tickets costs one query for who is behind them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from escalation import customer_store
from escalation.customers import Customer


def find_customers(db: Connection, rules: Rules, ids: Collection[str], now: datetime) -> dict[str, Customer]:
    """The customers with these CRM ids, in the tier that holds at `now`; ids nobody has are left out."""
    if not ids:
        return {}
    query = customer_store._customers().where(customer_store.contacts.c.id.in_(sorted(ids)))
    found = (customer_store._customer_of_row(rules.vault, rules.policy, row, now) for row in db.execute(query))
    return {customer.contact.id: customer for customer in found}
