"""What the board's search asks for, read from the page's address, and the links to its further pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlalchemy import Connection

from bot.rules import Rules
from bot.tickets.search import PAGE, FoundTickets, TicketSearch, find_tickets
from bot.web.console.board_card import card_of
from bot.web.console.desk_list import ListedTicket, row_found
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.staff import Staff, all_staff
from escalation.staffing.roster_file import parse_day

STATES: Mapping[str, bool | None] = {"": None, "open": False, "finished": True}
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The search as the page's address has it; empty fields ask for nothing."""

    q: str = ""
    show: str = ""
    tier: str = ""
    queue: str = ""
    agent: str = ""
    since: str = ""
    until: str = ""
    page: str = ""

    @property
    def is_any(self) -> bool:
        """Whether anything is asked for, so that tickets are listed in place of the board."""
        return bool(self.q or self.tier or self.queue or self.agent or self.since or self.until) or bool(
            self.show and self.show in STATES
        )

    def address(self, page: str = "") -> str:
        """Return the address of a page of the same search."""
        named = {"q": self.q, "show": self.show, "tier": self.tier, "queue": self.queue, "agent": self.agent}
        named |= {"from": self.since, "to": self.until, "page": page}
        return "/console?" + urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of the tickets found, the number of all, the address of the next page (empty: the last)."""

    rows: tuple[ListedTicket, ...]
    total: int
    next: str
    people: tuple[Staff, ...]
    fault: str = ""  # why a day could not be read


def _asked(
    q: Annotated[str, Query(max_length=100)] = "",
    show: str = "",
    tier: str = "",
    queue: str = "",
    agent: str = "",
    since: Annotated[str, Query(alias="from")] = "",
    until: Annotated[str, Query(alias="to")] = "",
    page: str = "",
) -> SearchForm:
    given = (q, show, tier, queue, agent, since, until, page)
    return SearchForm(*(clean(each).strip()[:100] for each in given))


AskedFor = Annotated[SearchForm, Depends(_asked)]


def look_up(db: Connection, rules: Rules, who: Staff, asked: SearchForm, now: datetime) -> Hits:
    """Return a page of the tickets that this person may see and that the search asks for."""
    people = tuple(all_staff(db))
    try:
        wanted = _wanted(asked, rules.policy.zone)
    except ValueError as fault:
        return Hits((), 0, "", people, str(fault))
    found: FoundTickets = find_tickets(db, rules, wanted, now, who=who, after=asked.page, limit=PAGE)
    following = asked.address(found.next) if found.next else ""
    return Hits(tuple(row_found(card_of(entry, now)) for entry in found.entries), found.total, following, people)


def _wanted(asked: SearchForm, zone: tzinfo) -> TicketSearch:
    since, until = _day(asked.since), _day(asked.until)
    if since is not None and until is not None and since > until:
        raise ValueError(refusals.DAYS_REVERSED)
    return TicketSearch(
        asked.q,
        tier=asked.tier or None,
        queue=asked.queue or None,
        agent=int(asked.agent) if _NUMBER.fullmatch(asked.agent) else None,
        since=_midnight(since, zone),
        until=_midnight(until + timedelta(days=1), zone) if until is not None else None,
        finished=STATES.get(asked.show),
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    found = parse_day(text)
    if found is None:
        raise ValueError(refusals.BAD_DAY.format(text=text))
    return found


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)
