"""Failed sign-ins counted by name: for the journal, one line per name and quarter of an hour, and for their person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, DateTime, Integer, Row, String, Table, func, select, update

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from escalation.journal.journal_store import record

UNKNOWN = ""  # stands for all names that nobody has: what was typed there may be a password
RECORDED_AFTER = timedelta(minutes=15)
ALARMING = 3  # failures that a person is told of on every page; fewer are on their own page only

failed_sign_ins = Table(
    "failed_sign_ins",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("unrecorded", Integer, nullable=False),  # failures that the journal does not know yet
    Column("unrecorded_since", DateTime(timezone=True)),
    Column("unseen", Integer, nullable=False),  # failures outside their own devices that their person has not seen yet
    Column("unseen_since", DateTime(timezone=True)),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("last_network", String(64), nullable=False),
)

_FAILED = failed_sign_ins.c
_COUNT = Upsert(
    failed_sign_ins,
    lambda row: row.on_conflict_do_update(
        index_elements=["login"],
        set_={
            "unrecorded": _FAILED.unrecorded + 1,
            "unrecorded_since": func.coalesce(_FAILED.unrecorded_since, row.excluded.unrecorded_since),
            "unseen": _FAILED.unseen + row.excluded.unseen,
            "unseen_since": func.coalesce(_FAILED.unseen_since, row.excluded.unseen_since),
            "last_at": row.excluded.last_at,
            "last_network": row.excluded.last_network,
        },
    ),
)


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """So many failed sign-ins with a person's name since an instant, outside the devices known to be theirs."""

    count: int
    since: datetime
    last_at: datetime

    @property
    def is_alarming(self) -> bool:
        """Whether they are more than the person's own slips."""
        return self.count >= ALARMING


def note_failure(db: Connection, login: str, network: str, now: datetime, *, is_own_device: bool = False) -> None:
    """Count a failed sign-in; `login` is somebody's, or UNKNOWN."""
    is_told = login != UNKNOWN and not is_own_device
    values = {"login": login, "unrecorded": 1, "unrecorded_since": now, "last_at": now, "last_network": network[:64]}
    _COUNT.run(db, values | {"unseen": int(is_told), "unseen_since": now if is_told else None})


def unseen(db: Connection, login: str) -> FailedSignIns | None:
    """Return the failures that a person has not seen yet, if any."""
    row = db.execute(select(failed_sign_ins).where(_FAILED.login == login, _FAILED.unseen > 0)).one_or_none()
    return FailedSignIns(row.unseen, row.unseen_since, row.last_at) if row is not None else None


def mark_seen(db: Connection, login: str) -> None:
    """Their person has seen them."""
    db.execute(update(failed_sign_ins).where(_FAILED.login == login).values(unseen=0, unseen_since=None))


def are_to_record(db: Connection, now: datetime) -> bool:
    """Whether there are failures that have waited for RECORDED_AFTER to be written into the journal."""
    return db.scalar(select(_FAILED.login).where(*_ripe(now)).limit(1)) is not None


def record_some(db: Connection, now: datetime, at_most: int) -> int:
    """Write up to `at_most` names' failures into the journal, one line each, and return how many there were."""
    rows = db.execute(
        select(failed_sign_ins).where(*_ripe(now)).order_by(_FAILED.unrecorded_since).limit(at_most)
    ).all()
    for row in rows:
        _record(db, row, now)
    return len(rows)


def record_of(db: Connection, login: str, now: datetime) -> None:
    """Write a name's failures into the journal now: before the line of the sign-in that succeeded."""
    row = db.execute(select(failed_sign_ins).where(_FAILED.login == login, _FAILED.unrecorded > 0)).one_or_none()
    if row is not None:
        _record(db, row, now)


def _ripe(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_FAILED.unrecorded > 0, _FAILED.unrecorded_since <= now - RECORDED_AFTER)


def _record(db: Connection, row: Row[Any], now: datetime) -> None:
    subject = f"staff:{row.login}" if row.login else "sign-in with unknown names"
    since = row.unrecorded_since.isoformat()
    after = {"times": row.unrecorded, "since": since, "last": row.last_at.isoformat(), "network": row.last_network}
    record(db, subject, "sign-in failed", "unknown", now, after=after)
    db.execute(update(failed_sign_ins).where(_FAILED.login == row.login).values(unrecorded=0, unrecorded_since=None))
