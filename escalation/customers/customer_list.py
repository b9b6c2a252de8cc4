"""Customers listed page by page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.customers.customer_rows import contacts, customer_of_row, customer_query
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.vault import Vault


def customers_after(
    db: Connection, vault: Vault, policy: Policy, after: str, most: int, now: datetime, *, left: bool = False
) -> list[Customer]:
    """Return up to `most` customers whose CRM ids follow `after`, by id, in the tier that applies at `now`.

    `left`: those too who have left.
    """
    own = [contacts.c.id > after, contacts.c.merged_into.is_(None)]
    own += [contacts.c.left_at.is_(None)] if not left else []
    query = customer_query().where(*own).order_by(contacts.c.id).limit(most)
    return [customer_of_row(vault, policy, row, now) for row in db.execute(query)]
