"""How long messages take while the largest report is read, beside how long they take alone."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.ground import own_ground
from benchmarks.tables import percentile
from bot.app import open_service
from bot.config.settings import Settings
from bot.delivery.customer_messages import WEB
from bot.first_start import load_samples
from bot.messages import Incoming
from bot.service import Service
from escalation.measures.figures import sums
from escalation.measures.periods import ReportPeriod, parse_period
from escalation.measures.sums import Dimension, Filters

PAIRS = 5
SAYINGS = ("打印机连不上wifi", "怎么开专票", "转人工", "机身序列号是 AB1234567", "今天能来吗")
LARGEST: tuple[ReportPeriod, Filters, Dimension] = (
    parse_period("2024-11-01..2026-10-31"),
    Filters(tier="tier-1"),
    "agent",
)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


async def beside(kind: str, fill: Callable[[Connection], object], messages: int) -> dict[str, float]:
    """Send messages alone and beside the report, in turn; seconds, and the median of the pairs' ratios."""
    with own_ground(kind) as where, tempfile.TemporaryDirectory(prefix="jiedai-bench-") as folder:
        service = open_service(_settings(kind, where.url, Path(folder)))
        try:
            load_samples(service)
            service.clock = lambda: NOW
            service.database.write_now(fill)
            return await _pairs(service, messages)
        finally:
            service.database.close()


def _settings(kind: str, url: str, folder: Path) -> Settings:
    settings = Settings(data=folder, acts="none", encoder="none")
    return settings if kind == "sqlite" else replace(settings, database=url)


async def _pairs(service: Service, messages: int) -> dict[str, float]:
    numbers, alone, crowded = itertools.count(), list[float](), list[float]()
    await _p99(service, numbers, messages)  # to be warm
    for _ in range(PAIRS):
        alone.append(await _p99(service, numbers, messages))
        over = asyncio.Event()
        reading = asyncio.create_task(_report(service, over))
        crowded.append(await _p99(service, numbers, messages))
        over.set()
        await reading
    ratios = [many / one for one, many in zip(alone, crowded, strict=True)]
    medians = {"p99 alone": statistics.median(alone), "p99 beside": statistics.median(crowded)}
    return medians | {"median ratio": statistics.median(ratios), "worst ratio": max(ratios)}


async def _report(service: Service, over: asyncio.Event) -> None:
    while not over.is_set():
        await service.database.read(sums, *LARGEST)


async def _p99(service: Service, numbers: Iterator[int], messages: int) -> float:
    took = []
    for number in itertools.islice(numbers, messages):
        conversation, turn = divmod(number, len(SAYINGS))
        address, begun = f"b{conversation:031d}", time.perf_counter()
        await service.receive(Incoming(WEB, address, f"{address}:{turn}", "text", text=SAYINGS[turn]))
        took.append(time.perf_counter() - begun)
    return percentile(took, 0.99)
