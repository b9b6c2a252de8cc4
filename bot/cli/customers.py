"""`jiedai customers import|link`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import jwt
from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth.customer_tokens import AUDIENCE, LONGEST_LIFE
from bot.auth.one_time_codes import issue
from bot.cli.command import File, argument
from bot.cli.customers_told import told
from bot.cli.os_user import os_user
from bot.cli.output import Result, with_progress
from bot.cli.session import Where, WithoutKnowledge, opened
from bot.files.escalation_files import read_patch_file
from bot.service import Service
from bot.tickets.tier_changes import apply_patch
from escalation.customers import customer_store
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.model import Customer
from escalation.customers.patch_tally import Tally
from escalation.journal import journal_store
from escalation.staff import all_staff

LONGEST = int(LONGEST_LIFE.total_seconds()) // 3600  # hours


def load(
    service: WithoutKnowledge,
    file: File,
    clear_blank: Annotated[bool, argument("--clear-blank", help="a blank cell clears what is known")] = False,
    overwrite: Annotated[
        bool, argument("--overwrite", help="also what contradicts a known organisation, from a new contact or as a 0")
    ] = False,
) -> Result:
    """Import a CRM file: what it leaves out stays as it is, and open tickets follow a changed tier."""
    patches = read_patch_file(Path(file), tuple(service.rules.policy.tiers), clear_blank=clear_blank)
    tally = service.database.write_now(_save_all, service, patches, _digest(file), overwrite)
    agents = {patch.agent for patch in patches if isinstance(patch.agent, str)}
    unknown = sorted(agents - service.database.read_now(_logins))
    return Result({**tally.as_json(), "unknown_agents": unknown}, list(told(tally, unknown)))


def _logins(db: Connection) -> set[str]:
    return {person.login for person in all_staff(db)}


def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _save_all(
    db: Connection, service: Service, patches: tuple[CustomerPatch, ...], digest: str, overwrite: bool
) -> Tally:
    now, tally = service.clock(), Tally()
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for patch in with_progress(patches, "Importing customers"):
        applied = apply_patch(db, service.rules, patch, now, f"cli {os_user()}", overwrite=overwrite)
        tally.add(applied)
        for change in applied.tier_changes:
            before.setdefault(change.contact_id, change.old)
            after[change.contact_id] = change.new
    tally.add_tiers(before, after)
    counts = {"contacts": tally.contacts, "new": tally.new, "tier_changes": tally.tier_changes}
    summary = {**counts, "sha256": digest, "user": os_user()}
    journal_store.record(db, "customers", "CRM file imported", "cli", now, after=summary)
    return tally


def link(
    settings: Where,
    customer: Annotated[str, argument(metavar="ID", help="the contact's CRM id")],
    hours: Annotated[int, argument("--hours", help="how long it is valid, up to 24 (default: 1)")] = 1,
) -> Result:
    """Return a chat link that opens the page as this contact, once.

    Raises NotReady for an unknown customer, under 1 hour, and over 24.
    """
    if hours < 1:
        raise NotReady(f"A link must be valid for at least 1 hour; --hours {hours} is not.")
    if hours > LONGEST:
        raise NotReady(f"A link is valid for at most {LONGEST} hours; --hours {hours} is not.")
    with opened(settings) as service:
        customer_of(service, customer, service.clock())
        now, lifetime = service.clock(), timedelta(hours=hours)
        code = service.database.write_now(issue, service.token_secret, "chat", customer, now, lifetime)
        url = f"{settings.site}/chat#code={code}"
    return Result({"customer": customer, "url": url}, url)


def customer_of(service: Service, contact_id: str, at: datetime) -> Customer:
    """Return the customer with the CRM's id, in the tier valid at `at`; raises NotReady if there is none."""
    rules = service.rules
    known = service.database.read_now(customer_store.find_customer, rules.vault, rules.policy, contact_id, at)
    if known is None:
        raise NotReady(f'There is no customer "{contact_id}"; import the CRM with `jiedai customers import`.')
    return known


def chat_link(service: Service, url: str, contact_id: str, hours: int) -> str:
    """Return a link for trying out the samples, good until it ends.

    Its token is in the fragment, which browsers never send to a server or into its logs.
    """
    expires = service.clock() + timedelta(hours=hours)
    claims = {"sub": contact_id, "aud": AUDIENCE, "exp": int(expires.timestamp())}
    return f"{url}/chat#token={jwt.encode(claims, service.token_secret, algorithm='HS256')}"
