"""`jiedai staff add|list|disable|reset`."""

from __future__ import annotations

import argparse
import secrets
from datetime import datetime

from sqlalchemy import Connection

from bot.commands.opening import house_of
from bot.commands.policy import one_of
from bot.commands.printing import tell, tell_json, tell_table
from bot.passwords import hash_password
from bot.secrets_folder import first_password_file
from bot.web import staff_sessions
from escalation import desk, staff
from escalation.policy import Policy


def add(options: argparse.Namespace) -> None:
    """Add a person with a generated password, shown this once."""
    house = house_of(options, knowledge="none")
    for queue in options.queue:
        one_of(house.rules.policy.queues, queue, "queue")
    password = secrets.token_urlsafe(12)
    name = options.name or options.login
    house.database.write_now(
        staff.add_staff, options.login, name, options.role, options.queue, hash_password(password), house.clock()
    )
    house.database.close()
    _tell_password(options, password)


def show(options: argparse.Namespace) -> None:
    """Everybody who may sign in."""
    house = house_of(options, knowledge="none")
    everybody = house.database.read_now(staff.all_staff)
    disabled = house.database.read_now(staff.disabled_logins)
    house.database.close()
    if options.json:
        tell_json([{"login": p.login, "name": p.name, "role": p.role, "queues": p.queues} for p in everybody])
        return
    rows = [(p.login, p.name, p.role, "、".join(p.queues) or "all") for p in everybody]
    tell_table("Staff", ("login", "name", "role", "queues"), rows)
    if disabled:
        tell(f"Disabled: {', '.join(disabled)}. `jiedai staff reset LOGIN` lets one in again.")


def disable(options: argparse.Namespace) -> None:
    """Bar a person and end their sessions."""
    house = house_of(options, knowledge="none")
    released = house.database.write_now(_disable, house.rules.policy, options.login, house.clock())
    house.database.close()
    if options.json:
        tell_json({"login": options.login, "disabled": True, "released": released})
    else:
        tell(f"{options.login} can no longer sign in; {released} of their tickets went back to their queues.")


def reset(options: argparse.Namespace) -> None:
    """Replace a person's password by a generated one and end their sessions."""
    house = house_of(options, knowledge="none")
    password = secrets.token_urlsafe(12)
    house.database.write_now(_reset, options.login, hash_password(password))
    house.database.close()
    if options.login == "admin":
        first_password_file(house.settings).unlink(missing_ok=True)  # it says another password now
    _tell_password(options, password)


def _disable(db: Connection, policy: Policy, login: str, now: datetime) -> int:
    found = staff.find_credentials(db, login)
    staff.disable_staff(db, login, now)
    if found is None:
        return 0
    staff_sessions.close_all(db, found[0].id)
    return desk.release_all(db, policy, found[0].id, now)


def _reset(db: Connection, login: str, password_hash: str) -> None:
    staff.set_password(db, login, password_hash)
    staff_sessions.forget_failures(db, login)
    found = staff.find_credentials(db, login)
    if found is not None:
        staff_sessions.close_all(db, found[0].id)


def _tell_password(options: argparse.Namespace, password: str) -> None:
    if options.json:
        tell_json({"login": options.login, "password": password})
    else:
        tell(f"{options.login} signs in with the password {password} (shown this once).")
