"""Open tickets in every state change tier, then the policy changes: what runs afterwards beside an oracle.

python -m benchmarks.retier [--quick] [--database URL]
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from benchmarks import ground
from benchmarks.clock_oracle import SHANGHAI, Fact, Oracle, Replayed, Span
from benchmarks.tables import show
from bot.config.settings import EXAMPLE_POLICY
from bot.storage.database import Database
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.staff import Staff, add_staff, get_staff
from escalation.tickets import deadline_store, ending, facts, holding, opening, rerouting, sweep
from escalation.tickets.deadline_store import DeadlineRow

BEGINS = datetime(2026, 9, 21, tzinfo=SHANGHAI).astimezone(UTC)
NOW = datetime(2026, 10, 8, 15, 0, tzinfo=SHANGHAI).astimezone(UTC)  # the first working day after a week of holidays
DAYS = 35
BATCH = 100  # tickets per transaction
AGES = (5, 35, 110, 400, 1_500, 6_000, 13_000)  # how many minutes ago a matter came in
TIERS = ("特级", "一级", "二级", "三级")
# What becomes of a ticket: so many minutes after it came in, this happens; what lies in the future has not happened.
WORK = ((2, "claim"), (10, "replied"), (30, "assessed"), (60, "plan_explained"), (90, "customer_wrote"))
LIVES: tuple[tuple[tuple[int, str], ...], ...] = (
    (),
    ((3, "claim"), (4, "call_missed")),
    ((3, "claim"), (9, "called")),
    WORK[:3],
    WORK[:4],
    WORK,
    (*WORK, (95, "objected")),
    (*WORK, (95, "objected"), (120, "plan_explained")),
    (*WORK, (100, "confirmed"), (300, "progress_reported"), (700, "progress_reported")),
    (*WORK, (100, "confirmed"), (200, "work_done")),
    (*WORK, (100, "confirmed"), (200, "work_done"), (210, "replied"), (250, "accepted")),
    ((2, "claim"), (5, "waiting_for_customer")),
    ((2, "claim"), (5, "waiting_for_customer"), (50, "customer_wrote"), (60, "waiting_for_customer"), (900, "called")),
    ((2, "claim"), (10, "replied"), (20, "put_back")),
    ((20, "urgent"),),
    ((2, "claim"), (3, "critical")),
    ((2, "claim"), (10, "replied"), (20, "complained")),
    ((2, "claim"), (10, "replied"), (20, "resolved")),
    ((2, "claim"), (10, "replied"), (20, "resolved"), (400, "reopened")),
    ((2, "claim"), (10, "replied"), (20, "resolved"), (400, "reopened"), (410, "claim"), (420, "called")),
    ((2, "claim"), (8, "help_asked")),
)
# The same policy after a revision: after this line, the next such words become those. Shorter and longer promises,
# one that goes by another name, another ladder.
REVISION = (
    ("about: 通过电话或在线联系到客户本人，并听懂需求", "within: 15m", "within: 12m"),
    ("about: 按标准流程处理，复杂事项向上报告", "within: 4h", "within: 6h"),
    ("about: 与客户取得联系，了解基本情况", "- id: answer_fixed", "- id: answered_clearly"),
    ("  complex_handled:", "milestones: [assessed, answer_fixed]", "milestones: [assessed, answered_clearly]"),
    ("  逐级上报:", "at: 75%", "at: 80%"),
)


@dataclass(slots=True)
class Case:
    """A ticket, and everything that happened to it."""

    ticket: int
    tier: str
    facts: list[Fact]
    pauses: list[Span] = field(default_factory=list)
    waits: int | None = None
    held: bool = False
    met: list[tuple[str, int]] = field(default_factory=list)
    promised: int | None = None


@dataclass(slots=True)
class Counted:
    """What must not be."""

    met_touched: int = 0
    stale: int = 0
    doubled: int = 0
    different: int = 0
    rewritten_without_reason: int = 0
    examples: list[str] = field(default_factory=list)


@cache
def _oracle(text: str) -> Oracle:
    return Oracle(text, BEGINS, DAYS)


def measure(where: ground.Ground, tickets: int) -> dict[str, Any]:
    """Both changes on one database."""
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    first, counted = _oracle(text), Counted()
    with ground.opened(where.url) as database:
        policy = read_policy(EXAMPLE_POLICY)
        cases = _opened(database, policy, first, tickets)
        told = _sweep(database, NOW)
        before = _met(database)
        took = _timed(database, cases, lambda db, case: _change_tier(db, policy, case))
        _judge(database, first, cases, counted)
        revised = _revised(text)
        second, other = _oracle(revised), _read(revised)
        took_again = _timed(database, cases, lambda db, case: rerouting.recompute(db, other, case.ticket, NOW))
        _judge(database, second, cases, counted)
        rows = _rows(database)
        _timed(database, cases, lambda db, case: rerouting.recompute(db, other, case.ticket, NOW))
        counted.rewritten_without_reason = sum(rows.get(number) != row for number, row in _rows(database).items())
        after = _met(database)
        counted.met_touched = sum(after.get(number) != row for number, row in before.items())
        _judge_told(_sweep(database, NOW), rows, told, counted)
        for ahead in (7, 31, 125):
            _judge_told(_sweep(database, NOW + timedelta(minutes=ahead)), rows, told, counted)
    for example in counted.examples[:5]:
        print(f"  {where.kind}: {example}")
    return {
        "tickets": len(cases),
        "running": sum(row.state == "open" for row in rows.values()),
        "met": len(before),
        "met_touched": counted.met_touched,
        "stale": counted.stale,
        "doubled": counted.doubled,
        "different": counted.different,
        "rewritten_without_reason": counted.rewritten_without_reason,
        "retier_ms": round(took * 1e3, 2),
        "recompute_ms": round(took_again * 1e3, 2),
    }


# ── tickets in every state ────────────────────────────────────────────


def _opened(database: Database, policy: Policy, oracle: Oracle, tickets: int) -> list[Case]:
    who = database.write_now(_agent)
    wanted = itertools.islice(itertools.cycle(itertools.product(LIVES, AGES, TIERS)), tickets)
    return [case for some in _batches(list(wanted)) for case in database.write_now(_live, policy, oracle, who, some)]


def _agent(db: Connection) -> Staff:
    found = get_staff(db, add_staff(db, "li", "小李", "lead", ["*"], "-", NOW))
    assert found is not None
    return found


def _live(db: Connection, policy: Policy, oracle: Oracle, who: Staff, lives: Sequence[Any]) -> list[Case]:
    found = []
    for life, age, tier in lives:
        at = NOW - timedelta(minutes=age)
        matter = opening.NewTicket(
            1, None, TierDecision(tier, "示例"), None, "normal", False, "卡纸", "asked", None, [], [], at
        )
        ticket = opening.open_ticket(db, policy, matter, at).ticket.id
        minute = round(oracle.minute(at))
        case = Case(ticket, tier, [Fact("raised", minute), Fact("received", minute)])
        for delay, what in life:
            if delay < age:
                _act(db, policy, who, case, what, at + timedelta(minutes=delay), minute + delay)
        replayed = oracle.replay(tier, case.facts, case.pauses)
        case.met, case.promised = replayed.met, _promise_of(replayed)
        found.append(case)
    return found


def _act(  # noqa: C901  # one case per kind of act
    db: Connection, policy: Policy, who: Staff, case: Case, what: str, at: datetime, minute: int
) -> None:
    last = case.facts[-1]
    ticket, urgency, topic = case.ticket, last.urgency, last.topic
    match what:
        case "claim":
            holding.claim(db, ticket, who, at)
            case.held = True
            return
        case "replied":
            holding.answer(db, policy, ticket, who, "您好", at)
        case "customer_wrote":
            facts.customer_wrote(db, policy, ticket, at)
            _stop_waiting(case, minute)
        case "put_back":
            holding.release(db, ticket, who, at)
            holding.restart_first_contact(db, policy, ticket, at)
            what, case.held = "waits_again", False
        case "urgent" | "critical":
            rerouting.escalate_urgency(db, policy, ticket, what, at)
            what, urgency = "more_urgent", what
        case "complained":
            rerouting.turn_into_complaint(db, policy, ticket, at)
            topic = "投诉"
        case "resolved":
            ending.resolve(db, policy, ticket, who, at)
        case "reopened":
            opening.reopen(db, policy, ticket, at)
            case.held = False
        case _:
            facts.record(db, policy, ticket, who, what, at)
            if what != "call_missed":
                _stop_waiting(case, minute)
    case.facts.append(Fact(what, minute, urgency, topic))
    if what == "reopened":  # of a solved matter: the customer is dissatisfied
        case.facts.append(Fact("dissatisfied", minute, urgency, topic))
    if what in ("waiting_for_customer", "plan_explained", "acceptance_invited"):
        case.waits = minute


def _stop_waiting(case: Case, minute: int) -> None:
    if case.waits is not None:
        case.pauses.append((case.waits, minute))
        case.waits = None


# ── the two changes ───────────────────────────────────────────────────


def _change_tier(db: Connection, policy: Policy, case: Case) -> None:
    tier = TIERS[(TIERS.index(case.tier) + 1 + case.ticket % 3) % 4]
    rerouting.reroute(db, policy, case.ticket, None, TierDecision(tier, "改判"), NOW)
    case.tier = tier


def _revised(text: str) -> str:
    for line, old, new in REVISION:
        before, found, after = text.partition(line)
        assert found, f"the example policy has changed: {line}"
        text = before + found + after.replace(old, new, 1)
    return text


def _read(text: str) -> Policy:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path)


def _timed(database: Database, cases: Sequence[Case], change: Callable[[Connection, Case], None]) -> float:
    def some(db: Connection, batch: Sequence[Case]) -> None:
        for case in batch:
            change(db, case)

    start = time.perf_counter()
    for batch in _batches(cases):
        database.write_now(some, batch)
    return (time.perf_counter() - start) / len(cases)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


# ── what came of it ───────────────────────────────────────────────────


def _judge(database: Database, oracle: Oracle, cases: Sequence[Case], counted: Counted) -> None:
    rows: dict[int, dict[str, tuple[float, bool]]] = {}
    for row in _rows(database).values():
        if row.state == "open":
            known = rows.setdefault(row.ticket_id, {})
            counted.doubled += row.milestone in known
            known[row.milestone] = (oracle.minute(row.due_at), row.paused_at is not None)
    for case in cases:
        expected = _expected(oracle, case)
        if rows.get(case.ticket, {}) != expected:
            counted.different += 1
            counted.examples.append(f"#{case.ticket} {case.tier} {case.facts}: {rows.get(case.ticket)} for {expected}")


def _expected(oracle: Oracle, case: Case) -> dict[str, tuple[float, bool]]:
    replayed = oracle.replay(case.tier, case.facts, case.pauses)
    found = {}
    pausing = {
        one["id"]
        for one in (*oracle.policy["tiers"][case.tier]["milestones"], *oracle.policy["for_every_tier"])
        if one.get("pauses")
    }
    for name, clock in replayed.running.items():
        if any(what == name and minute > clock.since for what, minute in case.met):
            continue
        due = clock.due
        if name == "first_contact" and case.promised is not None:
            due = min(due, case.promised)
        found[name] = (float(due), case.waits is not None and name in pausing and due > case.waits)
    case.promised = round(found["first_contact"][0]) if "first_contact" in found else None
    return found


def _promise_of(replayed: Replayed) -> int | None:
    return replayed.running["first_contact"].due if "first_contact" in replayed.running else None


def _judge_told(
    reached: Sequence[tuple[int, datetime]],
    rows: dict[int, DeadlineRow],
    told: list[tuple[int, datetime]],
    counted: Counted,
) -> None:
    counted.doubled += sum(one in told for one in reached) + len(reached) - len(set(reached))
    told += reached
    for number, scheduled_at in reached:
        counted.stale += number not in rows or rows[number].state != "open" or scheduled_at <= NOW


def _sweep(database: Database, now: datetime) -> list[tuple[int, datetime]]:
    found: list[tuple[int, datetime]] = []
    while reached := database.write_now(sweep.take_due_steps, now, 500):
        found += [(one.deadline_id, one.scheduled_at) for one in reached]
    return found


def _rows(database: Database) -> dict[int, DeadlineRow]:
    query = select(*(deadline_store.deadlines.c[each.name] for each in fields(DeadlineRow)))
    return database.read_now(lambda db: {row.id: DeadlineRow(*row) for row in db.execute(query)})


def _met(database: Database) -> dict[int, DeadlineRow]:
    return {number: row for number, row in _rows(database).items() if row.state == "met"}


def main() -> None:
    """Both databases, or the one that was named."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.retier", description=__doc__)
    options.add_argument("--quick", action="store_true", help="600 tickets, one of each kind, instead of 10,000")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    given = options.parse_args()
    found = {where.kind: measure(where, 600 if given.quick else 10_000) for where in ground.grounds(given.database)}
    headings = ("database", *next(iter(found.values())))
    rows = [(kind, *map(str, figures.values())) for kind, figures in found.items()]
    show(
        "Another tier, then another policy, for open tickets in every state; milliseconds are per ticket",
        headings,
        rows,
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
