"""How long a search takes among many tickets, and whether it finds all that a plain scan finds.

python -m benchmarks.finding [--tickets N] [--asked N] [--database sqlite|postgresql|both]
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, bindparam, insert, select, text

from benchmarks.search_ground import PLACES, new_database, person, rules_without_questions, tell
from benchmarks.tables import percentile, rounded
from bot.rules import Rules
from bot.storage import sealing
from bot.storage.database import Database
from bot.storage.search_marks import search_marks
from bot.tickets.search import TicketSearch, find_tickets
from bot.transcript import word_index
from bot.transcript.conversations import lock_conversation
from bot.transcript.message_store import messages
from bot.transcript.term_blocks import numbers_in
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord, TierDecision
from escalation.tickets.opening import NewTicket, open_ticket
from escalation.tickets.ticket_store import TICKET_COLUMNS, get_ticket, tickets

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LINES = 10  # of each ticket
QUESTIONS = ("two words", "name", "number", "number's end")
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


def measure(kind: str, count: int, asked: int) -> dict[str, Any]:
    """Fill a database of this kind, write the terms, and ask; returns seconds by kind of question, and the recall."""
    with new_database(kind) as database:
        rules, chance = rules_without_questions(), random.Random(7)  # the same tickets each time
        records = database.write_now(fill, rules, count, chance)
        found: dict[str, Any] = {"database": kind, "tickets": count, "lines": count * LINES}
        found |= _written(database, rules)
        began = time.monotonic()
        database.read_now(find_tickets, rules, TicketSearch("王"), MONDAY, who=None)
        found["first search, names opened (s)"] = time.monotonic() - began
        for question in QUESTIONS:
            found[question] = _asked(database, rules, [_question(question, records, chance) for _ in range(asked)])
        found |= database.read_now(_recall, rules, chance, max(10, asked // 2))
        return cast("dict[str, Any]", rounded(found))


def _written(database: Database, rules: Rules) -> dict[str, float]:
    """Write all terms in batches, as the chore does; how long it took, also the longest batch, and what they take."""
    before, spans, used = index_bytes(database), [], time.process_time()
    while database.read_now(word_index.are_behind):
        began = time.monotonic()
        database.write_now(word_index.write_some, rules.vault)
        spans.append(time.monotonic() - began)
    size = index_bytes(database) - before
    return {
        "terms written (s)": sum(spans),
        "its CPU (s)": time.process_time() - used,
        "longest batch (s)": max(spans),
        "index (MB)": size / 1e6,
    }


def index_bytes(database: Database) -> int:
    """What the terms take in the database, indexes included."""
    names = [table.name for table in word_index.TABLES]
    if database.is_sqlite:
        sizes = text("SELECT SUM(pgsize) FROM dbstat WHERE name IN :names AND aggregate = TRUE")
        sizes = sizes.bindparams(bindparam("names", names, expanding=True))
        return database.read_now(lambda db: db.scalar(sizes) or 0)
    sizes = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    return sum(database.read_now(lambda db, name=name: db.scalar(sizes, {"name": name}) or 0) for name in names)


def _asked(database: Database, rules: Rules, questions: list[str]) -> dict[str, float]:
    """Seconds of one search; `cpu`: those of this process, for a shared machine makes it wait."""
    spans, used = [], time.process_time()
    for words in questions:
        began = time.monotonic()
        database.read_now(find_tickets, rules, TicketSearch(words, finished=True), MONDAY, who=None)
        spans.append(time.monotonic() - began)
    used = (time.process_time() - used) / len(questions)
    return {"p50": percentile(spans, 0.5), "p99": percentile(spans, 0.99), "cpu": used}


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


def _recall(db: Connection, rules: Rules, chance: random.Random, asked: int) -> dict[str, float]:
    """How much of what a plain scan of all lines and titles finds is found, and how much of what is found it finds."""
    places = [(chance.randrange(len(PARTS) - 3), chance.choice((1, 2, 3))) for _ in range(asked)]
    words = sorted({PARTS[place : place + length] for place, length in places})
    scanned = _scan(db, words)
    recall, precision = [1.0], [1.0]
    for word, holders in zip(words, word_index.holding(db, rules.vault, words), strict=True):
        (held,) = word_index.read_through(db, [holders], holders.all)
        found = set(numbers_in(held))
        both = len(found & scanned[word])
        recall.append(both / max(1, len(scanned[word])))
        precision.append(both / max(1, len(found)))
    return {"words scanned for": len(words), "recall": min(recall), "precision": min(precision)}


def _scan(db: Connection, words: list[str]) -> dict[str, set[int]]:
    """The tickets with each word, by one pass over everything that was said."""
    found: dict[str, set[int]] = {word: set() for word in words}
    said = (select(tickets.c.id, tickets.c.subject), select(messages.c.ticket_id, messages.c.text))
    for query in said:
        for ticket, words_of_it in db.execute(query.execution_options(yield_per=10_000)):
            for word in words:
                if word in words_of_it:
                    found[word].add(ticket)
    return found


def main() -> None:
    """Measure on new databases, and print the figures, each with a line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.finding", description=__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    options.add_argument("--asked", type=int, default=100, help="searches of each kind")
    options.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="sqlite")
    given = options.parse_args()
    for kind in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        tell(f"Finding tickets, {kind}", measure(kind, given.tickets, given.asked))


if __name__ == "__main__":
    main()
