"""`jiedai roster show|now|import|add|remove|swap|history`: shifts and their changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table, counted, minute
from bot.cli.session import WithoutKnowledge
from bot.files.escalation_files import read_roster_file
from escalation.policy.model import Policy
from escalation.staffing import on_duty, roster_changes, roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.roster import Shift
from escalation.staffing.roster_changes import shift_as_json, shift_in_words
from escalation.staffing.roster_file import ShiftEntry, parse_day, parse_time
from escalation.working_hours.instants import iso

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS = {"duty": "duty", "on_call": "on call"}
_NO_ROSTER = "No roster is in use: agents claim tickets, and nobody is assigned. `jiedai roster import` begins one."


ShiftNumber = Annotated[int, argument(metavar="SHIFT", help="its number in `roster show`")]
By = Annotated[str, argument("--by", metavar="NAME", help="who changes it, for the history")]


def show(
    service: WithoutKnowledge,
    begin: Annotated[
        str | None, argument("--from", metavar="DAY", help="e.g. 2026-11-23 (default: this Monday)")
    ] = None,
    end: Annotated[
        str | None, argument("--to", metavar="DAY", help="the last day (default: the sixth after the first)")
    ] = None,
) -> Result:
    """Return the shifts of a week, or between two days."""
    zone = service.rules.policy.zone
    first, last = _span(begin, end, service.clock().astimezone(zone).date())
    since, until = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    shifts = service.database.read_now(roster_store.shifts_between, since, until)
    names = service.database.read_now(roster_store.logins)
    in_use = service.database.read_now(roster_store.in_use)
    rows = [_row(shift, service.rules.policy, names) for shift in shifts]
    table = Table(f"{first} to {last}", ("shift", "day", "from", "to", "login", "kind"), rows)
    found = [shift_as_json(shift, zone, names) for shift in shifts]
    value = {"in_use": in_use, "from": str(first), "to": str(last), "shifts": found}
    return Result(value, [table] if in_use else _NO_ROSTER)


def now(service: WithoutKnowledge) -> Result:
    """Return who is on duty for each queue, who is on call, and when that changes."""
    at, policy = service.clock(), service.rules.policy
    in_use, people, change = service.database.read_now(_now, at)
    queues = list(_by_queue(policy, people))
    found = [{"queue": queue, "on_duty": on_duty, "on_call": on_call} for queue, on_duty, on_call in queues]
    next_change = iso(change, policy.zone) if change else None
    value = {"at": iso(at, policy.zone), "in_use": in_use, "queues": found, "next_change": next_change}
    if not in_use:
        return Result(value, _NO_ROSTER)
    rows = [(queue, ", ".join(on_duty) or "NOBODY", ", ".join(on_call) or "–") for queue, on_duty, on_call in queues]
    table = Table(f"On duty at {minute(at, policy.zone)}", ("queue", "on duty", "on call"), rows)
    planned = f"The next change is at {minute(change, policy.zone)}." if change else "Nothing is planned."
    return Result(value, [table, planned])


def load(
    service: WithoutKnowledge,
    file: Annotated[
        str, argument(metavar="FILE", help="CSV with date,login,start,end[,kind]; kind is duty or on_call")
    ],
    by: By = "the terminal",
) -> Result:
    """Import the shifts of a file in place of those on its days; all or nothing."""
    path, zone = Path(file), service.rules.policy.zone
    entries = read_roster_file(path)
    went, came = service.database.write_now(roster_changes.import_days, zone, entries, by, service.clock(), path.name)
    days = sorted({entry.day for entry in entries})
    dates = str(days[0]) if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
    words = f"{counted(came, 'shift')} entered for {dates}, in place of {went}."
    return Result({"days": [str(day) for day in days], "replaced": went, "shifts": came}, words)


def add(
    service: WithoutKnowledge,
    date: Annotated[str, argument(metavar="DATE", help="the day it begins")],
    login: Annotated[str, argument(metavar="LOGIN", help="who")],
    start: Annotated[str, argument(metavar="START", help="e.g. 08:00")],
    end: Annotated[str, argument(metavar="END", help="e.g. 20:00; not after the start: on the next day")],
    kind: Annotated[Literal["duty", "on_call"], argument("--kind", choices=("duty", "on_call"))] = "duty",
    by: By = "the terminal",
) -> Result:
    """Add a shift."""
    zone = service.rules.policy.zone
    entry = ShiftEntry(_day(date), login, _time(start), _time(end), kind)
    shift = service.database.write_now(roster_changes.add_shift, zone, entry, by, service.clock())
    words = f"Shift {shift.id} is entered: {login}, {shift_in_words(shift, zone)}, {_KINDS[shift.kind]}."
    return Result(shift_as_json(shift, zone, {shift.staff_id: login}), words)


def remove(service: WithoutKnowledge, number: ShiftNumber, by: By = "the terminal") -> Result:
    """Remove a shift."""
    zone = service.rules.policy.zone
    shift = service.database.write_now(roster_changes.remove_shift, zone, number, by, service.clock())
    names = service.database.read_now(roster_store.logins)
    words = f"Shift {shift.id} is taken out: {names[shift.staff_id]}, {shift_in_words(shift, zone)}."
    return Result(shift_as_json(shift, zone, names), words)


def swap(service: WithoutKnowledge, one: ShiftNumber, other: ShiftNumber, by: By = "the terminal") -> Result:
    """Swap the people of two shifts."""
    zone = service.rules.policy.zone
    both = service.database.write_now(roster_changes.swap_shifts, zone, one, other, by, service.clock())
    names = service.database.read_now(roster_store.logins)
    words = [
        f"Shift {each.id}, {shift_in_words(each, zone)}, is now worked by {names[each.staff_id]}." for each in both
    ]
    return Result([shift_as_json(each, zone, names) for each in both], words)


def history(
    service: WithoutKnowledge,
    limit: Annotated[int, argument("--limit", metavar="N", help="how many changes at most (default: 20)")] = 20,
) -> Result:
    """Return the changes of the roster, newest first."""
    zone = service.rules.policy.zone
    rows = service.database.read_now(roster_store.changes, limit)
    lines = [(minute(row.at, zone), row.by, row.kind, in_words(row.data)) for row in rows]
    return Result(
        [{"at": iso(row.at, zone), "by": row.by, "kind": row.kind, **row.data} for row in rows],
        [Table("Changes of the roster", ("at", "by", "what", "shifts"), lines)],
    )


def in_words(data: dict[str, Any]) -> str:
    """Return a change in short."""
    if "days" in data:
        return f"{len(data['before'])} → {len(data['after'])} on {', '.join(data['days'][:7])}"
    shifts = data.get("after") or [data["shift"]]
    return "; ".join(f"{one['login']} {one['from'][:16].replace('T', ' ')}–{one['to'][11:16]}" for one in shifts)


def _now(db: Connection, at: datetime) -> tuple[bool, Sequence[AgentCandidate], datetime | None]:
    return roster_store.in_use(db), on_duty.read_people(db, at).candidates, roster_store.following_change(db, at)


def _by_queue(policy: Policy, people: Iterable[AgentCandidate]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each queue with the logins of who is on duty and on call for it."""
    for queue in policy.queues:
        here = [one for one in people if one.works(queue)]
        yield queue, [one.login for one in here if one.on_duty], [one.login for one in here if one.on_call]


def _span(begin: str | None, end: str | None, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = _day(begin) if begin else _day(end) if end else monday
    last = _day(end) if end else first + timedelta(days=6)
    if last < first:
        raise NotReady(f"--to must not be before --from; {last} is before {first}.")
    return first, last


def _row(shift: Shift, policy: Policy, names: dict[int, str]) -> tuple[str, ...]:
    begins, ends = shift.starts_at.astimezone(policy.zone), shift.ends_at.astimezone(policy.zone)
    day = f"{_WEEKDAYS[begins.weekday()]} {begins:%Y-%m-%d}"
    over = " (next day)" if ends.date() > begins.date() else ""
    return str(shift.id), day, f"{begins:%H:%M}", f"{ends:%H:%M}{over}", names[shift.staff_id], _KINDS[shift.kind]


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise NotReady(f'A day must be written such as 2026-11-23; found "{text}".')
    return day


def _time(text: str) -> int:
    minutes = parse_time(text)
    if minutes is None:
        raise NotReady(f'A time of day must be written such as 08:00; found "{text}".')
    return minutes
