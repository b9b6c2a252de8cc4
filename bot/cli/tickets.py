"""`jiedai tickets list|show|claim|release|transfer|record|note|grade|acknowledge|resolve|merge`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Annotated

from sqlalchemy import Connection

from bot.agents.actions import (
    Acknowledge,
    Action,
    Alarm,
    Claim,
    Note,
    Record,
    Release,
    Resolve,
    SetUrgency,
    Transfer,
    act,
    demand_may,
)
from bot.agents.causes import NoteCause
from bot.app import NotReady
from bot.cli import ticket_json, ticket_list, ticket_show
from bot.cli.command import ActingAs, argument
from bot.cli.danger_alarms import with_alarm
from bot.cli.errors import english
from bot.cli.os_user import os_user
from bot.cli.output import Result
from bot.cli.policy import one_of
from bot.cli.session import ForWords, Where, WithoutKnowledge, opened
from bot.cli.staff import person
from bot.rules import Rules
from bot.service import Service
from bot.tickets.merging import merge_tickets
from escalation import staff
from escalation.journal import journal_store
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Refused, Ticket

Number = Annotated[int, argument(metavar="N", help="the ticket's number")]
Cause = Annotated[
    str | None, argument("--cause", metavar="C", help="of a complaint: what caused it, as the policy calls it")
]

WhySkipped = Annotated[str, argument("--reason", metavar="TEXT", help="why what is still owed is left out")]
Reason = Annotated[str, argument("--reason", metavar="TEXT", help="why; needed to make it less urgent")]


def show_list(
    settings: Where,
    queue: Annotated[str | None, argument("--queue", metavar="Q", help="only this queue")] = None,
    tier: Annotated[str | None, argument("--tier", metavar="T", help="only this tier")] = None,
    late: Annotated[bool, argument("--late", help="only those past a promise")] = False,
    finished: Annotated[bool, argument("--all", help="finished ones too")] = False,
    no_names: Annotated[bool, argument("--no-names", help="without the customers' names")] = False,
    limit: Annotated[int, argument("--limit", metavar="N", help="how many at most (default: 100)")] = 100,
) -> Result:
    """Return open tickets, the nearest deadline first; raises NotReady for a limit below 1."""
    if limit < 1:
        raise NotReady("--limit must be 1 or more.")
    with opened(settings) as service:
        rules, now = service.rules, service.clock()
        if queue is not None:
            one_of(rules.policy.queues, queue, "queue")
        if tier is not None:
            one_of(rules.policy.tiers, tier, "tier")
        wanted = ticket_list.TicketFilter(queue, tier, late, finished, limit)
        found = service.database.read_now(ticket_list.read, rules, wanted, now)
        if not no_names:
            told = {"tickets": len(found.entries), "user": os_user()}
            service.database.write_now(journal_store.record, "exports", "tickets listed", "cli", now, after=told)
    policy, named = rules.policy, not no_names
    entries = [ticket_list.as_json(entry, policy, now, named=named) for entry in found.entries]
    return Result(entries, ticket_list.in_words(found, policy, now, named=named))


def show(
    service: WithoutKnowledge,
    number: Number,
    no_names: Annotated[bool, argument("--no-names", help="without the customer's name")] = False,
) -> Result:
    """Return everything about one ticket."""
    policy, now, named = service.rules.policy, service.clock(), not no_names
    with _in_english(service, number):
        found = service.database.read_now(ticket_show.read, service.rules, number, now)
    told = {"ticket": number, "user": os_user()}
    service.database.write_now(journal_store.record, "exports", "ticket shown", "cli", now, after=told)
    value = ticket_json.as_json(found, policy, now, named=named)
    return Result(value, ticket_show.in_words(found, policy, now, named=named))


def claim(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Claim the ticket."""
    return carry_out(service, number, acting, Claim())


