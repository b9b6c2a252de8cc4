"""`jiedai roster show|now|import|add|remove|swap|history`: shifts and their changes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.output import print_json, print_line, print_table
from bot.cli.session import service_of
from bot.files.escalation_files import read_roster_file
from bot.service import Service
from escalation.policy.model import Policy
from escalation.staffing import on_duty, roster_changes, roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.roster import Shift
from escalation.staffing.roster_changes import described, spoken
from escalation.staffing.roster_file import ShiftEntry, parse_day, parse_time
from escalation.working_hours.instants import iso

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS = {"duty": "duty", "on_call": "on call"}
_NO_ROSTER = "No roster is in use: agents claim tickets, and nobody is assigned. `jiedai roster import` begins one."


def show(options: argparse.Namespace) -> None:
    """Print the shifts of a week, or between two days."""
    with _opened(options) as service:
        zone = service.rules.policy.zone
        first, last = _span(options, service.clock().astimezone(zone).date())
        start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
        shifts = service.database.read_now(roster_store.shifts_between, start, end)
        names = service.database.read_now(roster_store.logins)
        in_use = service.database.read_now(roster_store.in_use)
    if options.json:
        found = [described(shift, zone, names) for shift in shifts]
        print_json({"in_use": in_use, "from": str(first), "to": str(last), "shifts": found})
        return
    if not in_use:
        print_line(_NO_ROSTER)
        return
    rows = [_row(shift, service.rules.policy, names) for shift in shifts]
    print_table(f"{first} to {last}", ("shift", "day", "from", "to", "login", "kind"), rows)


def now(options: argparse.Namespace) -> None:
    """Print who is on duty for each queue, who is on call, and when that changes."""
    with _opened(options) as service:
        at, policy = service.clock(), service.rules.policy
        in_use, people, change = service.database.read_now(_now, at)
    if options.json:
        queues = [
            {"queue": queue, "on_duty": _logins(on_duty), "on_call": _logins(on_call)}
            for queue, on_duty, on_call in _by_queue(policy, people)
        ]
        next_change = iso(change, policy.zone) if change else None
        print_json({"at": iso(at, policy.zone), "in_use": in_use, "queues": queues, "next_change": next_change})
        return
    if not in_use:
        print_line(_NO_ROSTER)
        return
    rows = [
        (queue, ", ".join(_logins(on_duty)) or "NOBODY", ", ".join(_logins(on_call)) or "–")
        for queue, on_duty, on_call in _by_queue(policy, people)
    ]
    print_table(f"On duty at {at.astimezone(policy.zone):%Y-%m-%d %H:%M}", ("queue", "on duty", "on call"), rows)
    print_line(
        f"The next change is at {change.astimezone(policy.zone):%Y-%m-%d %H:%M}." if change else "Nothing is planned."
    )


def load(options: argparse.Namespace) -> None:
    """Import the shifts of a file in place of those on its days; all or nothing."""
    path = Path(options.file)
    with _opened(options) as service:
        entries = read_roster_file(path)
        went, came = service.database.write_now(
            roster_changes.import_days, service.rules.policy.zone, entries, options.by, service.clock(), path.name
        )
    days = sorted({entry.day for entry in entries})
    if options.json:
        print_json({"days": [str(day) for day in days], "replaced": went, "shifts": came})
        return
    dates = str(days[0]) if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
    print_line(f"{_counted(came)} entered for {dates}, in place of {went}.")


def add(options: argparse.Namespace) -> None:
    """Add a shift."""
    with _opened(options) as service:
        zone = service.rules.policy.zone
        entry = ShiftEntry(_day(options.date), options.login, _time(options.start), _time(options.end), options.kind)
        shift = service.database.write_now(roster_changes.add_shift, zone, entry, options.by, service.clock())
    if options.json:
        print_json(described(shift, zone, {shift.staff_id: entry.login}))
    else:
        print_line(f"Shift {shift.id} is entered: {entry.login}, {spoken(shift, zone)}, {_KINDS[shift.kind]}.")


def remove(options: argparse.Namespace) -> None:
    """Remove a shift."""
    with _opened(options) as service:
        zone = service.rules.policy.zone
        shift = service.database.write_now(
            roster_changes.remove_shift, zone, options.shift, options.by, service.clock()
        )
        names = service.database.read_now(roster_store.logins)
    if options.json:
        print_json(described(shift, zone, names))
    else:
        print_line(f"Shift {shift.id} is taken out: {names[shift.staff_id]}, {spoken(shift, zone)}.")


def swap(options: argparse.Namespace) -> None:
    """Swap the people of two shifts."""
    with _opened(options) as service:
        zone, at = service.rules.policy.zone, service.clock()
        both = service.database.write_now(roster_changes.swap_shifts, zone, options.one, options.other, options.by, at)
        names = service.database.read_now(roster_store.logins)
    if options.json:
        print_json([described(shift, zone, names) for shift in both])
        return
    for shift in both:
        print_line(f"Shift {shift.id}, {spoken(shift, zone)}, is now worked by {names[shift.staff_id]}.")


def history(options: argparse.Namespace) -> None:
    """Print the changes of the roster, newest first."""
    with _opened(options) as service:
        zone = service.rules.policy.zone
        rows = service.database.read_now(roster_store.changes, options.limit)
    if options.json:
        print_json([{"at": iso(row.at, zone), "by": row.by, "kind": row.kind, **row.data} for row in rows])
        return
    lines = [(f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}", row.by, row.kind, in_words(row.data)) for row in rows]
    print_table("Changes of the roster", ("at", "by", "what", "shifts"), lines)


def in_words(data: dict[str, Any]) -> str:
    """Return a change in short."""
    if "days" in data:
        return f"{len(data['before'])} → {len(data['after'])} on {', '.join(data['days'][:7])}"
    shifts = data.get("after") or [data["shift"]]
    return "; ".join(f"{one['login']} {one['from'][:16].replace('T', ' ')}–{one['to'][11:16]}" for one in shifts)


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Service]:
    service = service_of(options, knowledge="none")
    try:
        yield service
    finally:
        service.database.close()


def _now(db: Connection, at: datetime) -> tuple[bool, Sequence[AgentCandidate], datetime | None]:
    return roster_store.in_use(db), on_duty.read_people(db, at).candidates, roster_store.following_change(db, at)


def _by_queue(
    policy: Policy, people: Iterable[AgentCandidate]
) -> Iterator[tuple[str, list[AgentCandidate], list[AgentCandidate]]]:
    for queue in policy.queues:
        here = [one for one in people if one.works(queue)]
        yield queue, [one for one in here if one.on_duty], [one for one in here if one.on_call]


def _logins(people: Iterable[AgentCandidate]) -> list[str]:
    return [one.login for one in people]


def _span(options: argparse.Namespace, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = _day(options.begin) if options.begin else _day(options.end) if options.end else monday
    last = _day(options.end) if options.end else first + timedelta(days=6)
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


def _counted(shifts: int) -> str:
    return "1 shift" if shifts == 1 else f"{shifts} shifts"
