"""Requests of persons about their personal data: who asked for what, by when it is due, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from escalation.journal.keyed import key_of, mac
from escalation.tables import metadata

RequestKind = Literal["show", "export", "correct", "restrict", "erase"]
RequestState = Literal["open", "agreed", "running", "restricted", "done", "refused", "withdrawn"]
UNDER_WAY: tuple[RequestState, ...] = ("open", "agreed", "running")
ERASING: tuple[RequestKind, ...] = ("erase", "restrict")
CUSTOMER = "customer"  # in `asked_by`

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("contact_id", Text, index=True),  # whose data; what stands for them instead once they are erased
    Column("digest", String(64), nullable=False, index=True),  # keyed, of the id: known also afterwards
    Column("door", String(16), nullable=False),  # cli, console, or the channel its customer wrote through
    Column("asked_by", String(80), nullable=False),  # a sign-in name, or `customer`
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("ticket_id", Integer),  # the ticket that was opened beside it
    Column("first_by", String(64)),  # who wants it carried out …
    Column("first_at", DateTime(timezone=True)),
    Column("second_by", String(64)),  # … and who agreed
    Column("second_at", DateTime(timezone=True)),
    Column("reason", Text, nullable=False, server_default=""),  # of a refusal
    Column("ground", Text, nullable=False, server_default=""),  # why something is only restricted …
    Column("kept", JSON, nullable=False),  # … what: `all`, `items`, numbers of tickets …
    Column("until", Date),  # … and its last day
    Column("done_at", DateTime(timezone=True)),
    Column("delivered", JSON, nullable=False),  # what was handed out, changed or erased, in figures
    Column("pseudonym", String(64), index=True),  # what stands for the contact's id after an erasure
    Column("progress", JSON, nullable=False),
    Column("told_late_at", DateTime(timezone=True)),
    Index("ix_data_requests_state_due_at", "state", "due_at"),
)


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A request as it stands."""

    id: int
    kind: RequestKind
    contact_id: str | None
    digest: str
    door: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: RequestState
    ticket_id: int | None
    first_by: str | None
    first_at: datetime | None
    second_by: str | None
    second_at: datetime | None
    reason: str
    ground: str
    kept: list[str]
    until: date | None
    done_at: datetime | None
    delivered: dict[str, Any]
    pseudonym: str | None
    progress: dict[str, Any]
    told_late_at: datetime | None

    @property
    def authors(self) -> str:
        """Who had it carried out, as a line of a chain names them."""
        return " + ".join(dict.fromkeys(each for each in (self.first_by, self.second_by) if each)) or self.asked_by


_REQUEST = [data_requests.c[f.name] for f in fields(DataRequest)]


def digest_of(db: Connection, contact_id: str) -> str:
    """Return the keyed digest by which a contact is known once their id is gone."""
    return mac(key_of(db), "person", contact_id)


def add_request(
    db: Connection,
    kind: RequestKind,
    contact_id: str,
    door: str,
    asked_by: str,
    now: datetime,
    due_at: datetime,
    **values: Any,
) -> DataRequest:
    """Write a request down, `open` unless `values` say otherwise."""
    row: dict[str, Any] = {
        "kind": kind,
        "contact_id": contact_id,
        "digest": digest_of(db, contact_id),
        "door": door[:16],
    }
    row |= {"asked_by": asked_by[:80], "asked_at": now, "due_at": due_at}
    empty: dict[str, Any] = {"state": "open", "kept": [], "delivered": {}, "progress": {}}
    number = db.execute(insert(data_requests).values({**empty, **row, **values}).returning(data_requests.c.id))
    return get_request(db, int(number.scalar_one()))


def get_request(db: Connection, number: int) -> DataRequest:
    """Return an existing request, locked until a writing transaction ends; raises NoResultFound without one."""
    query = select(*_REQUEST).where(data_requests.c.id == number).with_for_update()
    return DataRequest(*db.execute(query).one())


def find_request(db: Connection, number: int) -> DataRequest | None:
    """Return a request; None without one."""
    return next(iter(_all(db, data_requests.c.id == number)), None)


def save_request(db: Connection, number: int, **values: Any) -> None:
    """Change fields of a request."""
    db.execute(update(data_requests).where(data_requests.c.id == number).values(**values))


def requests_of(db: Connection, contact_id: str, *kinds: RequestKind) -> list[DataRequest]:
    """Return a contact's requests, of these kinds or all, the oldest first; also those from before an erasure."""
    mine = (data_requests.c.contact_id == contact_id) | (data_requests.c.digest == digest_of(db, contact_id))
    return _all(db, mine, *([data_requests.c.kind.in_(kinds)] if kinds else []))


def under_way(db: Connection) -> list[DataRequest]:
    """Return the requests that wait for somebody, or are being carried out, the one due first at the head."""
    query = select(*_REQUEST).where(data_requests.c.state.in_(UNDER_WAY))
    return [DataRequest(*row) for row in db.execute(query.order_by(data_requests.c.due_at, data_requests.c.id))]


def running(db: Connection) -> DataRequest | None:
    """Return the erasure that is being carried out and was asked for first; None without one."""
    return next(iter(_all(db, data_requests.c.state == "running")), None)


def answered(db: Connection, key: str) -> list[int]:
    """Return the numbers of requests that are carried out and have this key in their progress."""
    over = data_requests.c.state.in_(("done", "restricted"))
    query = select(data_requests.c.id, data_requests.c.progress).where(over, data_requests.c.pseudonym.is_not(None))
    return [row.id for row in db.execute(query.order_by(data_requests.c.id)) if key in row.progress]


def late(db: Connection, now: datetime, told_before: datetime) -> list[DataRequest]:
    """Return what is due and not done, and was not told of since `told_before`."""
    told = data_requests.c.told_late_at
    return _all(
        db,
        data_requests.c.state.in_(UNDER_WAY),
        data_requests.c.due_at <= now,
        told.is_(None) | (told <= told_before),
    )


def ended_restrictions(db: Connection, today: date) -> list[DataRequest]:
    """Return the restrictions whose last day is over."""
    return _all(db, data_requests.c.state == "restricted", data_requests.c.until < today)


def count_since(db: Connection, contact_id: str, kind: RequestKind, since: datetime) -> int:
    """Return how many requests of a kind a contact has made since an instant."""
    mine = (data_requests.c.contact_id == contact_id, data_requests.c.kind == kind)
    query = select(func.count()).select_from(data_requests).where(*mine, data_requests.c.asked_at >= since)
    return int(db.scalar(query) or 0)


def move_requests(db: Connection, from_id: str, into_id: str) -> None:
    """Let the requests of a contact be another contact's."""
    db.execute(update(data_requests).where(data_requests.c.contact_id == from_id).values(contact_id=into_id))


def _all(db: Connection, *where: ColumnElement[bool]) -> list[DataRequest]:
    rows = db.execute(select(*_REQUEST).where(*where).order_by(data_requests.c.id))
    return [DataRequest(*row) for row in rows]
