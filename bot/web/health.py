"""/healthz, /readyz and /metrics: liveness, readiness, and figures on waiting work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.outbox import outbox
from bot.service import Service
from bot.transcript import dead_letters
from bot.web.client_address import address_of
from bot.web.edge.connections import Connections
from bot.web.key_access import demand_key
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets

Checks = Callable[[], dict[str, bool]]

PATIENCE = 5.0  # seconds; a probe that is not answered in time learns nothing


def health_router(checks: Checks) -> APIRouter:
    """Return the router of the three endpoints; `checks` are the readiness checks.

    /metrics raises Problem (401, 403) for a request without an API key for metrics that is not local, or comes while
    a public address is set.
    """
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            found = await asyncio.wait_for(asyncio.to_thread(checks), PATIENCE)
        except (SQLAlchemyError, OSError, TimeoutError):
            found = {"database": False}
        return JSONResponse({"ready": all(found.values()), **found}, 200 if all(found.values()) else 503)

    @router.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        service: Service = request.app.state.service
        await _demand_measurer(request, service)
        found = _measure_process(service, request.app.state.connections)
        with contextlib.suppress(SQLAlchemyError):  # while the database is away, that it is
            found += await service.database.read(_measure, service.clock())
        registry = CollectorRegistry()
        registry.register(_ReadFigures(found))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def _demand_measurer(request: Request, service: Service) -> None:
    """Raise Problem for a request that is not local and has no API key: the figures name queues.

    Once a public address is set, a proxy on this machine may hand on anybody's request; then only a key counts.
    """
    if not service.settings.public_url and address_of(request) in ("127.0.0.1", "::1"):
        return
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    await demand_key(service, key if scheme.lower() == "bearer" else "", "metrics")


class _ReadFigures:
    """Figures already read, as a collector of the Prometheus client."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self.metrics


def _measure_process(service: Service, connections: Connections) -> list[Metric]:
    outages = service.database.outages
    about = "Times in which this process could not use its database."
    failed = "Transactions of this process that the database could not write."
    found: list[Metric] = [
        CounterMetricFamily("jiedai_outages", about, value=outages.total),
        CounterMetricFamily("jiedai_writes_failed", failed, value=outages.writes_failed),
        _gauge("jiedai_free_bytes", "Free bytes of the data's volume.", service.space.bytes),
        _gauge("jiedai_connections", "Open connections of this process.", connections.total),
        _gauge(
            "jiedai_connections_fitting", "Connections beyond which some are closed.", connections.capacity.connections
        ),
        _gauge("jiedai_chat_streams", "Chat pages of this process that are kept up to date.", connections.streams),
        _gauge(
            "jiedai_chat_streams_fitting", "Chat pages beyond which more are refused.", connections.capacity.streams
        ),
    ]
    if service.backup is not None and service.backup.folder is not None:
        found.append(
            CounterMetricFamily("jiedai_backups_failed", "Daily backups that failed.", value=service.backup.failed)
        )
        if (last := service.backup.last) is not None:
            age = (service.clock() - last).total_seconds()
            found.append(_gauge("jiedai_backup_age_seconds", "Seconds since the newest daily backup.", age))
    return found


def _measure(db: Connection, now: datetime) -> list[Metric]:
    waiting = GaugeMetricFamily("jiedai_tickets", "Tickets by queue and state.", labels=["queue", "state"])
    per_queue = select(tickets.c.queue, tickets.c.state, func.count()).group_by(tickets.c.queue, tickets.c.state)
    for queue, state, count in db.execute(per_queue):
        waiting.add_metric([queue, state], count)
    running = deadlines.c.state == "open"
    late = running & deadlines.c.breached_at.is_not(None)
    unswept = running & (deadlines.c.next_at <= now)
    letters = GaugeMetricFamily("jiedai_outbox", "Outgoing messages by channel and state.", labels=["channel", "state"])
    per_channel = select(outbox.c.channel, outbox.c.state, func.count()).group_by(outbox.c.channel, outbox.c.state)
    for channel, state, count in db.execute(per_channel):
        letters.add_metric([channel, state], count)
    return [
        waiting,
        _gauge("jiedai_deadlines_running", "Deadlines whose clock runs.", _count(db, running)),
        _gauge("jiedai_deadlines_breached", "Running deadlines that are past due.", _count(db, late)),
        _gauge(
            "jiedai_deadlines_unswept", "Deadlines with a step due that no sweep has taken yet.", _count(db, unswept)
        ),
        letters,
        _gauge(
            "jiedai_set_aside", "Updates that could not be handled and wait for a lead.", dead_letters.count_waiting(db)
        ),
    ]


def _count(db: Connection, condition: object) -> int:
    return int(db.scalar(select(func.count()).select_from(deadlines).where(condition)) or 0)  # type: ignore[arg-type]


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)
