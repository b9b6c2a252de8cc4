"""Reads lines of conversations with all that their facts are made of, many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from bot.rules import Rules
from bot.storage.conditions import is_among
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from bot.wording.choices import FoundHelpful, FoundUnhelpful, parse_choice
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.tier_history import tier_history
from escalation.measures.standing import BEGINS, UNDONE, effective
from escalation.measures.ticket_case import Line
from escalation.measures.transcript_facts import CountedLine, values_in
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

ENDS = frozenset({"resolved", "closed", "withdrawn", "merged_away"})
_M, _E, _MOVE = messages.c, ticket_events.c, tier_history.c
_HOME = [contacts.c.id.label("contact"), organisations.c.id, organisations.c.tier]
_MOVED = [_MOVE.organisation_id, _MOVE.at, _MOVE.tier_before]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the conversations, customers, tickets and articles of a batch."""

    db: Connection
    rules: Rules
    talks: dict[int, Row[Any]]
    organisations: dict[str, Row[Any]]  # by contact
    moves: Sequence[Row[Any]]
    queues: dict[int, str]
    topics: dict[str, str]

    def tier(self, row: Row[Any]) -> str:
        """The tier of the line's customer at its instant; the default one of a customer nobody knows."""
        whose = self.organisations.get(self.talks[row.conversation_id].contact_id or "")
        if whose is None:
            return self.rules.policy.default_tier
        later = (move for move in self.moves if move.organisation_id == whose.id and move.at > row.at)
        move = next(later, None)
        return str(move.tier_before if move is not None else whose.tier)


def talk_lines(db: Connection, rules: Rules, rows: Sequence[Row[Any]]) -> list[CountedLine]:
    """Return lines of the transcript, rows of `messages`, with what held."""
    known = _known(db, rules, rows)
    return [_line(known, row) for row in rows]


def _known(db: Connection, rules: Rules, rows: Sequence[Row[Any]]) -> _Known:
    talks = _by_id(db, conversations, (row.conversation_id for row in rows))
    whose = {talk.contact_id for talk in talks.values() if talk.contact_id}
    query = (
        select(*_HOME)
        .join_from(contacts, organisations, organisations.c.id == contacts.c.organisation_id)
        .where(is_among(db, contacts.c.id, whose))
    )
    homes = {row.contact: row for row in db.execute(query)}
    return _Known(
        db,
        rules,
        talks,
        homes,
        _moves(db, {home.id for home in homes.values()}, min(row.at for row in rows)),
        {number: row.queue for number, row in _by_id(db, tickets, (row.ticket_id or 0 for row in rows)).items()},
        {article.id: article.category for article in rules.index.articles},
    )


def _by_id(db: Connection, table: Any, ids: Any) -> dict[int, Row[Any]]:
    wanted = [table.c.id, *([table.c.channel, table.c.contact_id] if table is conversations else [table.c.queue])]
    return {row.id: row for row in db.execute(select(*wanted).where(is_among(db, table.c.id, {*ids})))}


def _moves(db: Connection, whose: Collection[str], since: datetime) -> Sequence[Row[Any]]:
    if not whose:
        return ()
    query = select(*_MOVED).where(is_among(db, _MOVE.organisation_id, whose), _MOVE.at > since)
    return db.execute(query.where(_MOVE.tier_before != _MOVE.tier_after).order_by(_MOVE.at, _MOVE.id)).all()


def _line(known: _Known, row: Row[Any]) -> CountedLine:
    talk = known.talks[row.conversation_id]
    is_customer = row.author == "customer"
    article = row.meta.get("article", "") if row.author == "bot" else ""
    helped, rejected = _judged(known.rules, row) if is_customer else ("", "")
    return CountedLine(
        at=row.at,
        author=row.author,
        tier=known.tier(row),
        channel=talk.channel,
        topic=known.topics.get(article or helped or rejected, ""),
        ticket_id=row.ticket_id or 0,
        queue=known.queues.get(row.ticket_id or 0, ""),
        article=article,
        helped=helped,
        rejected=rejected,
        asked_at=_asked_at(known.db, row) if article else None,
        retold=_retold(known.db, row) if is_customer and row.ticket_id else 0,
        is_strangers_first=is_customer and talk.contact_id is None and _is_first_of_month(known, row),
    )


def _judged(rules: Rules, row: Row[Any]) -> tuple[str, str]:
    choice = parse_choice(row.meta.get("choice") or "")
    helped = rules.named(choice.article) if isinstance(choice, FoundHelpful) else ""
    return helped, rules.named(choice.article) if isinstance(choice, FoundUnhelpful) else ""


def _asked_at(db: Connection, row: Row[Any]) -> datetime | None:
    mine = (_M.conversation_id == row.conversation_id, _M.author == "customer", _M.id < row.id)
    found: datetime | None = db.scalar(select(_M.at).where(*mine).order_by(_M.id.desc()).limit(1))
    return found


def _is_first_of_month(known: _Known, row: Row[Any]) -> bool:
    there = row.at.astimezone(known.rules.policy.zone)
    begins = there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    earlier = (_M.conversation_id == row.conversation_id, _M.author == "customer", _M.id < row.id)
    latest = known.db.scalar(select(func.max(_M.at)).where(*earlier))
    return latest is None or latest < begins


def _retold(db: Connection, row: Row[Any]) -> int:
    """How many values of the line stood in an earlier one of its open ticket's run."""
    values = values_in(row.text)
    # Without a mark the ticket is about to be opened with it: the bot waits a little for what else is said.
    marks = _marks(db, row.ticket_id, row.at) if values else []
    if not values or (marks and marks[-1].kind not in BEGINS):
        return 0
    earlier = select(_M.text).where(_M.ticket_id == row.ticket_id, _M.id < row.id)
    earlier = earlier.where(_M.at >= marks[-1].at) if marks and marks[-1].kind != "opened" else earlier
    said: set[str] = set().union(*(values_in(text) for text in db.scalars(earlier)))
    return len(values & said)


def _marks(db: Connection, ticket_id: int, until: datetime) -> list[Line]:
    """The lines with which the ticket began and ended up to an instant, but for those taken back, also since."""
    ours = or_((_E.at <= until) & _E.kind.in_((*BEGINS, *ENDS)), _E.kind == UNDONE)
    mine = (_E.ticket_id == ticket_id, ours)
    query = select(_E.id, _E.seq, _E.at, _E.kind, _E.staff_id, _E.data).where(*mine).order_by(_E.seq)
    return effective([Line(*row) for row in db.execute(query)])


def was_open(db: Connection, ticket_id: int, at: datetime) -> bool:
    """Whether a ticket was open at an instant."""
    marks = _marks(db, ticket_id, at)
    return bool(marks) and marks[-1].kind in BEGINS
