"""How far each stream of facts has come: one row each, locked by the one replica that takes a batch of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from escalation.measures.measure_tables import measure_streams
from escalation.tables import insert_into

_C = measure_streams.c


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: what was read of it, where it began and ends, and of which earlier instants nothing will come."""

    name: str
    through: int
    began: int
    until: int | None
    reached: datetime

    @property
    def is_over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self.until is not None and self.through >= self.until


def find_stream(db: Connection, name: str) -> Stream | None:
    """Return a stream as it is by now; None before its first batch."""
    row = db.execute(select(measure_streams).where(_C.name == name)).one_or_none()
    return Stream(*row) if row is not None else None


def all_streams(db: Connection) -> list[Stream]:
    """Return every stream."""
    return [Stream(*row) for row in db.execute(select(measure_streams))]


def begin_stream(db: Connection, stream: Stream) -> None:
    """Write a stream unless another replica has."""
    values = {name: getattr(stream, name) for name in ("name", "through", "began", "until", "reached")}
    db.execute(insert_into(db, measure_streams).values(values).on_conflict_do_nothing())


def lock_stream(db: Connection, name: str) -> Stream | None:
    """Return a stream, locked until the transaction ends; None while another replica has it."""
    query = select(measure_streams).where(_C.name == name).with_for_update(skip_locked=True)
    row = db.execute(query).one_or_none()
    return Stream(*row) if row is not None else None


def advance(db: Connection, stream: Stream, through: int, reached: datetime) -> None:
    """Note how far a locked stream has come; it never goes back."""
    values = {"through": max(stream.through, through), "reached": max(stream.reached, reached)}
    db.execute(update(measure_streams).where(_C.name == stream.name).values(values))


def put_off(db: Connection, prefix: str, until: datetime, limit: int) -> list[Stream]:
    """Return up to `limit` streams whose name begins so, whose instant has come, the earliest first."""
    due = (_C.name.startswith(prefix, autoescape=True), _C.reached <= until)
    query = select(measure_streams).where(*due).order_by(_C.reached, _C.name).limit(limit)
    return [Stream(*row) for row in db.execute(query)]


def drop_streams(db: Connection, streams: Collection[Stream]) -> None:
    """Forget streams that are over."""
    db.execute(delete(measure_streams).where(_C.name.in_([stream.name for stream in streams])))


def reached_by_all(db: Connection, names: Collection[str]) -> datetime | None:
    """Return before which instant no further fact of these streams is to come; None before each has begun."""
    streams = {stream.name: stream for stream in all_streams(db)}
    if not streams.keys() >= {*names}:
        return None
    return min(stream.reached for name in names if not (stream := streams[name]).is_over)
