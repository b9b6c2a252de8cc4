"""`jiedai incident declare|end|list`: service interruptions and their reach."""

from __future__ import annotations

from datetime import tzinfo
from typing import Annotated, Any

from bot.cli.command import argument
from bot.cli.output import Result, Table, counted, minute
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person
from bot.service import Service
from bot.tickets import incidents
from escalation.incidents import incident_store
from escalation.incidents.incident_store import IncidentReach
from escalation.incidents.model import Incident, IncidentDraft
from escalation.staff import staff_names
from escalation.working_hours.instants import iso

MOST_LISTED = 200


Acting = Annotated[str, argument("--as", metavar="LOGIN", help="whose hand this is: a lead's")]


def declare(
    service: WithoutKnowledge,
    title: Annotated[str, argument(metavar="TITLE", help="what is interrupted, for colleagues")],
    notice: Annotated[str, argument("--notice", metavar="TEXT", help="what customers are told, once")],
    acting: Acting,
    topics: Annotated[tuple[str, ...], argument("--topic", metavar="T", help="a topic it touches; repeatable")] = (),
    words: Annotated[tuple[str, ...], argument("--word", metavar="W", help="a word by which customers mean it")] = (),
) -> Result:
    """Declare an incident; the customers of open tickets it concerns are informed before the command ends."""
    who = service.database.read_now(person, acting)
    draft = IncidentDraft(title, topics, words, notice)
    incident = service.database.write_now(incidents.declare, service.rules, who, draft, service.clock())
    reach = _tell_all(service, incident.id)
    touches = f"{counted(reach.told, 'conversation')} and {counted(reach.tickets, 'ticket')}"
    told = [
        f'Interruption {incident.id} ("{incident.title}") is on and reaches {touches} so far.',
        "Whoever writes about it from now on is told once, too; `jiedai incident end` ends it.",
    ]
    return Result(_as_json(service, incident, reach), told)


def end(
    service: WithoutKnowledge,
    number: Annotated[int, argument(metavar="N", help="its number in `incident list`")],
    notice: Annotated[str, argument("--notice", metavar="TEXT", help="what customers are told now")],
    acting: Acting,
) -> Result:
    """End an incident; everybody informed of it is informed of its end before the command ends."""
    who = service.database.read_now(person, acting)
    service.database.write_now(incidents.end, service.rules, who, number, notice, service.clock())
    reach = _tell_all(service, number)
    incident = service.database.read_now(incident_store.get_incident, number)
    assert incident is not None, "it has just been ended"
    told = counted(reach.end_told, "conversation")
    words = f'Interruption {incident.id} ("{incident.title}") has ended; {told} heard so.'
    return Result(_as_json(service, incident, reach), words)


def show(service: WithoutKnowledge) -> Result:
    """Return all incidents, the newest first."""
    found = service.database.read_now(incident_store.latest_incidents, MOST_LISTED)
    reaches = service.database.read_now(incident_store.reach_of, [one.id for one in found])
    names, zone = service.database.read_now(staff_names), service.rules.policy.zone
    headings = ("no.", "title", "touches", "on since", "by", "ended", "told", "tickets")
    rows = [_row(one, reaches[one.id], names, zone) for one in found]
    words = [Table("Service interruptions", headings, rows)] if found else "No service interruption was ever declared."
    return Result([_as_json(service, one, reaches[one.id]) for one in found], words)


def _tell_all(service: Service, number: int) -> IncidentReach:
    while service.database.write_now(incidents.notify_some, service.clock()):
        pass
    found: IncidentReach = service.database.read_now(incident_store.reach_of, [number])[number]
    return found


def _row(one: Incident, reach: IncidentReach, names: dict[int, str], zone: tzinfo) -> tuple[str, ...]:
    since = minute(one.declared_at, zone)
    ended = minute(one.ended_at, zone) if one.ended_at else "is on"
    touches = "、".join((*one.topics, *(f'"{word}"' for word in one.words)))
    by = names.get(one.declared_by, "")
    return str(one.id), one.title, touches, since, by, ended, str(reach.told), str(reach.tickets)


def _as_json(service: Service, one: Incident, reach: IncidentReach) -> dict[str, Any]:
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
