"""What agents made of suggested answers: the table and its SQL. A row per ticket, article and person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, DateTime, Float, ForeignKey, Index, Integer, String, Table, func, select

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from escalation.staff import staff
from escalation.tickets.ticket_store import tickets

Verdict = Literal["adopted", "edited", "declined"]  # sent as it is, sent in other words, not wanted

suggestion_verdicts = Table(
    "suggestion_verdicts",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("article_id", String, primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
    Column("verdict", String(8), nullable=False),
    Column("confidence", Float, nullable=False),  # as it was when the answer was suggested
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_suggestion_verdicts_at", "at"),
)
_C = suggestion_verdicts.c
_KEPT = Upsert(
    suggestion_verdicts,
    lambda row: row.on_conflict_do_update(
        index_elements=["ticket_id", "article_id", "staff_id"],
        set_={name: row.excluded[name] for name in ("verdict", "confidence", "at")},
    ),
)


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """What one person made of one suggested answer, and when."""

    article_id: str
    verdict: Verdict
    at: datetime


def save_verdict(
    db: Connection,
    ticket_id: int,
    article_id: str,
    staff_id: int,
    verdict: Verdict,
    confidence: float,
    now: datetime,
) -> None:
    """Keep a verdict; a person's latest on an article on a ticket counts."""
    values = {"ticket_id": ticket_id, "article_id": article_id, "staff_id": staff_id, "at": now}
    _KEPT.run(db, {**values, "verdict": verdict, "confidence": confidence})


def verdicts_of(db: Connection, ticket_id: int, staff_id: int) -> list[GivenVerdict]:
    """Return this person's verdicts on this ticket."""
    mine = (_C.ticket_id == ticket_id, _C.staff_id == staff_id)
    return [GivenVerdict(*row) for row in db.execute(select(_C.article_id, _C.verdict, _C.at).where(*mine))]


def count_verdicts(db: Connection, since: datetime) -> Mapping[str, Mapping[Verdict, int]]:
    """Return by article how often each verdict was given since then."""
    query = select(_C.article_id, _C.verdict, func.count()).where(_C.at > since).group_by(_C.article_id, _C.verdict)
    counts: dict[str, dict[Verdict, int]] = {}
    for article_id, verdict, count in db.execute(query):
        counts.setdefault(article_id, {})[verdict] = count
    return counts
