"""`jiedai tickets find`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Annotated

from bot.app import NotReady
from bot.cli import ticket_list
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person
from bot.cli.ticket_list import Listed
from bot.service import Service
from bot.tickets.search import PAGE, FoundTickets, TicketSearch, find_tickets
from escalation.journal import journal_store
from escalation.staffing.roster_file import parse_day

MOST = 1_000  # of one page
Day = Annotated[str | None, argument("--from", metavar="DAY", help="raised on this day or later")]


def find(  # one parameter for each option
    service: WithoutKnowledge,
    words: Annotated[
        tuple[str, ...],
        argument(metavar="WORD", help="all must be found: number, name, organisation, phone, e-mail, CRM id, text"),
    ] = (),
    tier: Annotated[str | None, argument("--tier", metavar="T", help="only this tier")] = None,
    queue: Annotated[str | None, argument("--queue", metavar="Q", help="only this queue")] = None,
    agent: Annotated[str | None, argument("--agent", metavar="LOGIN", help="only in this person's hands")] = None,
    since: Day = None,
    until: Annotated[str | None, argument("--to", metavar="DAY", help="raised on this day or earlier")] = None,
    finished: Annotated[bool, argument("--finished", help="only ended ones, the latest first")] = False,
    limit: Annotated[int, argument("--limit", metavar="N", help=f"how many at most (default: {PAGE})")] = PAGE,
    after: Annotated[str, argument("--after", metavar="PLACE", help="the next page, as the one before names it")] = "",
    no_names: Annotated[bool, argument("--no-names", help="without the customers' names")] = False,
) -> Result:
    """Find tickets, ended ones too, the newest first.

    Raises NotReady for an unknown tier, queue or person, a day that is none, and a limit below 1 or over MOST.
    """
    if not 1 <= limit <= MOST:
        raise NotReady(f"--limit must be 1 to {MOST:,}.")
    policy, now = service.rules.policy, service.clock()
    begin, end = _span(since, until, policy.zone)
    wanted = TicketSearch(
        " ".join(words),
        tier=None if tier is None else one_of(policy.tiers, tier, "tier").id,
        queue=None if queue is None else one_of(policy.queues, queue, "queue").id,
        agent=None if agent is None else service.database.read_now(person, agent).id,
        since=begin,
        until=end,
        finished=True if finished else None,
    )
    read = partial(find_tickets, who=None, after=after, limit=limit)
    found: FoundTickets = service.database.read_now(read, service.rules, wanted, now)
    if not no_names:
        told = {"tickets": len(found.entries), "user": os_user()}
        service.database.write_now(journal_store.record, "exports", "tickets found", "cli", now, after=told)
    entries = [ticket_list.as_json(entry, policy, now, named=not no_names) for entry in found.entries]
    value = {"total": found.total, "tickets": entries, "next": found.next}
    return Result(value, _in_words(service, found, now, named=not no_names))


def _in_words(service: Service, found: FoundTickets, now: datetime, *, named: bool) -> Iterator[str | Table]:
    listed = Listed(found.entries, len(found.entries))
    yield from ticket_list.in_words(listed, service.rules.policy, now, named=named)
    if found.next is not None:
        count = len(found.entries)
        yield f"Tickets: {found.total}, of which {count} are shown; the next page: --after {found.next}"


def _span(since: str | None, until: str | None, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    first, last = _day(since), _day(until)
    if first is not None and last is not None and first > last:
        raise NotReady("--from is later than --to; swap the two.")
    begin = None if first is None else datetime.combine(first, time(), zone)
    end = None if last is None else datetime.combine(last + timedelta(days=1), time(), zone)
    return begin, end


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    found = parse_day(text)
    if found is None:
        raise NotReady(f'A day must be written such as 2026-11-23; found "{text}".')
    return found
