"""Which tickets have a term: sets of tickets, kept in blocks of neighbouring numbers.

A set of tickets is an integer here, whose bit `n` says that ticket `n` is in it: sets of hundreds of thousands are
intersected and counted in microseconds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, count

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, bindparam, delete, select

from bot.storage.conditions import is_among
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert

BLOCK = 2048  # tickets
_BITMAP = BLOCK // 8  # bytes of a block with many tickets; one with few has two for each, as they came
_SPARSE = 4_000  # of so few tickets their bits are looked for one by one

term_blocks = Table(
    "term_blocks",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("tickets", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_WRITTEN = Upsert(
    term_blocks,
    lambda row: row.on_conflict_do_update(index_elements=["term", "block"], set_={"tickets": row.excluded.tickets}),
)
_EMPTIED = delete(term_blocks).where(
    term_blocks.c.term == bindparam("of_term"), term_blocks.c.block == bindparam("of_block")
)
_OF_TERM = select(term_blocks.c.block, term_blocks.c.tickets).where(term_blocks.c.term == bindparam("of_term"))


def tickets_with(db: Connection, terms: Iterable[int]) -> int:
    """Return the set of tickets that have all of these terms; there must be one."""
    found = -1
    for term in sorted(terms):
        found &= _set_of(db, term)
        if not found:
            break
    return found


def set_of(tickets: Iterable[int]) -> int:
    """Return these tickets as a set."""
    numbers = list(tickets)
    bits = bytearray(max(numbers, default=0) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def numbers_in(tickets: int) -> list[int]:
    """Return the tickets of a set, rising."""
    if tickets.bit_count() <= _SPARSE:
        return list(_bit_by_bit(tickets))
    return list(compress(count(), map(int, reversed(f"{tickets:b}"))))


def _bit_by_bit(tickets: int) -> Iterator[int]:
    bits = tickets.to_bytes((tickets.bit_length() + 7) // 8, "little")
    for place, byte in enumerate(bits):
        if byte:
            yield from (place * 8 + bit for bit in range(8) if byte >> bit & 1)


def change(db: Connection, added: Mapping[int, set[int]], gone: Mapping[int, set[int]]) -> None:
    """Give tickets terms and take others from them; both are terms by ticket.

    Nobody else may write meanwhile.
    """
    for block in sorted({ticket // BLOCK for ticket in (*added, *gone)}):
        _change_block(db, block, _turned_round(added, block), _turned_round(gone, block))


def _turned_round(terms: Mapping[int, set[int]], block: int) -> dict[int, list[int]]:
    """Places of tickets in the block, by term."""
    found: dict[int, list[int]] = {}
    for ticket, mine in terms.items():
        if ticket // BLOCK == block:
            for term in mine:
                found.setdefault(term, []).append(ticket % BLOCK)
    return found


def _change_block(db: Connection, block: int, added: Mapping[int, list[int]], gone: Mapping[int, list[int]]) -> None:
    terms = added.keys() | gone.keys()
    mine = select(term_blocks.c.term, term_blocks.c.tickets).where(term_blocks.c.block == block)
    rows = db.execute(mine.where(is_among(db, term_blocks.c.term, terms)))
    held: dict[int, bytes] = {row.term: row.tickets for row in rows}
    wanted = {term: _changed(held.get(term, b""), added.get(term, ()), gone.get(term, ())) for term in sorted(terms)}
    written = [{"term": term, "block": block, "tickets": content} for term, content in wanted.items() if content]
    if written:
        _WRITTEN.run(db, written)
    if emptied := [{"of_term": term, "of_block": block} for term, content in wanted.items() if not content]:
        db.execute(_EMPTIED, emptied)


def _changed(content: bytes, added: Sequence[int], gone: Sequence[int]) -> bytes:
    if not gone and len(content) + 2 * len(added) < _BITMAP:
        return content + array("H", added).tobytes()
    bits = bytearray(content) if len(content) == _BITMAP else _bitmap(array("H", content))
    for place in added:
        bits[place >> 3] |= 1 << (place & 7)
    for place in gone:
        bits[place >> 3] &= ~(1 << (place & 7))
    whole = int.from_bytes(bits, "little")
    return bytes(bits) if 2 * whole.bit_count() >= _BITMAP else array("H", numbers_in(whole)).tobytes()


def _bitmap(places: Iterable[int]) -> bytearray:
    bits = bytearray(_BITMAP)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return bits


def _set_of(db: Connection, term: int) -> int:
    blocks = db.execute(_OF_TERM, {"of_term": term}).all()
    bits = bytearray((max((row.block for row in blocks), default=-1) + 1) * _BITMAP)
    for block, content in blocks:
        begins = block * _BITMAP
        bits[begins : begins + _BITMAP] = content if len(content) == _BITMAP else _bitmap(array("H", content))
    return int.from_bytes(bits, "little")
