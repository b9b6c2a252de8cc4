"""How long each transaction takes that lets old lines, tickets and the rest go, and what it costs customers meanwhile.

Old matters of ten lines with a note, a history and now and then a file are written first. Then customers write alone,
one after the other; then again while steps are taken without a pause; then the rest goes.

    python -m benchmarks.retention --lines 100000
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from benchmarks.ground import LINES, Ground, bare_rules, grounds, hire, opened, seed
from benchmarks.intake import NOW, SAYINGS
from benchmarks.tables import percentile, rounded, show
from bot.delivery.customer_messages import WEB
from bot.dialogue import intake
from bot.messages import Incoming
from bot.privacy import retention
from bot.rules import Rules
from bot.storage import seal_begin
from bot.storage.database import Database
from bot.transcript.attachments import attachments
from bot.transcript.message_store import messages
from escalation.tickets import history
from escalation.tickets.ticket_store import notes, tickets

OF_A_TICKET = 10  # lines
AT_ONCE = 200  # tickets written in one transaction
FILE = b"\xff\xd8\xff" + bytes(20_000)
FILE_EVERY = 20  # lines
OLD = NOW - timedelta(days=1500)


def measure(ground: Ground, lines: int, sent: int) -> dict[str, Any]:
    """Write old matters, let them go beside customers who write, and return the figures."""
    rules = bare_rules()
    with opened(ground.url) as database:
        writer = hire(database, "writer", OLD)
        for done in range(0, lines // OF_A_TICKET, AT_ONCE):
            database.write_now(_write, rules, min(AT_ONCE, lines // OF_A_TICKET - done), writer)
        database.write_now(seal_begin.begin, OLD)
        return asyncio.run(_let_go(database, rules, sent))


async def _let_go(database: Database, rules: Rules, sent: int) -> dict[str, Any]:
    numbers, steps = itertools.count(), list[float]()
    alone = [took async for took in _sends(database, rules, numbers, sent)]
    going = asyncio.create_task(_steps(database, rules, steps))
    beside = []
    async for took in _sends(database, rules, numbers, sent):
        if going.done():
            break
        beside.append(took)
    await going
    gone = database.read_now(retention.passes)
    found = {"steps": len(steps), "gone": {name: each.gone for name, each in gone.items() if each.gone}}
    found |= {f"step_{name}_ms": percentile(steps, share) * 1e3 for name, share in (("p50", 0.5), ("p99", 0.99))}
    found |= {"step_max_ms": max(steps) * 1e3, "seconds": sum(steps), "beside": len(beside)}
    found |= {"intake_p99_ms": percentile(alone, 0.99) * 1e3, "intake_p99_beside_ms": percentile(beside, 0.99) * 1e3}
    return found | {"ratio": found["intake_p99_beside_ms"] / found["intake_p99_ms"]}


async def _sends(database: Database, rules: Rules, numbers: Iterator[int], sent: int) -> AsyncIterator[float]:
    for _ in range(sent):
        talk, turn = divmod(next(numbers), len(SAYINGS))
        message = Incoming(WEB, f"b{talk:031d}", f"b{talk:031d}:{turn}", "text", text=SAYINGS[turn])
        start = time.perf_counter()
        await database.unit(intake.receive, rules, message, None, NOW)
        yield time.perf_counter() - start


async def _steps(database: Database, rules: Rules, took: list[float]) -> None:
    while await database.read(retention.is_due, rules, NOW):
        start = time.perf_counter()
        await database.unit(retention.take_step, rules, NOW)
        took.append(time.perf_counter() - start)


def _write(db: Connection, rules: Rules, number: int, writer: int) -> None:
    """Matters that ended years ago."""
    ids = seed(db, rules, [OLD] * number, LINES, OLD)
    ended = {"state": "closed", "resolved_at": OLD + timedelta(days=1), "closed_at": OLD + timedelta(days=2)}
    db.execute(update(tickets).where(tickets.c.id.in_(ids)).values(**ended))
    of_tickets = select(tickets.c.id, tickets.c.conversation_id).where(tickets.c.id.in_(ids))
    talks = {row.id: row.conversation_id for row in db.execute(of_tickets)}
    rows = [_line(ticket, talks[ticket], place) for ticket in ids for place in range(OF_A_TICKET)]
    lines = list(db.scalars(insert(messages).returning(messages.c.id, sort_by_parameter_order=True), rows))
    file = {"name": "机器.jpg", "mime": "image/jpeg", "size": len(FILE), "content": FILE, "reference": None}
    db.execute(insert(attachments), [{"message_id": each, **file} for each in lines[::FILE_EVERY]])
    db.execute(insert(notes), [{"ticket_id": each, "staff_id": writer, "at": OLD, "text": "已约周四"} for each in ids])
    for each in ids:
        history.log(db, each, "opened", OLD, writer, after={"queue": "一线", "state": "waiting"}, why="客户要求")
        history.log(db, each, "resolved", OLD, writer, after={"state": "resolved"}, why="已修好")


def _line(ticket: int, talk: int, place: int) -> dict[str, Any]:
    author = "customer" if place % 2 == 0 else "bot"
    values: dict[str, Any] = {"conversation_id": talk, "ticket_id": ticket, "author": author, "kind": "text"}
    text = f"打印机连不上网，已经重启过{place}次，序列号 AB{ticket:08d}"
    return values | {
        "text": text,
        "meta": {},
        "at": OLD + timedelta(minutes=place),
        "considered": True,
        "staff_id": None,
    }


def main() -> None:
    """Measure both databases, print a table, and end with one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.retention", description=__doc__)
    options.add_argument("--lines", type=int, default=100_000)
    options.add_argument("--sent", type=int, default=1_000, help="messages of customers, alone and beside")
    options.add_argument("--only", choices=("sqlite", "postgresql"))
    given = options.parse_args()
    found = {}
    for ground in grounds(only=given.only):
        found[ground.kind] = measure(ground, given.lines, given.sent)
    columns = ("steps", "step_p50_ms", "step_p99_ms", "step_max_ms", "intake_p99_ms", "intake_p99_beside_ms", "ratio")
    rows = [(kind, *(f"{each[column]:.2f}" for column in columns)) for kind, each in found.items()]
    show(f"Letting {given.lines} lines go", ("database", *columns), rows)
    print(json.dumps(rounded({"lines": given.lines, **found}), ensure_ascii=False))


if __name__ == "__main__":
    main()
