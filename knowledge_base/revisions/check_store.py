"""What the regressions said of the draft, by its content: the table and its SQL. Any replica shows and uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, DateTime, Integer, String, Table, Text, delete, insert, select, update

from knowledge_base.revisions.regressions import Regression
from knowledge_base.revisions.revision_store import metadata

draft_checks = Table(
    "kb_draft_checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content", String(16), nullable=False),  # the digest of what was checked
    Column("based_on", Integer, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),  # NULL: it runs, or ended with its process
    Column("refused", Text),  # why it cannot be published at all
    Column("lost", JSON, nullable=False),  # pairs: a message, and the question that must answer it
    Column("lost_talks", JSON, nullable=False),
    Column("lost_before", JSON, nullable=False),
)
_NONE_YET: dict[str, list[str]] = {"lost": [], "lost_talks": [], "lost_before": []}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check came to.

    `lost`: regressions that hold now and would not. `lost_talks`: names of talks that would go otherwise.
    `lost_before`: regressions that do not hold now either. `refused`: why nothing of it can be published.
    """

    lost: tuple[Regression, ...] = ()
    lost_talks: tuple[str, ...] = ()
    lost_before: tuple[Regression, ...] = ()
    refused: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against publishing."""
        return not (self.lost or self.lost_talks or self.refused)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A check of a draft's content against the revision that it would replace; `ended_at` is None while it runs."""

    id: int
    content: str
    based_on: int
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    result: CheckResult


def begin_check(db: Connection, content: str, based_on: int, by: str, now: datetime) -> int:
    """Note that a check was begun, in place of the earlier ones, and return its number."""
    db.execute(delete(draft_checks))
    values = {"content": content, "based_on": based_on, "begun_at": now, "begun_by": by, **_NONE_YET}
    return int(db.execute(insert(draft_checks).values(**values).returning(draft_checks.c.id)).scalar_one())


def end_check(db: Connection, number: int, result: CheckResult, now: datetime) -> None:
    """Write what a check came to, unless another was begun meanwhile."""
    values: dict[str, Any] = {"refused": result.refused, "lost_talks": list(result.lost_talks)}
    values |= {name: [[one.text, one.expected] for one in getattr(result, name)] for name in ("lost", "lost_before")}
    db.execute(update(draft_checks).where(draft_checks.c.id == number).values(ended_at=now, **values))


def latest_check(db: Connection) -> DraftCheck | None:
    """Return the check that was begun last; None without one."""
    row = db.execute(select(draft_checks).order_by(draft_checks.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    lost, before = (tuple(Regression(*pair) for pair in pairs) for pairs in (row.lost, row.lost_before))
    result = CheckResult(lost, tuple(row.lost_talks), before, row.refused)
    return DraftCheck(row.id, row.content, row.based_on, row.begun_at, row.begun_by, row.ended_at, result)
