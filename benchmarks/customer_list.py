"""How soon after a start a search among many customers is complete, what it delays meanwhile, and how long it takes.

python -m benchmarks.customer_list [--contacts N] [--asked N]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.search_ground import PLACES, new_database, person, rules_without_questions, tell
from benchmarks.tables import percentile
from bot.jobs.known_customers import NameOpener
from bot.rules import Rules
from bot.storage import sealing
from bot.storage.database import Database
from escalation.customers.customer_rows import (
    ORGANISATION_NAME,
    contact_row,
    contacts,
    organisation_of_record,
    organisation_row,
    organisations,
)
from escalation.customers.customer_search import CustomerQuery, FoundCustomers, find_page
from escalation.customers.model import Contact, CustomerRecord, tier_of
from escalation.normalise import normal_name

MONDAY, TUESDAY = (datetime(2026, 11, day, 2, 0, tzinfo=UTC) for day in (23, 24))
CONTACTS_OF_A_HOUSE = 2
TRADES = ("科技", "印务", "医院", "学校", "物流", "建材", "食品", "电子")
TICK = 0.005  # seconds that the loop is asked to sleep; what it sleeps longer, others would have waited


def fill(db: Connection, rules: Rules, count: int, chance: random.Random) -> list[CustomerRecord]:
    """Write contacts with their organisations."""
    sealing.unwatch(db)  # each row would be summed into a seal, which is not what is measured
    records = [_record(number, chance) for number in range(count)]
    for begin in range(0, count, 5_000):
        some = records[begin : begin + 5_000]
        houses = {record.organisation: _house(rules, record) for record in some}
        db.execute(insert(organisations), list(houses.values()))
        db.execute(insert(contacts), [_contact(rules, record, houses) for record in some])
    return records


def _record(number: int, chance: random.Random) -> CustomerRecord:
    name = person(chance)
    house = number // CONTACTS_OF_A_HOUSE
    place, trade = PLACES[house % 15 : house % 15 + 2], TRADES[house % len(TRADES)]
    return CustomerRecord(f"K{number}", f"{place}{trade}{house}号", name, house, 1, 1, 1, phone=f"139{number:08d}")


def _house(rules: Rules, record: CustomerRecord) -> dict[str, object]:
    organisation = organisation_of_record(f"{record.id:>032}", record)
    row = organisation_row(rules.vault, organisation, tier_of(rules.policy, organisation, MONDAY), MONDAY)
    return row | {"name_mac": rules.vault.fingerprint(normal_name(record.organisation), field=ORGANISATION_NAME)}


def _contact(rules: Rules, record: CustomerRecord, houses: dict[str, dict[str, object]]) -> dict[str, object]:
    house = str(houses[record.organisation]["id"])
    return contact_row(rules.vault, Contact(record.id, house, record.contact, record.phone, None), MONDAY)


async def measure(database: Database, count: int, asked: int) -> dict[str, Any]:
    """Fill the database, open the names as a started service does, and search; seconds."""
    rules = rules_without_questions()
    chance = random.Random(7)  # the same customers each time
    records = database.write_now(fill, rules, count, chance)
    found: dict[str, Any] = {"contacts": count}
    began, late, meanwhile = time.monotonic(), [0.0], [0.0]
    opening = asyncio.create_task(NameOpener(database, lambda: rules, lambda: TUESDAY).open_all())
    ticking = asyncio.create_task(_tick(opening, late))
    while not opening.done():
        await asyncio.sleep(0.5)
        meanwhile.append(await _timed(database, rules, chance.choice(records).contact))
    await asyncio.gather(opening, ticking)
    found["complete after (s)"] = time.monotonic() - began
    found["loop late meanwhile (s)"] = _spread(late)
    found["search meanwhile (s)"] = _spread(meanwhile)
    for kind in ("name", "organisation", "both", "number", "none"):
        found[f"{kind} (s)"] = _spread(
            [await _timed(database, rules, _question(kind, chance.choice(records))) for _ in range(asked)]
        )
    found["whole and found"] = await _share_found(database, rules, chance.sample(records, min(asked, count)))
    return found


async def _tick(opening: asyncio.Task[None], late: list[float]) -> None:
    while not opening.done():
        began = time.monotonic()
        await asyncio.sleep(TICK)
        late.append(time.monotonic() - began - TICK)


async def _search(database: Database, rules: Rules, words: str) -> FoundCustomers:
    return await database.read(find_page, rules.vault, rules.policy, CustomerQuery(words), TUESDAY)


async def _timed(database: Database, rules: Rules, words: str) -> float:
    began = time.monotonic()
    await _search(database, rules, words)
    return time.monotonic() - began


async def _share_found(database: Database, rules: Rules, records: Sequence[CustomerRecord]) -> float:
    hits = 0
    for record in records:
        page = await _search(database, rules, f"{record.organisation} {record.contact}")
        hits += page.is_whole and record.id in [each.contact.id for each in page.customers]
    return hits / len(records)


def _question(kind: str, record: CustomerRecord) -> str:
    match kind:
        case "name":
            return record.contact
        case "organisation":
            return record.organisation
        case "both":
            return f"{record.organisation[:4]} {record.contact}"
        case "number":
            return record.phone or ""
        case _:
            return ""


def _spread(spans: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(percentile(spans, 0.5), 4),
        "p99": round(percentile(spans, 0.99), 4),
        "max": round(max(spans), 4),
    }


def main() -> None:
    """Measure on a new SQLite database, and print the figures and a line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.customer_list", description=__doc__)
    options.add_argument("--contacts", type=int, default=100_000)
    options.add_argument("--asked", type=int, default=50, help="searches of each kind")
    given = options.parse_args()
    with new_database() as database:
        tell("Finding customers", asyncio.run(measure(database, given.contacts, given.asked)))


if __name__ == "__main__":
    main()
