"""`jiedai customers team|check`: who serves an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.customer_tiers import Customer, organisation_or_refuse
from bot.cli.os_user import os_user
from bot.cli.output import Result
from bot.cli.session import WithoutKnowledge
from escalation.customers import service_teams
from escalation.customers.service_check import service_troubles
from escalation.customers.service_teams import OwnPeople
from escalation.customers.team_changes import TeamRefused, change_team
from escalation.staff import LONGEST_NAME

Entries = Annotated[
    tuple[str, ...], argument("--add", metavar="LOGIN=POST", help="a person with their post, such as wang=expert")
]
Names = Annotated[tuple[str, ...], argument("--remove", metavar="LOGIN", help="a person to take out")]


def team(service: WithoutKnowledge, customer: Customer, add: Entries = (), remove: Names = ()) -> Result:
    """Show or change the team that serves an organisation; raises NotReady for a malformed entry."""
    posts = dict(map(_entry, add))
    changed = bool(posts or remove)
    work = (customer, posts, remove, service.clock())
    own = service.database.write_now(_change, *work) if changed else service.database.read_now(_read, customer)
    words = [f"{login}: {post}" for login, post in own.team.items()] or ["This organisation has no team of its own."]
    words += [f"Named agent: {own.agent}."] if own.agent else []
    words += service.database.read_now(service_troubles, service.rules.policy) if changed else []
    return Result({"customer": customer, "agent": own.agent, "team": dict(own.team)}, words)


def check(service: WithoutKnowledge) -> Result:
    """Return what is amiss with the people who serve customers; failed if there is anything."""
    found = service.database.read_now(service_troubles, service.rules.policy)
    words = found or ["Everybody named signs in, and nobody looks after more customers than the policy says."]
    return Result({"ok": not found, "troubles": found}, words, failed=bool(found))


def _entry(text: str) -> tuple[str, str]:
    login, _, post = (part.strip() for part in text.partition("="))
    if not login or not post or len(post) > LONGEST_NAME:
        raise NotReady(f'--add must be LOGIN=POST such as wang=expert; found "{text}".')
    return login, post


def _read(db: Connection, customer: str) -> OwnPeople:
    organisation_or_refuse(db, customer)
    return service_teams.own_people(db, [customer]).get(customer, OwnPeople())


def _change(
    db: Connection, customer: str, posts: Mapping[str, str], remove: tuple[str, ...], now: datetime
) -> OwnPeople:
    organisation = organisation_or_refuse(db, customer)
    try:
        change_team(db, organisation, posts, remove, f"cli {os_user()}", now)
    except TeamRefused as refused:
        if refused.code == "not_in_team":  # which one was named may be a colleague of it
            raise NotReady(f'"{refused.login}" is not in the team of {customer}.') from None
        raise
    return _read(db, customer)
