"""How many notices staff get: from one ticket over a weekend and over a holiday, and on a day of many customers.

`python -m benchmarks.notices [--copies N]`: the shipped policy, the demo's two agents with a lead and a manager, a
simulated clock. A row of an inbox is counted once for each person who sees it, also if it is gone a minute later.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from benchmarks import ground
from benchmarks.tables import show
from bot.agents.actions import Action, Claim, Record, Reply, Resolve, act
from bot.cli.demo import demo_staff
from bot.delivery.customer_messages import WEB
from bot.dialogue import intake
from bot.dialogue.customer import link_contact
from bot.files.escalation_files import read_customer_file
from bot.first_start import SAMPLE_CUSTOMERS
from bot.jobs.alarm_clock import sweep_some
from bot.messages import Incoming
from bot.notifications import morning_digest, notice_inbox, notice_tables, storm
from bot.storage.database import Database
from bot.tickets import assignment
from bot.transcript import conversations, waking
from escalation.customers import customer_store
from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES
from escalation.staff import Staff, add_staff, all_staff
from escalation.tickets import sweep
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import find_tickets
from escalation.working_hours.instants import parse_instant

COPIES = 20
# As found on 30 November 2026, at commit d2aa32c; the days' by another count of the same rows.
BEFORE = {
    "weekend": "6",
    "weekend, nothing waits for the first contact": "84",
    "weekend with Saturday at work": "184",
    "weekend with Saturday at work, nothing waits for the first contact": "184",
    "holiday": "11",
    "holiday, nothing waits for the first contact": "329",
    "day": "269-693",
}
AIMS = {"weekend": "<= 3", "holiday": "<= 4", "day": "<= 30 each", "day, nobody claims": "<= 30 each"}
MOST = 10_000
CHORES = (
    (assignment.is_due, assignment.assign_some),
    (morning_digest.is_due, morning_digest.post_digest),
    (storm.is_due, storm.tell_if_time),
)
LOOK = timedelta(minutes=10)  # between two looks of the chores
TALKS = (  # the demo's customers: when they write, and what leads to a person
    ("C1020", "09T20:30", "人工"),
    ("C1015", "09T20:45", "我要投诉，上周送来的复印机是翻新的"),
    ("C1007", "09T22:10", "人工"),
    ("C1001", "09T23:50", "人工"),
)


class Office:
    """The service with its staff and a clock of its own, and the rows that each person's inbox has gained."""

    def __init__(self, database: Database, begins: str, policy: Callable[[Policy], Policy]) -> None:
        self.database, self.now = database, parse_instant(f"{begins}+08:00")
        rules = ground.bare_rules()
        self.rules = replace(rules, policy=policy(rules.policy))
        self.gained: dict[str, set[Any]] = {}
        self.lines: dict[str, set[int]] = {}  # within those rows
        self._seen: tuple[int, ...] = ()
        self._keys = itertools.count()
        database.write_now(demo_staff, self.now)
        for login, role in (("lead", "lead"), ("manager", "manager")):
            database.write_now(add_staff, login, login, role, [ALL_QUEUES], "-", self.now)
        self.staff = database.read_now(all_staff)
        self.records = {
            each.id: each for each in read_customer_file(SAMPLE_CUSTOMERS, tiers=tuple(self.rules.policy.tiers))
        }

    def comes(self, contact: str, number: int, text: str) -> None:
        """Let a copy of a sample customer, an organisation of their own, ask for a person."""
        name = f"{contact}-{number}"
        one = replace(self.records[contact], id=name, organisation=f"{name}公司", phone=None, email=None)
        self.database.write_now(customer_store.save_customer, self.rules.vault, self.rules.policy, one, self.now)
        self.database.write_now(self._identify, name)
        message = Incoming(WEB, name, f"{name}:{next(self._keys)}", "text", text=text)
        self.database.write_now(intake.receive, self.rules, message, None, self.now)
        self.look()

    def until(self, clock: str) -> None:
        """Let time pass; deadlines, assignments and digests happen when they are due."""
        end = parse_instant(f"{clock}+08:00")
        while self.now < end:
            due = self.database.read_now(_next_due)
            self.now = min(end, self.now + LOOK, *([max(due, self.now)] if due is not None else []))
            while self.database.write_now(sweep_some, self.rules, self.now):
                pass
            for talk in self.database.read_now(waking.due_conversations, self.now):
                self.database.write_now(intake.continue_held, self.rules, talk.id, None, self.now)
            for is_due, run in CHORES:
                if self.database.read_now(is_due, self.rules, self.now):
                    self.database.write_now(run, self.rules, self.now)
            self.look()

    def look(self) -> None:
        """Note which rows every inbox shows, if anything was written since the last look."""
        state = self.database.read_now(_state)
        if state == self._seen:
            return
        self._seen = state
        for who in self.staff:
            queues = [queue for queue in self.rules.policy.queues if who.works(queue)]
            rows = self.database.read_now(notice_inbox.notices_for, self.rules.vault, who, queues, MOST)
            self.gained.setdefault(who.login, set()).update(row.began for row in notice_inbox.rows_of(rows))
            self.lines.setdefault(who.login, set()).update(line.id for line in rows)

    def does(self, who: Staff, ticket_id: int, *actions: Action) -> None:
        """Let somebody act on a ticket."""
        for action in actions:
            self.database.write_now(act, self.rules, who, ticket_id, action, self.now)
        self.look()

    def _identify(self, db: Connection, name: str) -> None:
        talk = conversations.lock_conversation(db, WEB, name, self.now)
        conversations.save_conversation(db, link_contact(db, self.rules, talk, name, "token", self.now), self.now)


