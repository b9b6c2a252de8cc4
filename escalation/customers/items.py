"""What an organisation has of us: orders, devices, contracts, products; their table and its SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
    tuple_,
    update,
)

from escalation.column_seal import UnreadableText
from escalation.customers.customer_rows import organisations
from escalation.sealed_columns import SealedText
from escalation.tables import insert_into, metadata

ItemKind = Literal["order", "device", "contract", "product"]
ITEM_KINDS: tuple[ItemKind, ...] = get_args(ItemKind)

customer_items = Table(
    "customer_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("number", String(64), nullable=False),  # an order's, a serial number, a contract's, a product's code
    Column("what", SealedText("customer_items.what"), nullable=False),
    Column("begins", Date),  # ordered, delivered, signed on …
    Column("ends", Date),  # … warranty or contract until
    Column("status", String(32)),
    Column("note", SealedText("customer_items.note")),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("organisation_id", "kind", "number"),
)


@dataclass(frozen=True, slots=True)
class CustomerItem:
    """An order, a device, a contract or a product of an organisation; kind and number name it."""

    kind: ItemKind
    number: str
    what: str
    begins: date | None = None
    ends: date | None = None
    status: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ItemsOfKind:
    """The newest items of a kind, and how many more there are."""

    kind: ItemKind
    items: tuple[CustomerItem, ...]
    more: int


_COLUMNS = [customer_items.c[name] for name in ("kind", "number", "what", "begins", "ends", "status", "note")]
_STEP = 500  # rows written by one statement
_LOOKED_AT = 20_000  # devices and products, opened in a fraction of a second


def save_items(db: Connection, organisation_id: str, items: Sequence[CustomerItem], now: datetime) -> int:
    """Write items, each in place of the one of its kind and number; return how many were new."""
    known = set(db.execute(select(customer_items.c.kind, customer_items.c.number).where(_of(organisation_id))).all())
    rows = [
        {"organisation_id": organisation_id, "updated_at": now, **{c.key: getattr(item, c.key) for c in _COLUMNS}}
        for item in items
    ]
    for begin in range(0, len(rows), _STEP):
        insert = insert_into(db, customer_items).values(rows[begin : begin + _STEP])
        changed = {c.key: insert.excluded[c.key] for c in (*_COLUMNS[2:], customer_items.c.updated_at)}
        db.execute(insert.on_conflict_do_update(index_elements=["organisation_id", "kind", "number"], set_=changed))
    return sum((item.kind, item.number) not in known for item in items)


def replace_items(db: Connection, organisation_id: str, items: Sequence[CustomerItem], now: datetime) -> int:
    """Write items in place of all that the organisation has; return how many were new."""
    created = save_items(db, organisation_id, items, now)
    kept = {(item.kind, item.number) for item in items}
    for item in items_of(db, organisation_id):
        if (item.kind, item.number) not in kept:
            remove_items(db, organisation_id, item.kind, item.number)
    return created


def remove_items(db: Connection, organisation_id: str, kind: str | None = None, number: str | None = None) -> int:
    """Remove an organisation's items, or those of a kind, or the one of a kind and number; return how many."""
    where = [_of(organisation_id)]
    where += [customer_items.c.kind == kind] if kind is not None else []
    where += [customer_items.c.number == number] if number is not None else []
    return db.execute(delete(customer_items).where(*where)).rowcount


def items_of(db: Connection, organisation_id: str) -> list[CustomerItem]:
    """Return every item of an organisation, by kind, the latest first."""
    latest = (customer_items.c.begins.desc().nulls_last(), customer_items.c.number)
    rows = db.execute(select(*_COLUMNS).where(_of(organisation_id)).order_by(*latest))
    return sorted((CustomerItem(*row) for row in rows), key=lambda item: ITEM_KINDS.index(item.kind))


def latest_items(db: Connection, organisation_id: str, most: int) -> tuple[ItemsOfKind, ...]:
    """Return at most so many items of each kind that there are any of, the latest first, and how many more."""
    counted = select(customer_items.c.kind, func.count()).where(_of(organisation_id)).group_by(customer_items.c.kind)
    counts = {row[0]: int(row[1]) for row in db.execute(counted)}
    found = []
    for kind in ITEM_KINDS:
        if kind in counts:
            latest = (customer_items.c.begins.desc().nulls_last(), customer_items.c.number)
            query = select(*_COLUMNS).where(_of(organisation_id), customer_items.c.kind == kind)
            items = tuple(CustomerItem(*row) for row in db.execute(query.order_by(*latest).limit(most)))
            found.append(ItemsOfKind(kind, items, counts[kind] - len(items)))
    return tuple(found)


def dealt_in(db: Connection, most: int) -> tuple[str, ...]:
    """Return what devices and products are called, each name once, the commonest first; at most so many.

    Of the latest _LOOKED_AT, for the names are sealed: they are counted here, not by SQL.
    """
    named = customer_items.c.kind.in_(("device", "product"))
    query = select(customer_items.c.what).where(named).order_by(customer_items.c.id.desc()).limit(_LOOKED_AT)
    counts = Counter(what for what in db.scalars(query) if not isinstance(what, UnreadableText))
    return tuple(sorted(counts, key=lambda what: (-counts[what], what))[:most])


def move_items(db: Connection, from_id: str, into_id: str) -> None:
    """Give an organisation's items to another; of two with one kind and number the other's stays."""
    theirs = select(customer_items.c.kind, customer_items.c.number).where(_of(into_id))
    twice = tuple_(customer_items.c.kind, customer_items.c.number).in_(theirs)
    db.execute(delete(customer_items).where(_of(from_id), twice))
    db.execute(update(customer_items).where(_of(from_id)).values(organisation_id=into_id))


def _of(organisation_id: str) -> ColumnElement[bool]:
    return customer_items.c.organisation_id == organisation_id
