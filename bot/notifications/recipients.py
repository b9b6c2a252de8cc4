"""Resolve audiences by the roster: the person on call, and substitutes for a holder who is off duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.rules import Audience, Notice
from escalation.staffing import roster_store
from escalation.staffing.on_duty import People, read_people
from escalation.tickets.lifecycle import Ticket

LEAD, ON_CALL = Audience("role", "lead"), Audience("role", "on_call")


def reaching(db: Connection, told: Sequence[tuple[Ticket, Notice]], now: datetime) -> list[Notice]:
    """Return the notices with their audiences resolved by the roster at `now`; unchanged if they address no person."""
    meant = any(one == ON_CALL or one.kind == "staff" for _, notice in told for one in notice.to)
    people = read_people(db, now) if meant and roster_store.in_use(db) else None
    return [present(people, ticket, notice) for ticket, notice in told]


def present(people: People | None, ticket: Ticket, notice: Notice) -> Notice:
    """Resolve one notice's audiences. With nobody on call the lead is addressed; None: no roster is in use."""
    to = dict.fromkeys(each for one in notice.to for each in _instead(people, ticket, one))
    return replace(notice, to=tuple(to))


def _instead(people: People | None, ticket: Ticket, one: Audience) -> Iterator[Audience]:
    if one == ON_CALL:
        called = [each for each in people.candidates if each.on_call] if people is not None else []
        yield from (Audience("staff", str(each.staff_id)) for each in called)
        if not called:
            yield LEAD
        return
    yield one
    if one.kind == "staff" and people is not None and not people.include(int(one.name)):
        here = (each for each in people.candidates if each.on_duty and each.works(ticket.queue))
        yield from (Audience("staff", str(each.staff_id)) for each in here)
        yield LEAD
