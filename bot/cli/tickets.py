"""`jiedai tickets list|show|claim|release|transfer|record|note|grade|acknowledge|resolve`."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.agents.actions import Acknowledge, Action, Claim, Grade, Note, Record, Release, Resolve, Transfer, act
from bot.app import NotReady
from bot.auth.ticket_access import demand_sight
from bot.cli import ticket_json, ticket_list, ticket_show
from bot.cli.errors import english
from bot.cli.output import print_json, print_line
from bot.cli.policy import one_of
from bot.cli.session import service_of
from bot.rules import Rules
from escalation import staff
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Refused, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.service import Service


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Service]:
    """Open the service for a command; a refused action raises NotReady with its sentence."""
    service = service_of(options, knowledge="none")
    try:
        yield service
    except Refused as refused:
        names = service.database.read_now(staff.staff_names)
        raise NotReady(english(refused, getattr(options, "number", 0), names)) from None
    finally:
        service.database.close()


def show_list(options: argparse.Namespace) -> None:
    """Print open tickets, the nearest deadline first; raises NotReady for a limit below 1."""
    if options.limit < 1:
        raise NotReady("--limit must be 1 or more.")
    with opened(options) as service:
        rules, now = service.rules, service.clock()
        if options.queue is not None:
            one_of(rules.policy.queues, options.queue, "queue")
        if options.tier is not None:
            one_of(rules.policy.tiers, options.tier, "tier")
        wanted = ticket_list.TicketFilter(options.queue, options.tier, options.late, options.all, options.limit)
        found = service.database.read_now(ticket_list.read, rules, wanted, now)
    named = not options.no_names
    if options.json:
        print_json([ticket_list.as_json(entry, rules.policy, now, named=named) for entry in found.entries])
    else:
        ticket_list.tell_them(found, rules.policy, now, named=named)


def show(options: argparse.Namespace) -> None:
    """Print everything about one ticket."""
    with opened(options) as service:
        rules, now = service.rules, service.clock()
        found = service.database.read_now(ticket_show.read, rules, options.number, now)
    named = not options.no_names
    if options.json:
        print_json(ticket_json.as_json(found, rules.policy, now, named=named))
    else:
        ticket_show.tell_it(found, rules.policy, now, named=named)


def claim(options: argparse.Namespace) -> None:
    """Claim the ticket."""
    _act(options, Claim())


def release(options: argparse.Namespace) -> None:
    """Return the ticket to its queue."""
    _act(options, Release())


def note(options: argparse.Namespace) -> None:
    """Add an internal note."""
    _act(options, Note(options.text))


def record(options: argparse.Namespace) -> None:
    """Record a fact of the policy, such as `called` or `call_missed`."""
    _act(options, Record(options.fact, options.cause))


def resolve(options: argparse.Namespace) -> None:
    """Resolve the ticket."""
    _act(options, Resolve(options.cause))


def grade(options: argparse.Namespace) -> None:
    """Set the ticket's urgency."""
    _act(options, Grade(options.urgency))


def acknowledge(options: argparse.Namespace) -> None:
    """Acknowledge a breach: its notices are not repeated."""
    _act(options, Acknowledge())


def transfer(options: argparse.Namespace) -> None:
    """Transfer the ticket to another queue or a colleague; raises NotReady if neither is named."""
    if options.queue is None and options.to is None:
        raise NotReady("Say where it goes: --queue Q, --to LOGIN, or both.")
    _act(options, None)


def _act(options: argparse.Namespace, action: Action | None) -> None:
    """One action in one transaction, in the name of the person given with --as."""
    with opened(options) as service:
        database, rules, now = service.database, service.rules, service.clock()
        ticket = database.write_now(_carry_out, rules, options, action, now)
        names = database.read_now(staff.staff_names)
    holder = names.get(ticket.holder_id or 0)
    if options.json:
        print_json({"ticket": ticket.id, "state": ticket.state, "queue": ticket.queue, "holder": holder})
    else:
        held = f", held by {holder}" if holder else ""
        print_line(f"Done: ticket {ticket.id} is {ticket.state} in {ticket.queue}{held}.")


def _carry_out(
    db: Connection, rules: Rules, options: argparse.Namespace, action: Action | None, now: datetime
) -> Ticket:
    who = person(db, options.acting)
    ticket = ticket_store.get_ticket(db, options.number)
    demand_sight(who, ticket)
    act(db, rules, who, ticket.id, action or _transfer(db, rules, ticket, options), now)
    return ticket_store.get_ticket(db, ticket.id)


def _transfer(db: Connection, rules: Rules, ticket: Ticket, options: argparse.Namespace) -> Transfer:
    queue = ticket.queue if options.queue is None else one_of(rules.policy.queues, options.queue, "queue").id
    return Transfer(queue, None if options.to is None else person(db, options.to).id)


def person(db: Connection, login: str) -> Staff:
    """Return the member of staff with this sign-in name; raises NotReady for an unknown or disabled one."""
    found = staff.find_credentials(db, login)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found[0]
