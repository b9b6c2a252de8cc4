"""Which tickets hold a word in their title, lines or notes: what finds tickets by words, and nothing else does.

Each ticket's words stand in one text, written again after they have changed. Tickets that were not written again yet
are read as they are, so that nothing is missed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Column, ColumnElement, Connection, ForeignKey, Integer, Table, Text, and_, delete, or_, select

from bot.storage import search_marks
from bot.storage.conditions import contains, is_among
from bot.storage.database import be_alone
from bot.storage.tables import metadata
from bot.storage.upsert import Upsert
from bot.transcript.edits import revisions
from bot.transcript.message_store import messages
from escalation.normalise import all_digits, normal_phone
from escalation.tickets.ticket_store import notes, tickets
from knowledge_base.text.scripts import to_simplified

AT_MOST = 500  # marks in one transaction

ticket_texts = Table(
    "ticket_texts",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("text", Text, nullable=False),
)
_WRITTEN = Upsert(
    ticket_texts,
    lambda row: row.on_conflict_do_update(index_elements=["ticket_id"], set_={"text": row.excluded.text}),
)
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ()-]{4,24}[0-9]")


def plain(text: str) -> str:
    """Return a text without differences of width, case and spacing."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def holding(db: Connection, words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return for each word the condition on `tickets` joined with `ticket_texts`: it stands somewhere in the ticket.

    Words are as `plain` returns them.
    """
    changed = search_marks.marked_tickets(db)
    fresh = _texts_of(db, changed)
    is_written = ~is_among(db, tickets.c.id, changed) if changed else None
    conditions = []
    for word in words:
        ways = dict.fromkeys((word, to_simplified(word)))
        written = or_(*(contains(db, ticket_texts.c.text, way) for way in ways))
        found = [ticket for ticket, text in fresh.items() if any(way in text for way in ways)]
        unwritten = is_among(db, tickets.c.id, found)
        conditions.append(written if is_written is None else or_(unwritten, and_(is_written, written)))
    return conditions


def are_behind(db: Connection) -> bool:
    """Whether any ticket's words are to be written again."""
    return search_marks.are_any(db)


def write_some(db: Connection) -> int:
    """Write the words of some marked tickets again; return how many."""
    be_alone(db)  # of two replicas the slower would write what it read earlier over what is newer
    marked = search_marks.take_marks(db, AT_MOST)
    texts = _texts_of(db, marked)
    if texts:
        _WRITTEN.run(db, [{"ticket_id": ticket, "text": text} for ticket, text in texts.items()])
    gone = marked - texts.keys()
    if gone:
        db.execute(delete(ticket_texts).where(ticket_texts.c.ticket_id.in_(gone)))
    return len(marked)


def _texts_of(db: Connection, ids: Collection[int]) -> dict[int, str]:
    """All that is said in each of these tickets, as it is searched."""
    if not ids:
        return {}
    parts: dict[int, list[str]] = {}
    for ticket, text in _said(db, ids):
        parts.setdefault(ticket, []).append(text)
    return {ticket: _searched("\n".join(dict.fromkeys(texts))) for ticket, texts in parts.items()}


def _said(db: Connection, ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Ticket and text of each title, line, version of a line and note."""
    titles = select(tickets.c.id, tickets.c.subject).where(is_among(db, tickets.c.id, ids))
    yield from ((ticket, title) for ticket, title in db.execute(titles))
    of_them = is_among(db, messages.c.ticket_id, ids)
    lines = select(messages.c.ticket_id, messages.c.text, messages.c.meta).where(of_them).order_by(messages.c.id)
    for ticket, text, meta in db.execute(lines):
        yield ticket, text
        yield ticket, meta.get("now") or ""
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