def release(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Return the ticket to its queue."""
    return carry_out(service, number, acting, Release())


def note(service: ForWords, number: Number, text: Annotated[str, argument(metavar="TEXT")], acting: ActingAs) -> Result:
    """Add an internal note."""
    return carry_out(service, number, acting, Note(text))


def record(
    service: WithoutKnowledge,
    number: Number,
    fact: Annotated[str, argument(metavar="FACT")],
    acting: ActingAs,
    cause: Cause = None,
) -> Result:
    """Record a fact of the policy, such as `called` or `call_missed`."""
    return carry_out(service, number, acting, Record(fact, cause))


def cause(
    service: ForWords,
    number: Number,
    text: Annotated[str, argument(metavar="TEXT", help="why")],
    of: Annotated[str, argument("--of", metavar="WHAT", help="breach, low_score or reopened")],
    kind: Annotated[str, argument("--class", metavar="C", help="process, people, resources or communication")],
    acting: ActingAs,
) -> Result:
    """Note why a ticket was late, rated low or reopened: its holder, or a lead of its queue."""
    return carry_out(service, number, acting, NoteCause(of, kind, text))


def resolve(
    service: WithoutKnowledge, number: Number, acting: ActingAs, cause: Cause = None, reason: WhySkipped = ""
) -> Result:
    """Resolve the ticket; a reason is needed to leave out what is still owed."""
    return carry_out(service, number, acting, Resolve(cause, reason))


def grade(
    service: WithoutKnowledge,
    number: Number,
    urgency: Annotated[str, argument(metavar="URGENCY")],
    acting: ActingAs,
    reason: Reason = "",
) -> Result:
    """Set the ticket's urgency; a lesser one needs a reason."""
    return carry_out(service, number, acting, SetUrgency(urgency, reason))


def acknowledge(service: WithoutKnowledge, number: Number, acting: ActingAs) -> Result:
    """Acknowledge a breach: its notices are not repeated."""
    return carry_out(service, number, acting, Acknowledge())


def merge(
    service: WithoutKnowledge,
    number: Annotated[int, argument(metavar="FROM", help="the ticket that ends")],
    into: Annotated[int, argument(metavar="INTO", help="the ticket that goes on")],
    acting: ActingAs,
) -> Result:
    """Merge two tickets of one matter, which cannot be undone."""
    with _in_english(service, number):
        ticket = service.database.write_now(_merge, service.rules, number, into, acting, service.clock())
    return Result(
        {"ticket": ticket.id, "merged": number, "state": ticket.state, "queue": ticket.queue},
        f"Done: ticket {number} goes on in ticket {ticket.id}, which is {ticket.state} in {ticket.queue}.",
    )


def _merge(db: Connection, rules: Rules, number: int, into: int, acting: str, now: datetime) -> Ticket:
    return merge_tickets(db, rules, person(db, acting), number, into, now)


def transfer(
    settings: Where,
    number: Number,
    acting: ActingAs,
    queue: Annotated[str | None, argument("--queue", metavar="Q", help="the queue (default: the one it is in)")] = None,
    to: Annotated[
        str | None, argument("--to", metavar="LOGIN", help="the colleague (default: nobody, back into the queue)")
    ] = None,
) -> Result:
    """Transfer the ticket to another queue or a colleague; raises NotReady if neither is named."""
    if queue is None and to is None:
        raise NotReady("Say where it goes: --queue Q, --to LOGIN, or both.")
    with opened(settings) as service:
        return carry_out(service, number, acting, partial(_transfer, queue=queue, to=to))


def _transfer(db: Connection, rules: Rules, ticket: Ticket, *, queue: str | None, to: str | None) -> Transfer:
    place = ticket.queue if queue is None else one_of(rules.policy.queues, queue, "queue").id
    return Transfer(place, None if to is None else person(db, to).id)


def carry_out(
    service: Service,
    number: int,
    acting: str,
    action: Action | Callable[[Connection, Rules, Ticket], Action],
) -> Result:
    """Carry out an action in one transaction, in the name of the person given with --as; raises NotReady if refused."""
    database = service.database
    with _in_english(service, number):
        ticket, alarm = database.write_now(_act, service.rules, number, acting, action, service.clock())
    holder = database.read_now(staff.staff_names).get(ticket.holder_id or 0)
    held = f", held by {holder}" if holder else ""
    value = {"ticket": ticket.id, "state": ticket.state, "queue": ticket.queue, "holder": holder}
    done = f"Done: ticket {ticket.id} is {ticket.state} in {ticket.queue}{held}."
    return Result(
        value | ({"danger": alarm} if alarm else {}), with_alarm(service.rules.policy, done, ticket.id, alarm)
    )


def _act(
    db: Connection,
    rules: Rules,
    number: int,
    acting: str,
    action: Action | Callable[[Connection, Rules, Ticket], Action],
    now: datetime,
) -> tuple[Ticket, Alarm]:
    who = person(db, acting)
    ticket = ticket_store.get_ticket(db, number)
    wanted = action(db, rules, ticket) if callable(action) else action
    demand_may(who, ticket, wanted)
    alarm = act(db, rules, who, ticket.id, wanted, now)
    return ticket_store.get_ticket(db, ticket.id), alarm


@contextmanager
def _in_english(service: Service, number: int) -> Iterator[None]:
    """A refused action becomes NotReady with its English sentence."""
    try:
        yield
    except Refused as refused:
        names = service.database.read_now(staff.staff_names)
        raise NotReady(english(refused, number, names)) from None
