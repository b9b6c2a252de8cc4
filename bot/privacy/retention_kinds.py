"""The kinds of rows that end with their period: which are old, what they belong to, and how they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, false, func, null, select, update

from bot.delivery.outbox import outbox
from bot.notifications.notice_tables import notice_reads, notices
from bot.notifications.paging import pages
from bot.privacy.erase_lines import blank_lines
from bot.privacy.erase_tickets import blank_ticket
from bot.transcript.addresses import conversation_addresses
from bot.transcript.attachments import attachments
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.journal.erased_subjects import erase_content
from escalation.journal.journal_store import SUBJECTS, journal_lines
from escalation.tickets.ticket_store import tickets
from knowledge_base.gaps.gap_store import gaps

BY = "retention"  # in chains, as who erased
# Chains whose lines say how the product stands, not what was done about whom: later ones are read against them.
OF_THE_PRODUCT = (SUBJECTS, "heads", "seals", "settings", "emergency")


Remove = Callable[[Connection, Sequence[Row[Any]], datetime, datetime], object]


@dataclass(frozen=True, slots=True)
class RetentionKind:
    """Rows of one kind: the policy's class of theirs, and how many are looked at in one transaction.

    `rows` selects id, at, ticket and talk of those that can end at all, and whether they still wait to be sent.
    `remove` is given rows that go, the instant of this day's pass, and the one before which they lie.
    """

    name: str
    of_class: str
    rows: Select[Any]
    remove: Remove
    at_once: int
    has_files: bool = False


def _lines(db: Connection, rows: Sequence[Row[Any]], _at: datetime, before: datetime) -> None:
    blank_lines(db, rows)
    talks = sorted({row.conversation_id for row in rows})
    quiet = (conversations.c.id.in_(talks), conversations.c.updated_at < before)
    db.execute(update(conversations).where(*quiet).values(question=None))


def _tickets(db: Connection, rows: Sequence[Row[Any]], at: datetime, _before: datetime) -> None:
    for row in rows:
        blank_ticket(db, row.id, BY, at)


def _files(db: Connection, rows: Sequence[Row[Any]], _at: datetime, _before: datetime) -> None:
    db.execute(delete(attachments).where(attachments.c.message_id.in_([row.id for row in rows])))


def _notices(db: Connection, rows: Sequence[Row[Any]], _at: datetime, _before: datetime) -> None:
    ids = [row.id for row in rows]
    db.execute(delete(notice_reads).where(notice_reads.c.notice_id.in_(ids)))
    _delete(notices)(db, rows, _at, _before)


def _outbox(db: Connection, rows: Sequence[Row[Any]], _at: datetime, _before: datetime) -> None:
    db.execute(delete(pages).where(pages.c.outbox_id.in_([row.id for row in rows])))
    _delete(outbox)(db, rows, _at, _before)


def _journal(db: Connection, rows: Sequence[Row[Any]], at: datetime, _before: datetime) -> None:
    ids = [row.id for row in rows]
    found = db.execute(select(journal_lines).where(journal_lines.c.id.in_(ids)).order_by(journal_lines.c.id)).all()
    erase_content(db, found, BY, at)


def _delete(table: Table) -> Remove:
    def delete_rows(db: Connection, rows: Sequence[Row[Any]], _at: datetime, _before: datetime) -> None:
        db.execute(delete(table).where(table.c.id.in_([row.id for row in rows])))

    return delete_rows


def _old(number: Any, at: Any, ticket: Any = None, talk: Any = None, waits: Any = None) -> Select[Any]:
    belongs = [(null() if value is None else value).label(name) for name, value in (("ticket", ticket), ("talk", talk))]
    return select(number.label("id"), at.label("at"), *belongs, (false() if waits is None else waits).label("waits"))


_OF_LINE = (messages.c.ticket_id, messages.c.conversation_id)
_LINE = messages.alias("line")
_TALK_OF_ADDRESS = (
    select(conversation_addresses.c.conversation_id)
    .where(conversation_addresses.c.channel == outbox.c.channel, conversation_addresses.c.address == outbox.c.address)
    .scalar_subquery()
)
_TICKET_OF_PAGE = select(func.min(pages.c.ticket_id)).where(pages.c.outbox_id == outbox.c.id).scalar_subquery()

LINES = RetentionKind(
    "lines",
    "transcript",
    _old(messages.c.id, messages.c.at, *_OF_LINE).add_columns(*_OF_LINE),
    _lines,
    50,
    has_files=True,
)
KINDS = (
    RetentionKind(
        "files",
        "files",
        _old(attachments.c.message_id, messages.c.at, *_OF_LINE).join_from(attachments, messages),
        _files,
        50,
        has_files=True,
    ),
    LINES,
    RetentionKind(
        "tickets",
        "transcript",
        _old(tickets.c.id, tickets.c.received_at, tickets.c.id, tickets.c.conversation_id),
        _tickets,
        2,
    ),
    RetentionKind(
        "gaps", "gaps", _old(gaps.c.id, gaps.c.at, gaps.c.ticket_id, gaps.c.conversation_id), _delete(gaps), 200
    ),
    RetentionKind("notices", "notices", _old(notices.c.id, notices.c.at, notices.c.ticket_id), _notices, 200),
    RetentionKind(
        "pages",
        "notices",
        _old(pages.c.id, pages.c.at, pages.c.ticket_id, waits=pages.c.outbox_id.is_(None)),
        _delete(pages),
        200,
    ),
    RetentionKind(
        "posted",
        "notices",
        _old(
            outbox.c.id,
            outbox.c.created_at,
            func.coalesce(_LINE.c.ticket_id, _TICKET_OF_PAGE),
            func.coalesce(_LINE.c.conversation_id, _TALK_OF_ADDRESS),
            outbox.c.state == "pending",
        ).outerjoin_from(outbox, _LINE, _LINE.c.id == outbox.c.line),
        _outbox,
        200,
    ),
    RetentionKind(
        "journal",
        "journal",
        _old(journal_lines.c.id, journal_lines.c.at)
        .add_columns(journal_lines.c.subject)
        .where(journal_lines.c.erased_at.is_(None), journal_lines.c.subject.not_in(OF_THE_PRODUCT)),
        _journal,
        50,
    ),
)
