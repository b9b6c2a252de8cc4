"""A house on a real database: what happens in it goes through the product's own operations."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Table, func, select

from benchmarks.measures import editions
from benchmarks.measures.recording import Edition
from bot.jobs import recompute
from bot.rules import Rules
from bot.storage.database import Database
from bot.transcript import conversations, waking
from bot.transcript.message_store import messages
from escalation.calendars import calendar_editions
from escalation.calendars.faults import CalendarRefused
from escalation.customers import customer_store
from escalation.customers.customer_rows import organisations
from escalation.policy.model import Policy
from escalation.refusals import EscalationRefusal
from escalation.tickets import sweep
from escalation.tickets.handling_spells import note_active
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import Scene, Visitor
from tests.conftest import StandingClock

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
FEW_SWEEPS = 3  # at their instants; the rest of a long time is swept at its end, as after an outage
CUSTOMERS = ("C1001", "C1004", "C1006", "C1011", "C1013", "C1018")


class Known(NamedTuple):
    """On which ticket a line stands, in which queue that is, and whose tier it is."""

    ticket: int | None = None
    queue: str = ""
    tier: str = ""
    is_customer: bool = True
    beside: frozenset[int] = frozenset()  # the lines of that ticket, some of which a merge may have brought


class Watcher(Protocol):
    """Somebody who looks at the house while it lives."""

    def __call__(self, world: World) -> None: ...


class World(Scene):
    """One history as it happens."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        dice: random.Random,
        begins: datetime,
        zone: str,
        *,
        within: Connection | None = None,
    ) -> None:
        """`within`: a transaction that is open, in which all goes on; without one the talks are real ones."""
        self.at_pages = random.Random(begins.timestamp())  # its own: the other deeds do not depend on it
        self.dice, self.zone, self.within, self.is_talked = dice, zone, within, within is None
        text = editions.chosen(dice, zone)
        super().__init__(database, editions.policy_of(text), vault, StandingClock(begins))
        database.before_commit = None
        self.editions: list[Edition] = []
        self.filed = self.policy
        self.counted: dict[int, Known] = {}  # what is known of each line when it is counted …
        self.judged: dict[int, Known] = {}  # … and a day later, when it is judged
        self.tiers: list[tuple[datetime, dict[str, str]]] = []  # of every contact, each time that one has changed
        self.organisations: dict[date, int] = {}
        self.held: dict[tuple[date, int], int] = {}
        self.before_erasure: dict[int, dict[int, Any]] = {}  # what lines said, by ticket and number
        self.erased_contacts: dict[int, str | None] = {}
        self.watch: Watcher = lambda _: None
        self._began: date | None = None
        self._last: date | None = None
        self.deeds: list[str] = []
        self.bring_into_force(text)
        self.people = [self.staff("li"), self.staff("wang"), self.staff("zhao", "lead")]
        self.visitors: list[Visitor] = [
            self.visitor("v0"),
            self.visitor("v1", "telegram" if dice.random() < 0.3 else "web"),
        ]
        self.customers = dice.sample(CUSTOMERS, dice.choice((0, 1, 2)))
        self.know(*(CUSTOMERS if self.is_talked else self.customers))  # who comes later moves the tiers of others

    def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """A transaction, or a part of the one that is open that can be undone alone."""
        if self.within is None:
            return super().write(fn, *args, **kwargs)
        with self.within.begin_nested():
            return fn(self.within, *args, **kwargs)

    def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """A look, at what is not committed yet too."""
        return super().read(fn, *args, **kwargs) if self.within is None else fn(self.within, *args, **kwargs)

    def do(self, name: str, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """One transaction, unless it is refused; then what it wrote is undone."""
        try:
            found = self.write(fn, *args, **kwargs)
        except (Refused, CalendarRefused, EscalationRefusal) as error:
            self.deeds.append(f"{self.now:%m-%d %H:%M:%S} {name}: refused {error}")
            return None
        self.deeds.append(f"{self.now:%m-%d %H:%M:%S} {name}")
        return found

    def note_tiers(self) -> None:
        """Note whose tier has become another one: a tier may go by the sales of all."""
        known = self.read(_tiers_of, self.rules, self.now)
        if not self.tiers or self.tiers[-1][1] != known:
            self.tiers.append((self.now, known))

    def tier_at(self, contact: str | None, at: datetime) -> str | None:
        """A contact's tier at an instant, before they were on file as at first; None of nobody."""
        known = [(since, tiers[contact]) for since, tiers in self.tiers if contact is not None and contact in tiers]
        tiers = [tier for _, tier in known[:1]] + [tier for since, tier in known if since <= at]
        return tiers[-1] if tiers else None

    def before_measuring(self) -> None:
        """Note what the figures are about to count of now: the lines of a minute ago, and the end of a day."""
        self.counted |= self.read(_old_lines, self, self.counted, A_MINUTE)
        self.judged |= self.read(_old_lines, self, self.judged, A_MINUTE + A_DAY)
        day = self.now.astimezone(self.policy.zone).date()
        if self._began is None or self._last is None:
            self._began = self._last = day
        elif day > self._last:
            self._last, yesterday = day, day - timedelta(days=1)
            if yesterday >= self._began:
                self.organisations[yesterday] = self.read(_count, organisations, organisations.c.merged_into.is_(None))
                holders = Counter(each.holder_id for each in self.tickets if each.is_open and each.holder_id)
                self.held |= {(yesterday, who): number for who, number in holders.items() if who is not None}

    # ── time ──────────────────────────────────────────────────────────

    def wait(self, span: timedelta) -> None:
        """Time passes; the first instants that something falls due at are seen to, the others at the end."""
        if self.is_talked or not self.tiers:
            self.note_tiers()
        self._be_active(span)
        end, sweeps = self.now + span, 0
        while sweeps < FEW_SWEEPS and (due := self._next_due()) is not None and due <= end:
            self.clock.now, sweeps = max(self.now, due), sweeps + 1
            self.run_due()
        self.clock.now = end
        self.run_due()

    def _be_active(self, span: timedelta) -> None:
        """Somebody has a ticket's page open for a while, beginning now; now and then two people, or one with two."""
        known = self.tickets if self.at_pages.random() < 0.5 else []
        at, end = self.now, self.now + span
        for _ in range(self.at_pages.randint(1, 6) if known else 0):
            if at > end:
                return
            who, ticket = (self.at_pages.choice(each[:2]) for each in (self.people, known))
            self.write(note_active, ticket.id, who.id, at)
            at += timedelta(seconds=self.at_pages.choice((0, 7, 20, 20, 45, 46)))

    def run_due(self) -> None:
        """What is due by now, in one transaction where nobody has to hear of it."""
        due = self._next_due()
        if due is None or due > self.now:
            return
        if self.is_talked:
            super().run_due()
        else:
            self.write(_sweep, self.policy, self.now)

    def _next_due(self) -> datetime | None:
        known = self.read(lambda db: (sweep.next_due(db), waking.next_wake(db) if self.is_talked else None))
        return min((at for at in known if at is not None), default=None)

    # ── rules ─────────────────────────────────────────────────────────

    def bring_into_force(self, text: str) -> None:
        """Another policy file, by which open tickets are computed anew."""
        self.filed = editions.policy_of(text)
        self.write(recompute.bring_into_force, self.filed, text, self.now)
        self._go_by(text)

    def set_day(self, day: CalendarDay) -> None:
        """A day off, or a make-up day, that somebody enters."""
        self.do(f"{day.day} {day.kind}", calendar_editions.set_day, self.filed, day, "li", "", self.now)
        self._go_by(self.editions[-1].text)

    def _go_by(self, text: str) -> None:
        years = self.read(calendar_editions.in_force)
        self.policy = calendar_editions.applied(self.filed, years)
        self.rules = type(self.rules)(self.policy, self.vault, self.rules.index)
        told = {year: tuple((day.day, day.kind, day.calendar) for day in known.days) for year, known in years.items()}
        edition = Edition(self.now, text, told)
        if not self.editions or (edition.text, edition.years) != (self.editions[-1].text, self.editions[-1].years):
            self.editions.append(edition)
        while self.write(recompute.recompute_some, self.rules, self.now):
            pass

    # ── what there is ─────────────────────────────────────────────────

    def some_ticket(self, *, is_open: bool | None = None, is_held: bool | None = None) -> Ticket | None:
        """One of the tickets; mostly one that is held or not, as wanted."""
        known = [
            each for each in self.tickets if is_open in (None, each.is_open) and each.id not in self.before_erasure
        ]
        fit = [each for each in known if is_held in (None, each.holder_id is not None)]
        chosen = fit if fit and self.dice.random() < 0.9 else known
        return self.dice.choice(chosen) if chosen else None


def _old_lines(db: Connection, world: World, known: Any, age: timedelta) -> dict[int, Known]:
    wanted = select(
        messages.c.id, messages.c.at, messages.c.conversation_id, tickets.c.id.label("ticket"), tickets.c.queue
    )
    wanted = wanted.join_from(messages, tickets, isouter=True).where(messages.c.id > max(known, default=0))
    found = {}
    for row in db.execute(wanted.order_by(messages.c.id)):
        if row.at > world.now - age:
            break
        contact = conversations.get_conversation(db, row.conversation_id).contact_id
        tier = world.tier_at(contact, row.at) or world.policy.default_tier
        beside = db.scalars(select(messages.c.id).where(messages.c.ticket_id == row.ticket)) if row.ticket else ()
        found[row.id] = Known(row.ticket, row.queue or "", tier, contact is not None, frozenset(beside))
    return found


def _tiers_of(db: Connection, rules: Rules, now: datetime) -> dict[str, str]:
    found = ((one, customer_store.find_customer(db, rules.vault, rules.policy, one, now)) for one in CUSTOMERS)
    return {one: customer.tier for one, customer in found if customer is not None}


def _count(db: Connection, table: Table, *where: Any) -> int:
    return int(db.scalar(select(func.count()).select_from(table).where(*where)) or 0)


def _sweep(db: Connection, policy: Policy, now: datetime) -> None:
    while sum(len(found) if isinstance(found, list) else found for found in sweep.carry_on(db, policy, now, 100)):
        pass
