"""What became of every deadline, told by the database alone: nothing lost, doubled, early, or both met and breached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.notifications.notice_tables import notices
from bot.notifications.paging import pages
from escalation.tickets import hash_chain
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

MILESTONE = "first_contact"
FAULTS = ("lost", "doubled", "early", "both_met_and_breached", "chain")


@dataclass
class Verdict:
    """How many deadlines were judged, what happened to them, and the faults, each with a few examples."""

    judged: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_clean(self) -> bool:
        """Nothing is wrong."""
        return not any(self.faults.values())

    def blame(self, fault: str, why: str) -> None:
        """Count a fault and remember the first few."""
        self.faults[fault] += 1
        if len(self.examples[fault]) < 3:
            self.examples[fault].append(why)

    def as_json(self) -> dict[str, Any]:
        """The faults, zeros included."""
        return {fault: self.faults[fault] for fault in FAULTS}


def together(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Figures of several databases as one: faults added up, the slowest time; and each by itself."""
    sums = {fault: sum(each[fault] for each in found.values()) for fault in FAULTS}
    slowest = {
        name: max(each[name] for each in found.values() if name in each)
        for name in ("p50_s", "p99_s", "max_s", "blocked_s")
        if any(name in each for each in found.values())
    }
    return {**sums, **slowest, "databases": dict(found)}


def judge(db: Connection, until: datetime) -> Verdict:
    """Every watched deadline that was due by then, with the history, the notices and the pages of its ticket."""
    verdict = Verdict()
    events, told, paged = _events(db), _told(db), _paged(db)
    watched = select(deadlines).where(deadlines.c.milestone == MILESTONE, deadlines.c.due_at <= until)
    for row in db.execute(watched.order_by(deadlines.c.id)):
        lines = [line for line in events[row.ticket_id] if (line.data or {}).get("milestone") == MILESTONE]
        _judge_one(verdict, row, lines, told[row.ticket_id], paged[row.ticket_id])
    for ticket, lines in events.items():
        claims = sum(line.kind == "claimed" for line in lines)
        replies = sum(line.kind == "replied" for line in lines)
        if claims > 1 or replies > 1:  # nobody releases anything here
            verdict.blame("doubled", f"ticket {ticket}: claimed {claims} and answered {replies} times")
    _judge_chains(db, verdict, events)
    return verdict


def _judge_one(
    verdict: Verdict, row: Row[Any], lines: Sequence[Row[Any]], told: Mapping[str, int], paged: Mapping[str, int]
) -> None:
    verdict.judged += 1
    happened = Counter(line.kind for line in lines)
    in_time = row.state == "met" and row.settled_at <= row.due_at
    broken = happened["breach"] > 0
    verdict.happened[_fate(row, in_time, broken)] += 1
    name = f"ticket {row.ticket_id}"
    if in_time and (broken or row.breached_at is not None):
        late = next((line.at - row.due_at for line in lines if line.kind == "breach"), None)
        verdict.blame("both_met_and_breached", f"{name}: met {row.due_at - row.settled_at} before due, breach + {late}")
    if not in_time and row.breached_at is None:
        verdict.blame("lost", f"{name}: {row.state}, due at {row.due_at}, and nobody noticed")
    if row.state == "open" and not broken:
        verdict.blame("lost", f"{name}: open, due at {row.due_at}, with {dict(happened)}")
    for kind in ("warning", "breach", "overdue"):
        for what, found in (("notices", told), ("pages", paged)):
            if happened[kind] > found[kind]:
                verdict.blame("lost", f"{name}: {happened[kind]} {kind} lines, {found[kind]} {what}")
            if found[kind] > max(happened[kind], 1) or happened[kind] > 1:
                verdict.blame("doubled", f"{name}: {happened[kind]} {kind} lines, {found[kind]} {what}")
    for line, step in ((line, step) for line in lines for step in row.schedule if step["kind"] == line.kind):
        if line.at < row.due_at + timedelta(seconds=step["at"]):
            verdict.blame("early", f"{name}: {line.kind} at {line.at}, due at {row.due_at}")


def _fate(row: Row[Any], in_time: bool, broken: bool) -> str:
    if in_time:
        return "met in time"
    if row.state == "met":
        return "met late" if broken else "met late, before anybody had to be told"
    return "breached"


def _judge_chains(db: Connection, verdict: Verdict, events: Mapping[int, Sequence[Row[Any]]]) -> None:
    ends = select(tickets.c.id, tickets.c.events, tickets.c.head).where(tickets.c.events > 0)
    for ticket, count, head in db.execute(ends):
        last, lines = "", events.get(ticket, ())
        for seq, line in enumerate(lines, start=1):
            last = hash_chain.link(last, ticket, seq, line.at, line.kind, line.staff_id, line.data, salt=line.salt)
            if (line.seq, line.hash) != (seq, last):
                break
        if (len(lines), last) != (count, head):
            verdict.blame("chain", f"ticket {ticket}: its history of {len(lines)} lines does not verify")


def _events(db: Connection) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.execute(select(ticket_events).order_by(ticket_events.c.ticket_id, ticket_events.c.seq)):
        found[row.ticket_id].append(row)
    return found


def _told(db: Connection) -> dict[int, Counter[str]]:
    # Every notice has one reference, however many audiences it is put before.
    return _counted(db.execute(select(notices.c.ticket_id, notices.c.kind, notices.c.ref).distinct()))


def _paged(db: Connection) -> dict[int, Counter[str]]:
    return _counted(db.execute(select(pages.c.ticket_id, pages.c.kind)))


def _counted(rows: Iterable[Any]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        found[row.ticket_id][row.kind] += 1
    return found


def at_rest(db: Connection, now: datetime) -> bool:
    """Whether no watched deadline has anything left that is due by now."""
    due = select(deadlines.c.id).where(deadlines.c.state == "open", deadlines.c.next_at <= now)
    return db.execute(due.where(deadlines.c.milestone == MILESTONE).limit(1)).first() is None
