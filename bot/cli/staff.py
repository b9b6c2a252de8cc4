"""`jiedai staff add|set|list|disable|reset`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth import accounts, password_links
from bot.auth.accounts import MOST_TICKETS, AccountChange
from bot.auth.password_links import FOR_A_LOST_PASSWORD, FOR_NEW_STAFF
from bot.cli.command import Login, argument
from bot.cli.output import Result, Table
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from bot.config.secret_files import forget_first_password
from bot.service import Service
from escalation import staff
from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES, ROLES, queues_of
from escalation.staff import Staff

BY = "cli"  # in the journal
ROLE_HELP = f"one of {', '.join(ROLES)}"
WORKING = [role for role in ROLES if queues_of(role, (ALL_QUEUES,))]

Role = Annotated[str, argument("--role", metavar="ROLE", help=f"{ROLE_HELP} (default: agent)")]
Queues = Annotated[
    tuple[str, ...],
    argument(
        "--queue", metavar="Q", help="a queue they work, or * for all; repeat for more: they take the place of all"
    ),
]
Skills = Annotated[tuple[str, ...], argument("--skill", metavar="S", help="a skill they have; repeat for more")]
Capacity = Annotated[
    str | None,
    argument("--capacity", metavar="N", help="open tickets they are assigned at most, `none`: the policy's number"),
]


def add(
    service: WithoutKnowledge,
    login: Login,
    name: Annotated[str, argument("--name", help="as customers and colleagues see it (default: LOGIN)")] = "",
    role: Role = "agent",
    queues: Queues = (),
    skills: Skills = (),
    capacity: Capacity = None,
) -> Result:
    """Add a member of staff, and print the one-time link under which they set their password."""
    work = _work(service.rules.policy, queues, skills, capacity)
    wanted = AccountChange(name=name or login, role=role, **work)
    token = service.database.write_now(accounts.add, login, wanted, BY, service.clock())
    return _with_link(service, login, token, FOR_NEW_STAFF, [] if queues else _without_queues(login, role))


def _without_queues(login: str, role: Role) -> list[str]:
    """What somebody of this role lacks as long as no queue is theirs."""
    if role not in WORKING:
        return []
    lacks = "They see every ticket, and work on none yet" if role == "manager" else "They see no tickets yet"
    return [f"{lacks}: `jiedai staff set {login} --queue QUEUE`."]


def show(service: WithoutKnowledge) -> Result:
    """Return everybody who may sign in."""
    everybody = service.database.read_now(staff.all_staff)
    disabled = service.database.read_now(staff.disabled_logins)
    waiting = service.database.read_now(staff.without_password)
    headings = ("login", "name", "role", "queues", "skills", "capacity")
    words: list[str | Table] = [Table("Staff", headings, map(_row, everybody))]
    if new := ", ".join(person.login for person in everybody if person.id in waiting):
        words.append(f"No password yet: {new}. `jiedai staff reset LOGIN` makes a new link.")
    if disabled:
        words.append(f"Disabled: {', '.join(disabled)}. `jiedai staff reset LOGIN` lets one in again.")
    return Result([_as_json(person) for person in everybody], words)


def put(
    service: WithoutKnowledge,
    login: Login,
    name: Annotated[str | None, argument("--name", help="as customers and colleagues see it")] = None,
    role: Annotated[str | None, argument("--role", metavar="ROLE", help=ROLE_HELP)] = None,
    queues: Queues = (),
    all_queues: Annotated[bool, argument("--all-queues", help="they work every queue")] = False,
    no_queue: Annotated[bool, argument("--no-queue", help="they work no queue, and see no tickets")] = False,
    skills: Skills = (),
    no_skills: Annotated[
        bool, argument("--no-skills", help="they have none of the skills that topics ask for")
    ] = False,
    capacity: Capacity = None,
) -> Result:
    """Change a person's name, role, queues, skills or capacity and leave the rest.

    Raises NotReady if nothing is to change, or --queue, --all-queues and --no-queue contradict each other.
    """
    if bool(queues) + all_queues + no_queue > 1 or (skills and no_skills):
        raise NotReady("Give one of --queue, --all-queues and --no-queue, and one of --skill and --no-skills.")
    work = _work(service.rules.policy, queues, skills, capacity)
    work |= {"queues": [ALL_QUEUES] if all_queues else []} if all_queues or no_queue else {}
    work |= {"skills": []} if no_skills else {}
    wanted = AccountChange(name=name, role=role, **work)
    if wanted.is_none:
        flags = "--name, --role, --queue, --all-queues, --no-queue, --skill, --no-skills or --capacity"
        raise NotReady(f"Say what to change: {flags}.")
    released = service.database.write_now(accounts.change, service.rules.policy, login, wanted, BY, service.clock())
    found = next((each for each in service.database.read_now(staff.all_staff) if each.login == login), None)
    if found is None:
        return Result({"login": login}, f"{login} is changed, and disabled.")
    _, called, role_name, queue_names, skill_names, limit = _row(found)
    words = f"{login}: {called}, {role_name}; queues {queue_names}; skills {skill_names}; capacity {limit}."
    told = [words, f"{released} of their tickets went back to their queues."] if released else words
    return Result(_as_json(found), told)


def disable(service: WithoutKnowledge, login: Login) -> Result:
    """Disable a person and end their sessions."""
    released = service.database.write_now(accounts.disable, service.rules.policy, login, BY, service.clock())
    words = f"{login} can no longer sign in; {released} of their tickets went back to their queues."
    return Result({"login": login, "disabled": True, "released": released}, words)


def reset(service: WithoutKnowledge, login: Login) -> Result:
    """End a person's password and sessions at once, and print the one-time link under which they set a new one."""
    token = service.database.write_now(accounts.make_link, login, BY, service.clock())
    forget_first_password(service.settings, login)
    return _with_link(service, login, token, FOR_A_LOST_PASSWORD, ["The old password and all sessions have ended."])


def person(db: Connection, login: str) -> Staff:
    """Return the member of staff with this sign-in name; raises NotReady for an unknown or disabled one."""
    found = staff.find_credentials(db, login)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found[0]


def _with_link(service: Service, login: str, token: str, lifetime: timedelta, more: list[str]) -> Result:
    url, hours = password_links.url(service.settings.site, token), int(lifetime.total_seconds()) // 3600
    words = [url, f"{login} sets a password there, within {hours} hours; the link works once and is shown this once."]
    return Result({"login": login, "link": url, "expires_in_hours": hours}, [*words, *more])


def _work(policy: Policy, queues: Collection[str], skills: Collection[str], capacity: str | None) -> dict[str, Any]:
    """What an AccountChange is made of."""
    for queue in queues:
        if queue != ALL_QUEUES:
            one_of(policy.queues, queue, "queue")
    for skill in skills:
        if skill not in policy.skills:
            known = ", ".join(policy.skills) or "none"
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


def _as_json(person: Staff) -> dict[str, Any]:
    names = ("login", "name", "role", "queues", "skills", "capacity")
    return {name: getattr(person, name) for name in names}


def _row(person: Staff) -> tuple[str, ...]:
    capacity = "by policy" if person.capacity is None else str(person.capacity)
    queues = "all" if ALL_QUEUES in person.queues else "、".join(person.queues)
    work = (queues or "none", "、".join(person.skills) or "none", capacity)
    return (person.login, person.name, person.role, *work)
