"""`jiedai staff add|set|list|disable|reset`."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth import sign_in_brakes, staff_sessions
from bot.auth.passwords import hash_password
from bot.cli.command import Login, argument
from bot.cli.output import Result, Table
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from bot.config.secret_files import first_password_file
from bot.rules import Rules
from escalation import staff
from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES, ROLES
from escalation.staff import Staff
from escalation.staffing import dispatch
from escalation.tickets import holding

MOST_TICKETS = 999  # of one person


Skills = Annotated[tuple[str, ...], argument("--skill", metavar="S", help="a skill they have; repeat for more")]
Capacity = Annotated[
    str | None, argument("--capacity", metavar="N", help="open tickets they are assigned at most, or `none`")
]


def add(
    service: WithoutKnowledge,
    login: Login,
    name: Annotated[str, argument("--name", help="as customers and colleagues see it (default: LOGIN)")] = "",
    role: Annotated[str, argument("--role", choices=ROLES)] = "agent",
    queues: Annotated[
        tuple[str, ...],
        argument("--queue", metavar="Q", help="a queue they work, or * for all; repeat for more (default: none)"),
    ] = (),
    skills: Skills = (),
    capacity: Capacity = None,
) -> Result:
    """Add a member of staff with a generated password, shown this once."""
    work = _work(service.rules.policy, queues, skills, capacity)
    password = secrets.token_urlsafe(12)
    person = (login, name or login, role, list(queues), hash_password(password))
    service.database.write_now(_add, work, *person, service.clock())
    return _with_password(login, password)


def show(service: WithoutKnowledge) -> Result:
    """Return everybody who may sign in."""
    everybody = service.database.read_now(staff.all_staff)
    disabled = service.database.read_now(staff.disabled_logins)
    headings = ("login", "name", "role", "queues", "skills", "capacity")
    words: list[str | Table] = [Table("Staff", headings, map(_row, everybody))]
    if disabled:
        words.append(f"Disabled: {', '.join(disabled)}. `jiedai staff reset LOGIN` lets one in again.")
    return Result([_as_json(person) for person in everybody], words)


def put(
    service: WithoutKnowledge,
    login: Login,
    queues: Annotated[
        tuple[str, ...], argument("--queue", metavar="Q", help="a queue they work; repeat for more")
    ] = (),
    all_queues: Annotated[bool, argument("--all-queues", help="they work every queue")] = False,
    skills: Skills = (),
    no_skills: Annotated[
        bool, argument("--no-skills", help="they have none of the skills that topics ask for")
    ] = False,
    capacity: Capacity = None,
) -> Result:
    """Change a person's queues, skills or capacity and leave the rest; raises NotReady if nothing is to change."""
    work = _work(service.rules.policy, queues, skills, capacity)
    work |= {"queues": []} if all_queues else {}
    work |= {"skills": []} if no_skills else {}
    if not work:
        raise NotReady("Say what to change: --queue, --all-queues, --skill, --no-skills or --capacity.")
    service.database.write_now(staff.set_work, login, **work)
    found = next((each for each in service.database.read_now(staff.all_staff) if each.login == login), None)
    if found is None:
        return Result({"login": login}, ())
    _, _, _, queue_names, skill_names, limit = _row(found)
    words = f"{found.login}: queues {queue_names}; skills {skill_names}; capacity {limit}."
    return Result(_as_json(found), words)


def disable(service: WithoutKnowledge, login: Login) -> Result:
    """Disable a person and end their sessions."""
    released = service.database.write_now(_disable, service.rules, login, service.clock())
    words = f"{login} can no longer sign in; {released} of their tickets went back to their queues."
    return Result({"login": login, "disabled": True, "released": released}, words)


def reset(service: WithoutKnowledge, login: Login) -> Result:
    """Replace a person's password by a generated one and end their sessions."""
    password = secrets.token_urlsafe(12)
    service.database.write_now(_reset, login, hash_password(password))
    if login == "admin":
        first_password_file(service.settings).unlink(missing_ok=True)  # it says another password now
    return _with_password(login, password)


def person(db: Connection, login: str) -> Staff:
    """Return the member of staff with this sign-in name; raises NotReady for an unknown or disabled one."""
    found = staff.find_credentials(db, login)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found[0]


def _disable(db: Connection, rules: Rules, login: str, now: datetime) -> int:
    found = staff.find_credentials(db, login)
    staff.disable_staff(db, login, now)
    if found is None:
        return 0
    staff_sessions.close_all(db, found[0].id)
    dispatch.withdraw_assignments(db, found[0].id, now)
    return holding.release_all(db, rules.policy, found[0].id, now)


def _reset(db: Connection, login: str, password_hash: str) -> None:
    staff.set_password(db, login, password_hash)
    sign_in_brakes.forget_failures(db, login)
    found = staff.find_credentials(db, login)
    if found is not None:
        staff_sessions.close_all(db, found[0].id)


def _with_password(login: str, password: str) -> Result:
    words = f"{login} signs in with the password {password} (shown this once)."
    return Result({"login": login, "password": password}, words)


def _work(policy: Policy, queues: Collection[str], skills: Collection[str], capacity: str | None) -> dict[str, Any]:
    """The arguments for `staff.set_work`."""
    for queue in queues:
        if queue != ALL_QUEUES:
            one_of(policy.queues, queue, "queue")
    asked = {skill for topic in policy.topics.values() for skill in topic.skills}
    for skill in skills:
        if skill not in asked:
            known = ", ".join(sorted(asked)) or "none"
            raise NotReady(f'No topic of the policy asks for the skill "{skill}"; the skills they ask for: {known}.')
    given = {"queues": list(queues), "skills": list(skills)}
    return {name: values for name, values in given.items() if values} | _capacity(capacity)


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
    queues = "all" if ALL_QUEUES in person.queues else "、".join(person.queues)
    work = (queues or "none", "、".join(person.skills) or "none", capacity)
    return (person.login, person.name, person.role, *work)
