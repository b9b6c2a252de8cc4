"""`jiedai customers import|link`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth.customer_tokens import AUDIENCE
from bot.cli.command import File, argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, with_progress
from bot.cli.session import Where, WithoutKnowledge, opened
from bot.files.escalation_files import read_customer_file
from bot.service import Service
from bot.tickets.tier_changes import save_and_reroute
from escalation.customers import customer_store
from escalation.customers.model import Customer, CustomerRecord
from escalation.journal import journal_store
from escalation.staff import all_staff


def load(service: WithoutKnowledge, file: File) -> Result:
    """Import a CRM file in one transaction, all rows or none; open tickets follow a changed tier."""
    records = read_customer_file(Path(file), tiers=tuple(service.rules.policy.tiers))
    created, moved = service.database.write_now(_save_all, service, records, _digest(file))
    unknown = sorted({each.agent for each in records if each.agent} - service.database.read_now(_logins))
    words = [f"{len(records)} contacts saved, {created} of them new; the tier of {moved} changed."]
    if unknown:
        names = ", ".join(f'"{login}"' for login in unknown)
        words.append(f"Nobody signs in as {names}: until somebody does, whoever is on duty serves those customers.")
    return Result({"contacts": len(records), "new": created, "tier_changes": moved, "unknown_agents": unknown}, words)


def _logins(db: Connection) -> set[str]:
    return {person.login for person in all_staff(db)}


def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _save_all(db: Connection, service: Service, records: tuple[CustomerRecord, ...], digest: str) -> tuple[int, int]:
    now = service.clock()
    created = moved = 0
    for record in with_progress(records, "Importing customers"):
        saved = save_and_reroute(db, service.rules, record, now, "cli")
        created += saved.created
        moved += len(saved.tier_changes)
    told = {"contacts": len(records), "new": created, "tier_changes": moved, "sha256": digest, "user": os_user()}
    journal_store.record(db, "customers", "CRM file imported", "cli", now, after=told)
    return created, moved


def link(
    settings: Where,
    customer: Annotated[str, argument(metavar="ID", help="the contact's CRM id")],
    hours: Annotated[int, argument("--hours", help="how long it is valid (default: 1)")] = 1,
) -> Result:
    """Return a chat link with a signed customer token; raises NotReady for an unknown customer or under 1 hour."""
    if hours < 1:
        raise NotReady(f"A link must be valid for at least 1 hour; --hours {hours} is not.")
    with opened(settings) as service:
        customer_of(service, customer, service.clock())
        url = chat_link(service, settings.site, customer, hours)
    return Result({"customer": customer, "url": url}, url)


def customer_of(service: Service, contact_id: str, at: datetime) -> Customer:
    """Return the customer with the CRM's id, in the tier valid at `at`; raises NotReady if there is none."""
    rules = service.rules
    known = service.database.read_now(customer_store.find_customer, rules.vault, rules.policy, contact_id, at)
    if known is None:
        raise NotReady(f'There is no customer "{contact_id}"; import the CRM with `jiedai customers import`.')
    return known


def chat_link(service: Service, url: str, contact_id: str, hours: int) -> str:
    """Return the link; its token is in the fragment, which browsers never send to a server or into its logs."""
    expires = service.clock() + timedelta(hours=hours)
    claims = {"sub": contact_id, "aud": AUDIENCE, "exp": int(expires.timestamp())}
    return f"{url}/chat#token={jwt.encode(claims, service.token_secret, algorithm='HS256')}"
