"""How long a search takes among many tickets, and whether it finds all that a plain scan finds.

python -m benchmarks.finding [--tickets N] [--asked N]
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from benchmarks.search_ground import PLACES, new_database, person, rules_without_questions, tell
from benchmarks.tables import percentile
from bot.rules import Rules
from bot.storage import sealing
from bot.storage.database import Database
from bot.storage.search_marks import search_marks
from bot.tickets.search import TicketSearch, find_tickets
from bot.transcript import word_index
from bot.transcript.conversations import lock_conversation
from bot.transcript.message_store import messages
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord, TierDecision
from escalation.tickets.opening import NewTicket, open_ticket
from escalation.tickets.ticket_store import TICKET_COLUMNS, get_ticket, tickets

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LINES = 10  # of each ticket
TICKETS_OF_A_CUSTOMER = 5
PARTS = "打印机发票硒鼓卡纸订单退款维修安装配送合同保修墨盒故障无线网络电源主板驱动工程师上门时间地址电话报价耗材碎粉"
TRADES = "科技印务医院学校物流建材食品电子"


def fill(db: Connection, rules: Rules, count: int, chance: random.Random) -> list[CustomerRecord]:
    """Write tickets with their lines and customers, as many years of work would."""
    sealing.unwatch(db)  # each row would be summed into a seal, which is not what is measured
    records = [_record(number, chance) for number in range(max(1, count // TICKETS_OF_A_CUSTOMER))]
    for record in records:
        customer_store.save_customer(db, rules.vault, rules.policy, record, MONDAY)
    talk = lock_conversation(db, "web", "first", MONDAY)
    tier = TierDecision("三级", "")
    matter = NewTicket(talk.id, None, tier, None, "normal", False, "x", "asked_for_person", None, [], [], MONDAY)
    pattern = get_ticket(db, open_ticket(db, rules.policy, matter, MONDAY).ticket.id)
    row = {column.key: getattr(pattern, column.key) for column in TICKET_COLUMNS}
    for begin in range(0, count, 5_000):
        numbers = range(begin + 2, min(begin + 5_000, count) + 2)
        made = [_ticket(row, number, records, chance) for number in numbers]
        db.execute(insert(tickets), made)
        db.execute(insert(messages), [_line(ticket, talk.id, chance) for ticket in made for _ in range(LINES)])
        db.execute(insert(search_marks), [{"ticket_id": ticket["id"]} for ticket in made])
    return records


def _record(number: int, chance: random.Random) -> CustomerRecord:
    name = person(chance)
    house = "".join(chance.choices(PLACES, k=2)) + "".join(chance.sample(TRADES, 2)) + f"{number // 3}号"
    phone = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
    return CustomerRecord(f"K{number}", house, name, 1, 1, 1, 1, phone=phone, email=f"k{number}@example.com")


def _ticket(row: dict[str, Any], number: int, records: list[CustomerRecord], chance: random.Random) -> dict[str, Any]:
    at = MONDAY - timedelta(minutes=10 * number)
    ended = {"state": "resolved", "resolved_at": at + timedelta(hours=chance.randrange(1, 90))}
    who = records[number % len(records)].id
    return row | {"id": number, "contact_id": who, "subject": _words(chance), "raised_at": at, **ended}


def _line(ticket: dict[str, Any], talk: int, chance: random.Random) -> dict[str, Any]:
    values = {"conversation_id": talk, "ticket_id": ticket["id"], "author": "customer", "kind": "text"}
    return values | {"text": _words(chance), "meta": {}, "at": ticket["raised_at"], "considered": True}


def _words(chance: random.Random) -> str:
    return "".join(PARTS[place : place + 2] for place in (chance.randrange(len(PARTS) - 1) for _ in range(10)))


def measure(database: Database, count: int, asked: int) -> dict[str, Any]:
    """Fill the database, write the words down, and ask; returns seconds by kind of question, and the recall."""
    rules = rules_without_questions()
    chance = random.Random(7)  # the same tickets each time
    records = database.write_now(fill, rules, count, chance)
    began = time.monotonic()
    while database.read_now(word_index.are_behind):
        database.write_now(word_index.write_some)
    found: dict[str, Any] = {"tickets": count, "lines": count * LINES, "written down (s)": time.monotonic() - began}
    began = time.monotonic()
    database.read_now(find_tickets, rules, TicketSearch("王"), MONDAY, who=None)
    found["first search, names opened (s)"] = time.monotonic() - began
    for kind in ("two words", "name", "number", "number's end"):
        spans = []
        for _ in range(asked):
            wanted = TicketSearch(_question(kind, records, chance), finished=True)
            began = time.monotonic()
            database.read_now(find_tickets, rules, wanted, MONDAY, who=None)
            spans.append(time.monotonic() - began)
        found[kind] = {"p50": percentile(spans, 0.5), "p99": percentile(spans, 0.99)}
    found["recall"] = _recall(database, rules, chance, max(3, asked // 10))
    return found


def _question(kind: str, records: list[CustomerRecord], chance: random.Random) -> str:
    record = chance.choice(records)
    place = chance.randrange(len(PARTS) - 3)
    match kind:
        case "two words":
            return f"{PARTS[place : place + 2]} {PARTS[place - 9 : place - 7] or '硒鼓'}"
        case "name":
            return record.contact
        case "number":
            return record.phone or ""
        case _:
            return (record.phone or "")[-4:]


def _recall(database: Database, rules: Rules, chance: random.Random, asked: int) -> float:
    """How much of what a plain scan of all lines and titles finds is found."""
    shares = []
    for _ in range(asked):
        place = chance.randrange(len(PARTS) - 3)
        word = PARTS[place : place + chance.choice((2, 3))]
        scanned = database.read_now(_scan, word)
        total = database.read_now(find_tickets, rules, TicketSearch(word), MONDAY, who=None).total
        shares.append(min(1.0, total / scanned) if scanned else 1.0)
    return min(shares)


def _scan(db: Connection, word: str) -> int:
    spoken = select(messages.c.ticket_id).where(messages.c.text.contains(word, autoescape=True))
    titled = select(tickets.c.id).where(tickets.c.subject.contains(word, autoescape=True))
    return db.scalar(select(func.count()).select_from(spoken.union(titled).subquery())) or 0


def main() -> None:
    """Measure on a new SQLite database, and print the figures and a line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.finding", description=__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    options.add_argument("--asked", type=int, default=100, help="searches of each kind")
    given = options.parse_args()
    with new_database() as database:
        tell("Finding tickets", measure(database, given.tickets, given.asked))


if __name__ == "__main__":
    main()
