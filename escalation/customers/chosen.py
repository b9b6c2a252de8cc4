"""Whom somebody means who names a customer by id, by telephone number or by organisation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from escalation.customers import customer_store
from escalation.customers.customer_rows import ORGANISATION_NAME, contacts, organisations
from escalation.customers.model import Customer
from escalation.normalise import normal_name, normal_phone
from escalation.policy.model import Policy
from escalation.vault import Vault

MOST = 20  # contacts of an organisation to choose from


def named_customers(db: Connection, vault: Vault, policy: Policy, words: str, now: datetime) -> list[Customer]:
    """Return whom the words may mean: the contact of this id, those with this number, or those of this organisation.

    The first of these that there is; at most MOST, in the order of their ids.
    """
    words = words.strip()
    if not words:
        return []
    known = customer_store.find_customer(db, vault, policy, words, now)
    if known is not None:
        return [known]
    if normal_phone(words) and (found := customer_store.find_all_by_phone(db, vault, policy, words, now)):
        return found[:MOST]
    mac = vault.fingerprint(normal_name(words), field=ORGANISATION_NAME)
    query = select(contacts.c.id).join_from(contacts, organisations).where(organisations.c.name_mac == mac)
    ids = set(db.scalars(query.order_by(contacts.c.id).limit(MOST)))
    of_them = customer_store.find_customers(db, vault, policy, ids, now)
    return [of_them[each] for each in sorted(of_them)]
