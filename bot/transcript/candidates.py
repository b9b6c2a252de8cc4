"""Who a stranger may be: the contacts whose number they shared or wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.transcript.message_store import Message
from escalation.customers.customer_store import find_all_by_phone, find_customer
from escalation.customers.model import Contact, Customer
from escalation.customers.personal_data import claims_in
from escalation.normalise import main_number, normal_phone
from escalation.policy.model import Policy
from escalation.vault import Vault

MOST_CANDIDATES = 5


def candidates_of(
    db: Connection, vault: Vault, policy: Policy, lines: Iterable[Message], now: datetime
) -> tuple[Customer, ...]:
    """Return up to MOST_CANDIDATES contacts, in the order in which their numbers were given."""
    found: dict[str, Customer] = {}
    for line in lines:
        if line.author != "customer":
            continue
        for contact_id in line.meta.get("candidates", ()):
            customer = find_customer(db, vault, policy, contact_id, now)
            if customer is not None and _still_has(customer.contact, line.words):
                found[customer.contact.id] = customer
        for phone in {claim.text for claim in claims_in(line.words) if claim.kind == "phone"}:
            for customer in find_all_by_phone(db, vault, policy, phone, now):
                found[customer.contact.id] = customer
    return tuple(found.values())[:MOST_CANDIDATES]


def _still_has(contact: Contact, words: str) -> bool:
    """Whether a contact is there, with the number that these words name; a card shared in Telegram comes without."""
    number = main_number(normal_phone(contact.phone or "")).removeprefix("+")
    digits = "".join(sign for sign in words if sign.isdigit())
    return contact.left_at is None and (not digits or (bool(number) and number.removeprefix("0") in digits))
