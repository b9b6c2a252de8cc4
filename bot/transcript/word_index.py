"""Which tickets hold a word in their title, lines or notes: what finds tickets by words, and nothing else does.

What is said is sealed, so each ticket has keyed terms of it (`search_terms`), written again after it has changed.
Tickets whose terms were not written again yet are read as they are, so that nothing is missed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    false,
    insert,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage import search_marks
from bot.storage.conditions import is_among
from bot.storage.database import be_alone
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from bot.transcript.search_terms import TermMaker, WantedWord, maker_of, packed, plain, unpacked
from escalation.normalise import all_digits, normal_phone
from escalation.tickets.ticket_store import notes, tickets
from escalation.vault import Vault
from knowledge_base.text.scripts import to_simplified

AT_MOST = 200  # marks in one transaction
READ_AT_MOST = 200  # tickets that are read to tell who has the word from who has its terms: of more, all are shown
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ()-]{4,24}[0-9]")


class TermList(TypeDecorator[set[int]]):
    """A set of terms: an array on PostgreSQL, whose index finds them; bytes on SQLite, which has a table for that."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose between the two."""
        return dialect.type_descriptor(LargeBinary() if dialect.name == "sqlite" else ARRAY(BigInteger()))

    def process_bind_param(self, value: set[int] | None, dialect: Dialect) -> Any:
        """Write them."""
        if value is None:
            return None
        return packed(value) if dialect.name == "sqlite" else sorted(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> set[int] | None:
        """Read them."""
        if value is None:
            return None
        return unpacked(value) if dialect.name == "sqlite" else set(value)


ticket_terms = Table(
    "ticket_terms",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("terms", TermList(), nullable=False),
)
Index("ix_ticket_terms_terms", ticket_terms.c.terms, postgresql_using="gin").ddl_if(dialect="postgresql")
term_tickets = Table(  # the same the other way round, on SQLite alone
    "term_tickets",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    sqlite_with_rowid=False,
)
TABLES = (ticket_terms, term_tickets)
_WRITTEN = Upsert(
    ticket_terms,
    lambda row: row.on_conflict_do_update(index_elements=["ticket_id"], set_={"terms": row.excluded.terms}),
)
_ADDED = insert(term_tickets)
_REMOVED = delete(term_tickets).where(
    term_tickets.c.term == bindparam("gone"), term_tickets.c.ticket_id == bindparam("of")
)


def holding(db: Connection, vault: Vault, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return for each word the condition on `tickets`: it stands somewhere in the ticket.

    Words are as `plain` returns them.
    """
    make = _maker(vault)
    changed = search_marks.marked_tickets(db)
    fresh = _texts_of(db, changed)
    is_written = ~is_among(db, tickets.c.id, changed) if changed else None
    conditions = []
    for word in words:
        found = [ticket for ticket, text in fresh.items() if _stands_in(word, text)]
        written = _written(db, make.wanted(word))
        if is_written is not None:
            written = or_(is_among(db, tickets.c.id, found), and_(is_written, written))
        conditions.append(written)
    return conditions


def are_behind(db: Connection) -> bool:
    """Whether any ticket's terms are to be written again."""
    return search_marks.are_any(db)


def write_some(db: Connection, vault: Vault) -> int:
    """Write the terms of some marked tickets again; return how many."""
    be_alone(db)  # of two replicas the slower would write what it read earlier over what is newer
    marked = search_marks.take_marks(db, AT_MOST)
    make = _maker(vault)
    said = _gathered(_said(db, marked)) if marked else {}
    _write(db, {ticket: make.of_texts(said.get(ticket, ())) for ticket in marked})
    return len(marked)


def forget(db: Connection, ticket_id: int) -> None:
    """Drop the terms of a ticket."""
    _write(db, {ticket_id: set()})


def _maker(vault: Vault) -> TermMaker:
    return maker_of(vault.derived("search terms"))


def _write(db: Connection, wanted: Mapping[int, set[int]]) -> None:
    mine = ticket_terms.c.ticket_id
    before = {row.ticket_id: row.terms for row in db.execute(select(ticket_terms).where(is_among(db, mine, wanted)))}
    changed = {ticket: terms for ticket, terms in wanted.items() if terms != before.get(ticket, set())}
    if db.dialect.name == "sqlite":
        _turn_round(db, before, changed)
    if gone := [ticket for ticket, terms in changed.items() if not terms]:
        db.execute(delete(ticket_terms).where(mine.in_(gone)))
    if kept := [{"ticket_id": ticket, "terms": terms} for ticket, terms in changed.items() if terms]:
        _WRITTEN.run(db, kept)


def _turn_round(db: Connection, before: Mapping[int, set[int]], changed: Mapping[int, set[int]]) -> None:
    none: set[int] = set()
    added = [(term, ticket) for ticket, terms in changed.items() for term in terms - before.get(ticket, none)]
    gone = [(term, ticket) for ticket, terms in changed.items() for term in before.get(ticket, none) - terms]
    if added:  # in the order of the key: neighbours in the tree are written together
        db.execute(_ADDED, [{"term": term, "ticket_id": ticket} for term, ticket in sorted(added)])
    if gone:
        db.execute(_REMOVED, [{"gone": term, "of": ticket} for term, ticket in sorted(gone)])


def _written(db: Connection, wanted: WantedWord) -> ColumnElement[bool]:
    """The tickets whose written terms say that they have the word; read where few have its terms by chance."""
    if not wanted.ways:
        return false()
    likely: ColumnElement[bool] = or_(*(_has_all(db, way) for way in wanted.ways))
    if wanted.is_sure:
        return likely
    ids = db.scalars(select(tickets.c.id).where(likely).limit(READ_AT_MOST + 1)).all()
    if len(ids) > READ_AT_MOST:
        return likely
    texts = _texts_of(db, ids)
    found: ColumnElement[bool] = is_among(
        db, tickets.c.id, [ticket for ticket, text in texts.items() if _stands_in(wanted.word, text)]
    )
    return found


def _has_all(db: Connection, way: Collection[int]) -> ColumnElement[bool]:
    if db.dialect.name == "sqlite":
        return and_(*(tickets.c.id.in_(_with(term)) for term in sorted(way)))
    terms = cast(sorted(way), ARRAY(BigInteger()))
    mine = type_coerce(ticket_terms.c.terms, ARRAY(BigInteger()))
    return tickets.c.id.in_(select(ticket_terms.c.ticket_id).where(mine.contains(terms)))


def _with(term: int) -> Any:
    return select(term_tickets.c.ticket_id).where(term_tickets.c.term == term)


def _stands_in(word: str, text: str) -> bool:
    return word in text or to_simplified(word) in text


def _gathered(said: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    parts: dict[int, list[str]] = {}
    for ticket, text in said:
        parts.setdefault(ticket, []).append(text)
    return parts


def _texts_of(db: Connection, ids: Collection[int]) -> dict[int, str]:
    """All that is said in each of these tickets, as it is searched."""
    if not ids:
        return {}
    parts = _gathered(_said(db, ids))
    return {ticket: _searched("\n".join(dict.fromkeys(texts))) for ticket, texts in parts.items()}


def _said(db: Connection, ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Ticket and text of each title, line, version of a line and note."""
    titles = select(tickets.c.id, tickets.c.subject).where(is_among(db, tickets.c.id, ids))
    yield from ((ticket, title) for ticket, title in db.execute(titles))
    of_them = is_among(db, messages.c.ticket_id, ids)
    lines = select(messages.c.ticket_id, messages.c.text, messages.c.meta).where(of_them).order_by(messages.c.id)
    for ticket, text, meta in db.execute(lines):
        yield ticket, text
        if now := meta.get("now"):
            yield ticket, now
    versions = select(messages.c.ticket_id, revisions.c.text).join_from(revisions, messages).where(of_them)
    yield from ((ticket, text) for ticket, text in db.execute(versions))
    noted = select(notes.c.ticket_id, notes.c.text).where(is_among(db, notes.c.ticket_id, ids)).order_by(notes.c.id)
    yield from ((ticket, text) for ticket, text in db.execute(noted))


def _searched(text: str) -> str:
    """A text as it is, in 简体 too if that differs, and with its telephone numbers written in one piece."""
    as_it_is = "\n".join(plain(line) for line in text.split("\n") if line)
    simplified = to_simplified(as_it_is)
    numbers = (all_digits(normal_phone(each)) for each in _NUMBER.findall(as_it_is))
    more = [simplified] if simplified != as_it_is else []
    return "\n".join([as_it_is, *more, *dict.fromkeys(each for each in numbers if each not in as_it_is)])
