"""`jiedai incident declare|end|list`: service interruptions and their reach."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from typing import Any

from bot.app import NotReady
from bot.cli.output import print_json, print_line, print_table
from bot.cli.session import service_of
from bot.service import Service
from bot.tickets import incidents
from escalation.incidents import incident_store
from escalation.incidents.incident_store import Reach
from escalation.incidents.model import Draft, Incident
from escalation.staff import Staff, find_credentials, staff_names
from escalation.working_hours.instants import iso

MOST_LISTED = 200


def declare(options: argparse.Namespace) -> None:
    """Declare an incident; the customers of open tickets it concerns are informed before the command ends."""
    draft = Draft(options.title, tuple(options.topic), tuple(options.word), options.notice)
    with _opened(options) as service:
        who = _acting(service, options.acting)
        incident = service.database.write_now(incidents.declare, service.rules, who, draft, service.clock())
        reach = _tell_all(service, incident.id)
        if options.json:
            print_json(_as_json(service, incident, reach))
            return
    touches = f"{_counted(reach.told, 'conversation')} and {_counted(reach.tickets, 'ticket')}"
    print_line(f'Interruption {incident.id} ("{incident.title}") is on and reaches {touches} so far.')
    print_line("Whoever writes about it from now on is told once, too; `jiedai incident end` ends it.")


def end(options: argparse.Namespace) -> None:
    """End an incident; everybody informed of it is informed of its end before the command ends."""
    with _opened(options) as service:
        who = _acting(service, options.acting)
        service.database.write_now(incidents.end, service.rules, who, options.number, options.notice, service.clock())
        reach = _tell_all(service, options.number)
        incident = service.database.read_now(incident_store.get_incident, options.number)
        assert incident is not None, "it has just been ended"
        if options.json:
            print_json(_as_json(service, incident, reach))
            return
    told = _counted(reach.end_told, "conversation")
    print_line(f'Interruption {incident.id} ("{incident.title}") has ended; {told} heard so.')


def show(options: argparse.Namespace) -> None:
    """Print all incidents, the newest first."""
    with _opened(options) as service:
        found = service.database.read_now(incident_store.latest_incidents, MOST_LISTED)
        reaches = service.database.read_now(incident_store.reaches, [one.id for one in found])
        names = service.database.read_now(staff_names)
        if options.json:
            print_json([_as_json(service, one, reaches[one.id]) for one in found])
            return
        zone = service.rules.policy.zone
    if not found:
        print_line("No service interruption was ever declared.")
        return
    headings = ("no.", "title", "touches", "on since", "by", "ended", "told", "tickets")
    print_table("Service interruptions", headings, [_row(one, reaches[one.id], names, zone) for one in found])


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Service]:
    service = service_of(options, knowledge="none")
    try:
        yield service
    finally:
        service.database.close()


def _acting(service: Service, login: str) -> Staff:
    found = service.database.read_now(find_credentials, login)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found[0]


def _tell_all(service: Service, number: int) -> Reach:
    while service.database.write_now(incidents.tell_some, service.clock()):
        pass
    found: Reach = service.database.read_now(incident_store.reaches, [number])[number]
    return found


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _row(one: Incident, reach: Reach, names: dict[int, str], zone: tzinfo) -> tuple[str, ...]:
    since = f"{one.declared_at.astimezone(zone):%Y-%m-%d %H:%M}"
    ended = f"{one.ended_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.ended_at else "is on"
    touches = "、".join((*one.topics, *(f'"{word}"' for word in one.words)))
    by = names.get(one.declared_by, "")
    return str(one.id), one.title, touches, since, by, ended, str(reach.told), str(reach.tickets)


def _as_json(service: Service, one: Incident, reach: Reach) -> dict[str, Any]:
    zone = service.rules.policy.zone
    return {
        "number": one.id,
        "title": one.title,
        "topics": list(one.topics),
        "words": list(one.words),
        "notice": one.notice,
        "declared_at": iso(one.declared_at, zone),
        "ended_at": iso(one.ended_at, zone) if one.ended_at else None,
        "end_notice": one.end_notice,
        "told": reach.told,
        "end_told": reach.end_told,
        "tickets": reach.tickets,
    }
