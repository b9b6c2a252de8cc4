"""A house on a real database: what happens in it goes through the product's own operations."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, select

from benchmarks.measures import editions
from benchmarks.measures.recording import Edition
from bot.dialogue.customer import customer_of
from bot.jobs import recompute
from bot.storage.database import Database
from bot.transcript import conversations, waking
from bot.transcript.message_store import messages
from escalation.calendars import calendar_editions
from escalation.calendars.faults import CalendarRefused
from escalation.policy.model import Policy
from escalation.refusals import EscalationRefusal
from escalation.tickets import sweep
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.vault import Vault
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import Scene, Visitor
from tests.conftest import StandingClock

FEW_SWEEPS = 3  # at their instants; the rest of a long time is swept at its end, as after an outage
CUSTOMERS = ("C1001", "C1004", "C1006", "C1011", "C1013", "C1018")


class Watcher(Protocol):
    """Somebody who looks at the house while it lives."""

    def __call__(self, world: World) -> None: ...


class World(Scene):
    """One history as it happens."""

    def __init__(
        self, database: Database, vault: Vault, dice: random.Random, begins: datetime, zone: str, *, is_talked: bool
    ) -> None:
        self.dice, self.zone, self.is_talked = dice, zone, is_talked
        text = editions.chosen(dice, zone)
        super().__init__(database, editions.policy_of(text), vault, StandingClock(begins))
        database.before_commit = None
        self.editions: list[Edition] = []
        self.filed = self.policy
        self.seen: dict[int, tuple[int | None, str, bool]] = {}
        self.deeds: list[str] = []
        self.bring_into_force(text)
        self.people = [self.staff("li"), self.staff("wang"), self.staff("zhao", "lead")]
        self.visitors: list[Visitor] = [
            self.visitor("v0"),
            self.visitor("v1", "telegram" if dice.random() < 0.3 else "web"),
        ]
        self.customers = dice.sample(CUSTOMERS, dice.choice((0, 1, 2)))
        self.know(*self.customers)

    def do(self, name: str, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """One transaction, unless it is refused; then what it wrote is undone."""
        try:
            found = self.write(fn, *args, **kwargs)
        except (Refused, CalendarRefused, EscalationRefusal) as error:
            self.deeds.append(f"{self.now:%m-%d %H:%M:%S} {name}: refused {error}")
            return None
        self.deeds.append(f"{self.now:%m-%d %H:%M:%S} {name}")
        self.look()
        return found

    def look(self) -> None:
        """Note of each new line on which ticket it stands and whose it is, as it was written."""
        self.seen |= self.read(_new_lines, self.rules, self.seen, self.now)

    # ── time ──────────────────────────────────────────────────────────

    def wait(self, span: timedelta) -> None:
        """Time passes; the first instants that something falls due at are seen to, the others at the end."""
        end, sweeps = self.now + span, 0
        while sweeps < FEW_SWEEPS and (due := self._next_due()) is not None and due <= end:
            self.clock.now, sweeps = max(self.now, due), sweeps + 1
            self.run_due()
        self.clock.now = end
        self.run_due()
        self.look()

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
        known = [each for each in self.tickets if is_open in (None, each.is_open)]
        fit = [each for each in known if is_held in (None, each.holder_id is not None)]
        chosen = fit if fit and self.dice.random() < 0.9 else known
        return self.dice.choice(chosen) if chosen else None


def _sweep(db: Connection, policy: Policy, now: datetime) -> None:
    while sum(len(found) if isinstance(found, list) else found for found in sweep.carry_on(db, policy, now, 100)):
        pass


def _new_lines(db: Connection, rules: Any, seen: Any, now: datetime) -> dict[int, tuple[int | None, str, bool]]:
    last = max(seen, default=0)
    found = {}
    for row in db.execute(
        select(messages.c.id, messages.c.conversation_id, messages.c.ticket_id).where(messages.c.id > last)
    ):
        talk = conversations.get_conversation(db, row.conversation_id)
        customer, tier = customer_of(db, rules, talk, now)
        found[row.id] = (row.ticket_id, tier.tier, customer is not None)
    return found
