"""`jiedai staff add|set|list|disable|reset`."""

from __future__ import annotations

import argparse
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth import staff_sessions
from bot.auth.passwords import hash_password
from bot.cli.output import print_json, print_line, print_table
from bot.cli.policy import one_of
from bot.cli.session import service_of
from bot.config.secret_files import first_password_file
from bot.rules import Rules
from escalation import staff
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.staffing import dispatch
from escalation.tickets import holding

MOST_TICKETS = 999  # of one person


def add(options: argparse.Namespace) -> None:
    """Add a member of staff with a generated password, printed this once."""
    service = service_of(options, knowledge="none")
    work = _work(options, service.rules.policy)
    password = secrets.token_urlsafe(12)
    name, hashed = options.name or options.login, hash_password(password)
    service.database.write_now(_add, work, options.login, name, options.role, options.queue, hashed, service.clock())
    service.database.close()
    _tell_password(options, password)


def show(options: argparse.Namespace) -> None:
    """Print everybody who may sign in."""
    service = service_of(options, knowledge="none")
    everybody = service.database.read_now(staff.all_staff)
    disabled = service.database.read_now(staff.disabled_logins)
    service.database.close()
    if options.json:
        print_json([_as_json(person) for person in everybody])
        return
    print_table("Staff", ("login", "name", "role", "queues", "skills", "capacity"), map(_row, everybody))
    if disabled:
        print_line(f"Disabled: {', '.join(disabled)}. `jiedai staff reset LOGIN` lets one in again.")


def put(options: argparse.Namespace) -> None:
    """Change a person's queues, skills or capacity and leave the rest; raises NotReady if nothing is to change."""
    service = service_of(options, knowledge="none")
    work = _work(options, service.rules.policy)
    if not work:
        raise NotReady("Say what to change: --queue, --all-queues, --skill, --no-skills or --capacity.")
    service.database.write_now(staff.set_work, options.login, **work)
    found = next((each for each in service.database.read_now(staff.all_staff) if each.login == options.login), None)
    service.database.close()
    if options.json:
        print_json(_as_json(found) if found else {"login": options.login})
    elif found:
        _, _, _, queues, skills, capacity = _row(found)
        print_line(f"{found.login}: queues {queues}; skills {skills}; capacity {capacity}.")


def disable(options: argparse.Namespace) -> None:
    """Disable a person and end their sessions."""
    service = service_of(options, knowledge="none")
    released = service.database.write_now(_disable, service.rules, options.login, service.clock())
    service.database.close()
    if options.json:
        print_json({"login": options.login, "disabled": True, "released": released})
    else:
        print_line(f"{options.login} can no longer sign in; {released} of their tickets went back to their queues.")


def reset(options: argparse.Namespace) -> None:
    """Replace a person's password by a generated one and end their sessions."""
    service = service_of(options, knowledge="none")
    password = secrets.token_urlsafe(12)
    service.database.write_now(_reset, options.login, hash_password(password))
    service.database.close()
    if options.login == "admin":
        first_password_file(service.settings).unlink(missing_ok=True)  # it says another password now
    _tell_password(options, password)


def _disable(db: Connection, rules: Rules, login: str, now: datetime) -> int:
    found = staff.find_credentials(db, login)
    staff.disable_staff(db, login, now)
    if found is None:
        return 0
    staff_sessions.close_all(db, found[0].id)
    dispatch.take_back(db, found[0].id, now)
    return holding.release_all(db, rules.policy, found[0].id, now)


def _reset(db: Connection, login: str, password_hash: str) -> None:
    staff.set_password(db, login, password_hash)
    staff_sessions.forget_failures(db, login)
    found = staff.find_credentials(db, login)
    if found is not None:
        staff_sessions.close_all(db, found[0].id)


def _tell_password(options: argparse.Namespace, password: str) -> None:
    if options.json:
        print_json({"login": options.login, "password": password})
    else:
        print_line(f"{options.login} signs in with the password {password} (shown this once).")


def _work(options: argparse.Namespace, policy: Policy) -> dict[str, Any]:
    """The arguments for `staff.set_work`."""
    for queue in options.queue or ():
        one_of(policy.queues, queue, "queue")
    asked = {skill for topic in policy.topics.values() for skill in topic.skills}
    for skill in options.skill or ():
        if skill not in asked:
            known = ", ".join(sorted(asked)) or "none"
            raise NotReady(f'No topic of the policy asks for the skill "{skill}"; the skills they ask for: {known}.')
    queues = [] if getattr(options, "all_queues", False) else options.queue or None
    skills = [] if getattr(options, "no_skills", False) else options.skill or None
    given = {"queues": queues, "skills": skills}
    return {name: value for name, value in given.items() if value is not None} | _capacity(options.capacity)


def _capacity(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text.casefold() == "none":
        return {"unlimited": True}
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_TICKETS):
        raise NotReady(f'A capacity must be a whole number from 0 to {MOST_TICKETS}, or none; found "{text}".')
    return {"capacity": int(text)}


def _add(db: Connection, work: dict[str, Any], *person: Any) -> None:
    staff.add_staff(db, *person)
    if work:
        staff.set_work(db, person[0], **work)


def _as_json(person: Staff) -> dict[str, Any]:
    names = ("login", "name", "role", "queues", "skills", "capacity")
    return {name: getattr(person, name) for name in names}


def _row(person: Staff) -> tuple[str, ...]:
    capacity = "no limit" if person.capacity is None else str(person.capacity)
    work = ("、".join(person.queues) or "all", "、".join(person.skills) or "none", capacity)
    return (person.login, person.name, person.role, *work)
