"""Stars the numbers and addresses of a customer's file in the terminal, and notes who read them whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.cli.os_user import os_user
from bot.tickets.customer_file import CustomerFile
from escalation.customers.model import Customer
from escalation.customers.personal_data import starred_middle
from escalation.customers.starring import starred
from escalation.journal import journal_store


def note_looks(db: Connection, contact_ids: Sequence[str], by: str, now: datetime) -> None:
    """Note in the journal that somebody read the numbers and addresses of contacts as they are, a line for each."""
    for each in contact_ids:
        seen = {"about": f"customer {each}", "user": os_user()}
        journal_store.record(db, f"look:{by}", "customer contact details seen", by, now, after=seen)


def with_stars(file: CustomerFile) -> CustomerFile:
    """Return a file of which the numbers and addresses are starred, its colleagues' too."""
    return replace(
        file, customer=starred_customer(file.customer), colleagues=tuple(map(starred_customer, file.colleagues))
    )


def starred_customer(customer: Customer) -> Customer:
    """Return a customer of whom number and address are starred."""
    contact = customer.contact
    shown = replace(contact, phone=_hidden(contact.phone), email=_hidden(contact.email))
    return replace(customer, contact=shown)


def _hidden(value: str | None) -> str | None:
    """Starred also where it looks like no number or address."""
    if not value:
        return value
    shown = starred(value)
    return shown if shown != value else starred_middle(value, 2, 2)
