"""Compares every seal with the rows it covers, in one pass over each table and in bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from bot.storage.covered_tables import COVERS, SHARDS, Cover
from bot.storage.row_texts import belongs_to, columns_of, row_text
from bot.storage.seal_table import DAMAGED, WHOLE, Key, Part, decode, row_hash, seal_of
from escalation.journal.keyed import key_of

AT_ONCE = 500  # rows of each table held in memory
KINDS = tuple(dict.fromkeys(cover.kind for cover in COVERS))
Sums = dict[str, Part]
Shape = Mapping[str, Sequence[str]]  # by cover, the columns that count


@dataclass(frozen=True, slots=True)
class SealFault:
    """Rows that are not what the product wrote last: of what, in which table, and a whole sentence."""

    kind: str
    number: int
    name: str
    table: str
    message: str

    def __str__(self) -> str:
        """`Ticket 12: sentence`."""
        return f"{_title((self.kind, self.number, self.name))}: {self.message}"


def list_keys() -> Iterator[Key]:
    """Yield the keys of the seals that say which rows a table has: they are there however empty it is."""
    for cover in COVERS:
        if cover.kind == "list":
            shards = SHARDS if cover.number != "0" else 1
            yield from (("list", number, cover.name.strip("'")) for number in range(shards))


def sums(db: Connection, kind: str, only: int | None = None, shape: Shape | None = None) -> Iterator[tuple[Key, Sums]]:
    """Yield what the rows of a kind add up to, in the order of numbers and names; `only`: of one number.

    `shape` gives the columns that counted, where it is not those of now.
    """
    secret = key_of(db)
    covers = [cover for cover in COVERS if cover.kind == kind]
    if kind == "list":
        yield from sorted(_listed(db, secret, covers, shape).items())
        return
    rows = heapq.merge(*(_rows(db, cover, only, shape) for cover in covers), key=lambda row: row[:2])
    for (number, name), group in groupby(rows, key=lambda row: (row[0], row[1])):
        key, found = (kind, number, name), dict[str, Part]()
        for _, _, table, row in group:
            _add(found, secret, key, table, row)
        yield key, found


def verify_seals(db: Connection, ticket: int | None = None, shape: Shape | None = None) -> Iterator[SealFault]:
    """Yield the faults of every seal, or of one ticket's; `shape` as in `sums`."""
    for kind in KINDS if ticket is None else ("ticket",):
        stored = ((key, row) for key, row in _stored(db, kind, ticket))
        actual = sums(db, kind, ticket, shape)
        for key, row, found in _side_by_side(stored, actual):
            yield from _compare(key, row, found, key_of(db))
    if ticket is None:
        for kind in db.execute(text("SELECT DISTINCT kind FROM seals")).scalars():
            if kind not in KINDS:
                yield SealFault(str(kind), 0, "", "seals", "there is no such kind of seal; it was slipped in.")
        there = {key for key, _ in _stored(db, "list", None)}
        for key in list_keys():
            if key not in there:
                yield SealFault(*key, key[2], "its seal is gone; it was deleted past the product.")


def _listed(db: Connection, secret: bytes, covers: Sequence[Cover], shape: Shape | None) -> dict[Key, Sums]:
    found: dict[Key, Sums] = {}
    for cover in covers:
        for number, name, table, row in _rows(db, cover, None, shape, ordered=False):
            key = ("list", number, name)
            _add(found.setdefault(key, {}), secret, key, table, row)
    return found


def _add(sums_: Sums, secret: bytes, key: Key, table: str, row: str) -> None:
    part = sums_.setdefault(table, [0, "0"])
    part[0] += 1
    part[1] = f"{(int(part[1], 16) + row_hash(secret, key, table, row)) % WHOLE:x}"


def _rows(
    db: Connection, cover: Cover, only: int | None, shape: Shape | None, *, ordered: bool = True
) -> Iterator[tuple[int, str, str, str]]:
    columns = columns_of(db, cover) if shape is None else shape.get(cover.id, [])
    if not columns:
        return
    dialect, row = db.dialect.name, f'"{cover.table}"'
    number, name = belongs_to(cover, row)
    query = f"SELECT {number}, {name}, {row_text(db, cover, columns, row)} FROM {row}"
    if only is not None:
        query += f" WHERE {number} = {only}"
    collated = f'{name} COLLATE "C"' if dialect == "postgresql" else name
    order = [expression for expression in (number, collated) if "{row}" not in expression and row in expression]
    if ordered and order:
        query += f" ORDER BY {', '.join(order)}"
    found = db.execute(text(query.replace(":", "\\:")).execution_options(yield_per=AT_ONCE))
    for whose, called, row_ in found:
        yield (_number(whose), str(called or ""), cover.table, row_)


def _stored(db: Connection, kind: str, only: int | None) -> Iterator[tuple[Key, tuple[str, str]]]:
    name = 'name COLLATE "C"' if db.dialect.name == "postgresql" else "name"
    query = "SELECT number, name, parts, seal FROM seals WHERE kind = :kind"
    if only is not None:
        query += f" AND number = {only}"
    statement = text(f"{query} ORDER BY number, {name}").execution_options(yield_per=AT_ONCE)
    found = db.execute(statement, {"kind": kind})
    for row in found:
        yield (kind, _number(row.number), str(row.name)), (str(row.parts), str(row.seal))


def _number(value: Any) -> int:
    """The number of what a row belongs to; one that no product writes for what is none."""
    return value if isinstance(value, int) else 0 if value is None else -1


def _side_by_side(
    stored: Iterator[tuple[Key, tuple[str, str]]], actual: Iterator[tuple[Key, Sums]]
) -> Iterator[tuple[Key, tuple[str, str] | None, Sums | None]]:
    left, right = next(stored, None), next(actual, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            yield left[0], left[1], None
            left = next(stored, None)
        elif left is None or right[0] < left[0]:
            yield right[0], None, right[1]
            right = next(actual, None)
        else:
            yield left[0], left[1], right[1]
            left, right = next(stored, None), next(actual, None)


def _compare(key: Key, row: tuple[str, str] | None, found: Sums | None, secret: bytes) -> Iterator[SealFault]:
    found = found or {}
    fault: Callable[[str, str], SealFault] = lambda table, message: SealFault(*key, table, message)  # noqa: E731
    if row is None:
        for table in found:
            yield fault(table, f"rows of {table} stand there without a seal; they were written past the product.")
        return
    parts, seal = row
    if seal != seal_of(secret, key, parts):
        yield fault("seals", "its seal is not one the product wrote; it was changed, or written with another key.")
        return
    known = decode(parts)
    if known.pop(DAMAGED, None):
        yield fault("seals", "its seal had been changed past the product when the product came to write it.")
    for table in sorted(known.keys() | found.keys()):
        (counted, total), (there, actual) = known.get(table, [0, "0"]), found.get(table, [0, "0"])
        if there != counted:
            done = "removed" if there < counted else "added"
            yield fault(table, f"{counted} rows of {table} are counted, {there} are there; some were {done}.")
        elif total != actual:
            yield fault(table, f"rows of {table} are not as the product wrote them last; some were changed.")


def _title(key: Key) -> str:
    kind, number, name = key
    if kind == "list":
        return f"The list of {name}"
    return f"{kind.replace('_', ' ').capitalize()} {name or number}"
