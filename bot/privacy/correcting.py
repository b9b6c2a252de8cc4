"""Corrects what is on file of a person, with a digest of each field before and after in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.privacy.agreeing import demand_admin
from bot.rules import Rules
from bot.tickets.customer_details import set_details
from bot.tickets.tier_changes import apply_patch
from escalation.customers.crm_import import parse_patch
from escalation.customers.customer_store import find_customer
from escalation.customers.data_requests import DataRequest, add_request, get_request, requests_of, save_request
from escalation.customers.model import Customer
from escalation.journal import journal_store
from escalation.journal.keyed import key_of, mac
from escalation.staff import Staff

FIELDS = ("contact", "phone", "email", "note")
_OF_CONTACT = {"contact": "name", "phone": "phone", "email": "email", "note": "note"}


def correct(
    db: Connection, rules: Rules, customer: Customer, fields: Mapping[str, str], who: Staff, door: str, now: datetime
) -> DataRequest:
    """Change fields of a contact (FIELDS), and note it as a request that is done.

    Raises CrmFaults or DetailRefused for what a field cannot hold, RightsRefused for who is no administrator.
    """
    demand_admin(who)
    contact_id = customer.contact.id
    of_crm = {name: value for name, value in fields.items() if name != "note"}
    if of_crm:
        patch = parse_patch({"id": contact_id, **of_crm}, tuple(rules.policy.tiers))
        apply_patch(db, rules, patch, now, who.login, overwrite=True)
    if "note" in fields:
        set_details(db, rules, contact_id, who.login, now, note=fields["note"])
    after = find_customer(db, rules.vault, rules.policy, contact_id, now)
    assert after is not None, "just changed"
    digests = [{name: _digest(db, each, name) for name in fields} for each in (customer, after)]
    values: dict[str, Any] = {"state": "done", "first_by": who.login, "first_at": now, "done_at": now}
    values["delivered"] = {"fields": sorted(fields)}
    wished = [each for each in requests_of(db, contact_id, "correct") if each.state == "open"]
    if wished:
        save_request(db, wished[0].id, **values)
        request = get_request(db, wished[0].id)
    else:
        request = add_request(
            db, "correct", contact_id, door, who.login, now, rules.policy.answers_request_by(now), **values
        )
    told = {"request": request.id, **digests[1]}
    journal_store.record(db, f"customer:{contact_id}", "data corrected", who.login, now, before=digests[0], after=told)
    return request


def _digest(db: Connection, customer: Customer, name: str) -> str:
    return mac(key_of(db), "customer", name, getattr(customer.contact, _OF_CONTACT[name]))[:16]
