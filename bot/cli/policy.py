"""`jiedai policy check|explain|history|show`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot import app
from bot.app import NotReady
from bot.cli.output import print_json, print_line, print_table
from bot.cli.policy_chain import case_of, chain_as_json, tell_chain
from bot.cli.policy_matrix import tell_matrix
from bot.cli.session import instant, service_of, settings_of
from bot.config.settings import DATABASE_FILE, Settings
from bot.migrations import schema
from bot.storage.database import Database
from escalation.calendars import calendar_editions
from escalation.policy import policy_editions
from escalation.policy.faults import PolicyFaults
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.working_hours.instants import iso


def check(options: argparse.Namespace) -> None:
    """Print every fault of the policy with its line; raises SystemExit (1) if there is one."""
    try:
        policy = read_policy(Path(options.file))
    except PolicyFaults as faults:
        if options.json:
            print_json({"ok": False, "faults": [{"line": f.line, "message": f.message} for f in faults.faults]})
        else:
            print_line(str(faults))
        raise SystemExit(1) from None
    if options.json:
        print_json({"ok": True, "faults": [], "version": policy.version})
    else:
        size = f"{len(policy.tiers)} tiers, {len(policy.queues)} queues"
        print_line(f"{options.file}: no faults; {size}, version {policy.version}.")


def explain(options: argparse.Namespace) -> None:
    """Print queue, deadlines and escalation steps of a matter raised and handed off at one instant, or of all tiers."""
    at = instant(options.at) if options.at else app.utc_now()
    policy = in_force(settings_of(options))
    by_label = {urgency.label: urgency.id for urgency in policy.urgencies.values()}
    wanted = options.urgency or policy.default_urgency
    urgency = one_of(policy.urgencies, by_label.get(wanted, wanted), "urgency")
    topic = one_of(policy.topics, options.topic, "topic").id if options.topic else None
    queue = one_of(policy.queues, options.queue, "queue").id if options.queue else None
    tiers = [one_of(policy.tiers, options.tier, "tier")] if options.tier else list(policy.tiers.values())
    cases = [case_of(policy, tier, topic, urgency, at, queue) for tier in tiers]
    if options.json:
        found = [chain_as_json(case) for case in cases]
        print_json(found[0] if options.tier else {"at": iso(at, policy.zone), "tiers": found})
    elif options.tier:
        tell_chain(cases[0])
    else:
        tell_matrix(cases)


def history(options: argparse.Namespace) -> None:
    """Print every edition of the policy, newest first."""
    service = service_of(options, knowledge="none")
    zone = service.rules.policy.zone
    editions = service.database.read_now(policy_editions.editions)
    service.database.close()
    if options.json:
        print_json([{"version": one.version, "since": iso(one.activated_at, zone)} for one in editions])
    elif not editions:
        print_line("No edition yet: the policy file is kept when the house first serves.")
    else:
        rows = [
            (one.version, f"{one.activated_at.astimezone(zone):%Y-%m-%d %H:%M}", "" if number else "in force")
            for number, one in enumerate(editions)
        ]
        print_table("Policy", ("version", "since", ""), rows)
        print_line("`jiedai policy show VERSION` prints one.")


def show(options: argparse.Namespace) -> None:
    """Print the file of one edition; raises NotReady for an unknown one."""
    service = service_of(options, knowledge="none")
    editions = service.database.read_now(policy_editions.editions)
    service.database.close()
    found = next((one for one in editions if one.version == options.version), None)
    if found is None:
        raise NotReady(f'There is no edition "{options.version}"; `jiedai policy history` lists those there are.')
    if options.json:
        since = iso(found.activated_at, service.rules.policy.zone)
        print_json({"version": found.version, "since": since, "text": found.text})
    else:
        print_line(found.text.rstrip("\n"))


def in_force(settings: Settings) -> Policy:
    """Return the policy file with the calendar years in the database, if there is one; creates nothing."""
    policy = read_policy(settings.policy)
    if not settings.database and not (settings.data / DATABASE_FILE).exists():
        return policy
    if settings.database.startswith("sqlite:///") and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return policy
    database = Database(settings.database_url)
    try:
        if not database.read_now(schema.is_current):
            return policy
        return calendar_editions.applied(policy, database.read_now(calendar_editions.in_force))
    finally:
        database.close()


def one_of(known: Any, wanted: str, what: str) -> Any:
    """Return the policy's value of this name; raises NotReady for an unknown one, naming those there are."""
    if wanted not in known:
        raise NotReady(f'The policy has no {what} "{wanted}"; it has {", ".join(known)}.')
    return known[wanted]
