"""Resolve audiences to people who can act: by the roster, by whose queue it is, by whom a ticket is closed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.current import first_line
from bot.notifications.notice import Audience, Notice
from escalation.staff import Staff, all_staff
from escalation.staffing import roster_store
from escalation.staffing.on_duty import People, read_people
from escalation.tickets.access import sees
from escalation.tickets.lifecycle import Ticket

LEAD, ON_CALL, MANAGER = Audience("role", "lead"), Audience("role", "on_call"), Audience("role", "manager")


def reaching(db: Connection, told: Sequence[tuple[Ticket, Notice]], now: datetime) -> list[Notice]:
    """Return the notices with their audiences resolved by the roster at `now`; unchanged if they address no person."""
    meant = any(one == ON_CALL or one.kind == "staff" for _, notice in told for one in notice.to)
    people = read_people(db, now) if meant and roster_store.in_use(db) else None
    found = [(ticket, present(people, ticket, notice)) for ticket, notice in told]
    if all(one.kind == "staff" or one == MANAGER for _, notice in found for one in notice.to):
        return [notice for _, notice in found]
    everybody = all_staff(db)
    heads = [one for one in everybody if one.role in ("lead", "manager")]
    return [_led(heads, ticket, _taken(everybody, ticket, notice)) for ticket, notice in found]


def _taken(everybody: Sequence[Staff], ticket: Ticket, notice: Notice) -> Notice:
    """The notice, for its assignee beside the queue, and for the leads too where nobody who takes the queue sees it."""
    if all(one.kind != "queue" for one in notice.to):
        return notice
    to = dict.fromkeys(notice.to)
    if ticket.holder_id is None and ticket.assignee_id is not None:
        to[Audience("staff", str(ticket.assignee_id))] = None
    by_id = {one.id: one for one in everybody}
    queues = [one.name for one in notice.to if one.kind == "queue"]
    takers = [by_id[each] for queue in queues for each in first_line(everybody, queue)]
    if any(one.role in ("lead", "manager") for one in everybody) and not any(sees(one, ticket) for one in takers):
        to[LEAD] = None
    return replace(notice, to=tuple(to))


def _led(heads: Sequence[Staff], ticket: Ticket, notice: Notice) -> Notice:
    """The notice, for managers in the leads' place where no lead may see the ticket: a complaint may be about them.

    Before there is a lead or a manager it waits for the first lead.
    """
    if LEAD not in notice.to or not heads or any(one.role == "lead" and sees(one, ticket) for one in heads):
        return notice
    return replace(notice, to=tuple(dict.fromkeys(MANAGER if one == LEAD else one for one in notice.to)))


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
