"""`jiedai customers import|link`."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

import jwt
from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth.customer_tokens import AUDIENCE
from bot.cli.output import print_json, print_line, with_progress
from bot.cli.session import service_of
from bot.files.escalation_files import read_customer_file
from bot.service import Service
from bot.tickets.tier_changes import save_and_reroute
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.staff import all_staff


def load(options: argparse.Namespace) -> None:
    """Import a CRM file in one transaction, all rows or none; open tickets follow a changed tier."""
    service = service_of(options, knowledge="none")
    records = read_customer_file(Path(options.file), tiers=tuple(service.rules.policy.tiers))
    created, moved = service.database.write_now(_save_all, service, records)
    unknown = sorted({each.agent for each in records if each.agent} - service.database.read_now(_logins))
    service.database.close()
    if options.json:
        print_json({"contacts": len(records), "new": created, "tier_changes": moved, "unknown_agents": unknown})
        return
    print_line(f"{len(records)} contacts saved, {created} of them new; the tier of {moved} changed.")
    if unknown:
        names = ", ".join(f'"{login}"' for login in unknown)
        print_line(f"Nobody signs in as {names}: until somebody does, whoever is on duty serves those customers.")


def _logins(db: Connection) -> set[str]:
    return {person.login for person in all_staff(db)}


def _save_all(db: Connection, service: Service, records: tuple[CustomerRecord, ...]) -> tuple[int, int]:
    now = service.clock()
    created = moved = 0
    for record in with_progress(records, "Importing customers"):
        saved = save_and_reroute(db, service.rules, record, now)
        created += saved.created
        moved += len(saved.tier_changes)
    return created, moved


def link(options: argparse.Namespace) -> None:
    """Print a chat link with a signed customer token; raises NotReady for an unknown customer or under 1 hour."""
    if options.hours < 1:
        raise NotReady(f"A link must be valid for at least 1 hour; --hours {options.hours} is not.")
    service = service_of(options, knowledge="none")
    rules = service.rules
    known = service.database.read_now(
        customer_store.find_customer, rules.vault, rules.policy, options.id, service.clock()
    )
    if known is None:
        raise NotReady(f'There is no customer "{options.id}"; import the CRM with `jiedai customers import`.')
    base = service.settings.public_url or f"http://localhost:{service.settings.port}"
    url = chat_link(service, base, options.id, options.hours)
    service.database.close()
    if options.json:
        print_json({"customer": options.id, "url": url})
    else:
        print_line(url)


def chat_link(service: Service, url: str, contact_id: str, hours: int) -> str:
    """Return the link; its token is in the fragment, which browsers never send to a server or into its logs."""
    expires = service.clock() + timedelta(hours=hours)
    claims = {"sub": contact_id, "aud": AUDIENCE, "exp": int(expires.timestamp())}
    return f"{url}/chat#token={jwt.encode(claims, service.token_secret, algorithm='HS256')}"
