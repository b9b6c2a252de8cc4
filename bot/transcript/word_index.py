"""Which tickets hold a word in their title, lines or notes: what finds tickets by words, and nothing else does.

What is said is sealed, so each ticket has keyed terms of it (`search_terms`), written again after it has changed.
Tickets whose terms were not written again yet are read as they are, so that nothing is missed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, ForeignKey, Integer, LargeBinary, Table, delete, select

from bot.storage import search_marks
from bot.storage.conditions import is_among
from bot.storage.database import be_alone
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from bot.transcript.search_terms import TermMaker, WantedWord, maker_of, packed, plain, unpacked
from bot.transcript.term_blocks import change, numbers_in, set_of, term_blocks, tickets_with
from escalation.normalise import all_digits, normal_phone
from escalation.tickets.ticket_store import notes, tickets
from escalation.vault import Vault
from knowledge_base.text.scripts import to_simplified

AT_ONCE = 50  # marks that are taken together …
SECONDS = 0.05  # … and for how long others are, in one transaction: messages get in between
READ_AT_MOST = 200  # tickets that are read to tell who has the word from who has its terms: of more, all are shown
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ()-]{4,24}[0-9]")


ticket_terms = Table(
    "ticket_terms",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("terms", LargeBinary, nullable=False),
)
TABLES = (ticket_terms, term_blocks)
_WRITTEN = Upsert(
    ticket_terms,
    lambda row: row.on_conflict_do_update(index_elements=["ticket_id"], set_={"terms": row.excluded.terms}),
)


@dataclass(frozen=True, slots=True)
class Holders:
    """The tickets that hold a word, and those that have its terms but have to be read; sets as `term_blocks` has them.

    Of tickets whose terms were not written again yet it is always known.
    """

    wanted: WantedWord
    sure: int
    likely: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.sure | self.likely


def holding(db: Connection, vault: Vault, words: Sequence[str]) -> list[Holders]:
    """Return for each word in which tickets it stands somewhere.

    Words are as `plain` returns them.
    """
    make = _maker(vault)
    marked = search_marks.marked_tickets(db)
    fresh, changed = _texts_of(db, marked), set_of(marked)
    return [_holders(db, make.wanted(word), fresh, changed) for word in words]


def _holders(db: Connection, wanted: WantedWord, fresh: Mapping[int, str], changed: int) -> Holders:
    found = set_of(ticket for ticket, text in fresh.items() if _stands_in(wanted.word, text))
    written = 0
    for way in wanted.ways:
        written |= tickets_with(db, way)
    written &= ~changed
    return Holders(wanted, found | written, 0) if wanted.is_sure else Holders(wanted, found, written)


def read_through(db: Connection, holders: Sequence[Holders], among: int) -> list[int]:
    """Return for each word the tickets that hold it, read where `among` has few that only may; all the others stay."""
    doubtful = 0
    for each in holders:
        doubtful |= each.likely & among
    if doubtful.bit_count() > READ_AT_MOST:
        return [each.all for each in holders]
    texts = _texts_of(db, numbers_in(doubtful))
    return [each.sure | (each.likely & _with_word(texts, each.wanted.word)) for each in holders]


def _with_word(texts: Mapping[int, str], word: str) -> int:
    return set_of(ticket for ticket, text in texts.items() if _stands_in(word, text))


def are_behind(db: Connection) -> bool:
    """Whether any ticket's terms are to be written again."""
    return search_marks.are_any(db)


def write_some(db: Connection, vault: Vault) -> int:
    """Write the terms of some marked tickets again; return how many."""
    be_alone(db)  # of two replicas the slower would write what it read earlier over what is newer
    ends, make, written = time.monotonic() + SECONDS, _maker(vault), 0
    while marked := search_marks.take_marks(db, AT_ONCE):
        said = _gathered(_said(db, marked))
        _write(db, {ticket: make.of_texts(said.get(ticket, ())) for ticket in marked})
        written += len(marked)
        if time.monotonic() > ends:
            break
    return written


def forget(db: Connection, ticket_id: int) -> None:
    """Drop the terms of a ticket."""
    be_alone(db)
    _write(db, {ticket_id: set()})


def _maker(vault: Vault) -> TermMaker:
    return maker_of(vault.derived("search terms"))


def _write(db: Connection, wanted: Mapping[int, set[int]]) -> None:
    mine = ticket_terms.c.ticket_id
    rows = db.execute(select(ticket_terms).where(is_among(db, mine, wanted)))
    before = {row.ticket_id: unpacked(row.terms) for row in rows}
    none: set[int] = set()
    added = {ticket: terms - before.get(ticket, none) for ticket, terms in wanted.items()}
    gone = {ticket: terms - wanted[ticket] for ticket, terms in before.items()}
    change(
        db,
        {ticket: each for ticket, each in added.items() if each},
        {ticket: each for ticket, each in gone.items() if each},
    )
    if emptied := [ticket for ticket in before if not wanted[ticket]]:
        db.execute(delete(ticket_terms).where(mine.in_(emptied)))
    changed = {ticket: terms for ticket, terms in wanted.items() if terms and terms != before.get(ticket)}
    if changed:
        _WRITTEN.run(db, [{"ticket_id": ticket, "terms": packed(terms)} for ticket, terms in changed.items()])


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