@contextmanager
def opened(begins: str, policy: Callable[[Policy], Policy]) -> Iterator[Office]:
    """An office of the demo's two agents, a lead and a manager."""
    with ground.own_ground("sqlite") as where, ground.opened(where.url) as database:
        yield Office(database, begins, policy)


def _state(db: Connection) -> tuple[int, ...]:
    tables = (notice_tables.notices, ticket_events)
    return tuple(db.scalar(select(func.max(table.c.id))) or 0 for table in tables)


def _next_due(db: Connection) -> datetime | None:
    return min((at for at in (sweep.next_due(db), waking.next_wake(db)) if at is not None), default=None)


def as_shipped(policy: Policy) -> Policy:
    """The shipped policy."""
    return policy


def one_ticket(begins: str, ends: str, policy: Callable[[Policy], Policy] = as_shipped) -> int:
    """Rows of all inboxes together from one 三级 ticket that nobody claims until `ends`."""
    with opened(begins, policy) as office:
        office.comes("C1020", 0, "人工")
        office.until(ends)
        return sum(map(len, office.gained.values()))


def many_customers(copies: int, *, claimed: bool) -> dict[str, int]:
    """Rows that each inbox gains in a day of the demo, each of its customers `copies` times."""
    with opened("2026-10-09T20:20", as_shipped) as office:
        for contact, at, text in TALKS:
            office.until(f"2026-10-{at}")
            for number in range(copies):
                office.comes(contact, number, text)
        office.until("2026-10-10T00:21")
        if claimed:
            _claim_all(office)
        office.until("2026-10-10T20:20")
        rows = {login: len(each) for login, each in office.gained.items()}
        return {**rows, **{f"{login}'s lines": len(each) for login, each in office.lines.items()}}


def _claim_all(office: Office) -> None:
    """As in the demo: 特级 at night, the others in the morning, each by an agent of its queue."""
    lintao, zhaomin = office.staff[:2]
    answer = Reply("您好，已收到您的问题，我来跟进。", "1")
    found = office.database.read_now(lambda db: find_tickets(db, limit=MOST))
    for ticket in (one for one in found if one.tier == "特级"):
        office.does(
            lintao, ticket.id, Claim(), answer, Record("assessed"), Record("work_done"), Resolve(why="已当场解决")
        )
    office.until("2026-10-10T08:00")
    for ticket in (one for one in found if one.tier != "特级"):
        office.does(lintao if lintao.works(ticket.queue) else zhaomin, ticket.id, Claim(), answer)
    office.until("2026-10-10T08:30")
    for ticket in (one for one in found if one.tier == "三级"):
        office.does(zhaomin, ticket.id, Resolve(why="已当场解决"))


def without_first_contact(policy: Policy) -> Policy:
    """The policy as it was while 明确答复 did not wait for the first contact: it falls due at night and on holidays."""
    tiers = {
        name: replace(tier, milestones=tuple(replace(one, not_before="") for one in tier.milestones))
        for name, tier in policy.tiers.items()
    }
    return replace(policy, tiers=tiers)


def measure(copies: int) -> dict[str, Any]:
    """All figures."""
    spans = {
        "weekend": ("2026-11-13T20:30", "2026-11-16T08:00"),
        "weekend with Saturday at work": ("2026-10-09T20:30", "2026-10-12T08:00"),
        "holiday": ("2026-09-30T20:30", "2026-10-08T08:00"),
    }
    found: dict[str, Any] = {}
    for name, (begins, ends) in spans.items():
        found[name] = one_ticket(begins, ends)
        found[f"{name}, nothing waits for the first contact"] = one_ticket(begins, ends, without_first_contact)
    for name, claimed in (("day", True), ("day, nobody claims", False)):
        found[name] = many_customers(copies, claimed=claimed)
    return found


def main() -> None:
    """Measure, and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.notices", description=__doc__)
    options.add_argument("--copies", type=int, default=COPIES, metavar="N", help="of each of the demo's customers")
    found = measure(options.parse_args().copies)
    rows = [(name, BEFORE.get(name, "-"), AIMS.get(name, "-"), json.dumps(each)) for name, each in found.items()]
    show("rows that inboxes gain", ("of", "before", "aim", "now"), rows)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
