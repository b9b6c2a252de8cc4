"""Histories in a database: a chained one, and the guard against changing it taken away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from escalation.tickets import history
from escalation.tickets.ticket_store import tickets

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KINDS = ("opened", "claimed", "replied", "assessed", "resolved", "closed", "rated")


def open_ticket(db: Connection, lines: int = 3) -> int:
    """A ticket with so many lines of history; its number."""
    number = int(db.execute(insert(tickets).values(**ticket_values()).returning(tickets.c.id)).scalar_one())
    for kind in KINDS[:lines]:
        history.log(db, number, kind, NOW, queue="通用客服", note="你好")
    return number


def ticket_values() -> dict[str, Any]:
    texts = dict.fromkeys(("tier", "tier_reason", "queue", "urgency", "subject", "reason"), "x")
    numbers = {"conversation_id": 1, "urged": 0, "reopened": 0}
    lists: dict[str, Any] = {"candidates": [], "rejected": []}
    times = {"raised_at": NOW, "received_at": NOW}
    return {**texts, **numbers, **lists, **times, "policy_version": "1", "complaint": False, "state": "waiting"}


def unguarded(db: Connection) -> None:
    """An operator with the database in hand."""
    if db.dialect.name == "sqlite":
        for what in ("update", "delete", "replace"):
            db.exec_driver_sql(f"DROP TRIGGER ticket_events_no_{what}")
    else:
        db.exec_driver_sql("ALTER TABLE ticket_events DISABLE TRIGGER USER")
