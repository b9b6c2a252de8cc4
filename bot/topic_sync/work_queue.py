"""The work queue of topics to bring up to date: taken under a lease, the most urgent first, shared by all replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from bot.rules import Rules
from bot.topic_sync.group_rate import wait_time
from bot.topic_sync.topic_groups import TopicGroup, every_group, in_use
from bot.topic_sync.topics import topics
from bot.transcript.channel_message_ids import channel_message_ids
from bot.transcript.message_store import messages
from escalation.tickets.ticket_store import notes, tickets

LEASE = timedelta(seconds=60)
PAUSE = 5.0  # seconds after a failure that says nothing about how long it lasts …
LONGEST_PAUSE = 300.0  # … and after many of them
URGENT = 1  # the last rank for which a group's whole minute may be used


@dataclass(frozen=True, slots=True)
class TopicWork:
    """A ticket's topic as it is now: what it shows, and the step in progress."""

    ticket_id: int
    chat: int | None
    thread: int | None
    card: int | None
    pinned: bool
    shown: str | None
    title: str | None
    told: int
    noted: int
    revised: int
    made: int
    closed: bool
    rank: int
    wanted_at: datetime | None
    next_at: datetime
    attempts: int
    doing: str | None

    @property
    def is_urgent(self) -> bool:
        """Whether it may use the part of its group's rate limit that is reserved for urgent work."""
        return self.rank <= URGENT


_TOPIC = [topics.c[f.name] for f in fields(TopicWork)]
_DUE = (topics.c.wanted_at.is_not(None),)
# New topics come in heaps; what happens in those that are there must not wait for all of them.
_NEW = topics.c.card.is_(None)
_OF_STRANGER = tickets.c.contact_id.is_(None)
_KINDS: tuple[tuple[ColumnElement[bool], dict[str, bool]], ...] = (
    (topics.c.rank <= URGENT, {"urgent": True, "spread": False}),
    (and_(topics.c.rank > URGENT, ~_NEW), {"urgent": False, "spread": False}),
    (and_(topics.c.rank > URGENT, _NEW), {"urgent": False, "spread": True}),
)


def next_topic(db: Connection, rules: Rules, now: datetime, *, urgent_only: bool = False) -> TopicWork | None:
    """Return the most urgent topic whose group's rate limit has room, locked until the transaction ends.

    Within one rank those of proven customers come first, then topics without a card: those that have one have been
    noticed already.
    """
    allowed = _allowed(db, rules, now)
    if allowed is None:
        return None
    due = (*_DUE, topics.c.next_at <= now, allowed, *([topics.c.rank <= URGENT] if urgent_only else []))
    order = (topics.c.rank, _OF_STRANGER, topics.c.card.is_not(None), topics.c.wanted_at, topics.c.ticket_id)
    query = select(*_TOPIC).join_from(topics, tickets).where(*due).order_by(*order).limit(1)
    row = db.execute(query.with_for_update(skip_locked=True, of=topics)).one_or_none()
    return TopicWork(*row) if row else None


def seconds_until(db: Connection, rules: Rules, now: datetime) -> float | None:
    """Return the seconds until `next_topic` may find something; None: no topic is out of date."""
    place, waits = _place(_target(db, rules)), []
    for group in _usable(db, rules):
        for kind, how in _KINDS:
            mine = (*_DUE, place == group.chat, kind)
            at: datetime | None = db.scalar(select(func.min(topics.c.next_at)).where(*mine))
            if at is not None:
                waits.append(max((at - now).total_seconds(), wait_time(db, group.chat, now, **how), 0.0))
    return min(waits, default=None)


def lease(db: Connection, topic: TopicWork, doing: str, now: datetime) -> datetime:
    """Lease a topic for LEASE (60 seconds) and record `doing`, the step that begins.

    Returns the end of the lease, which identifies it in `complete_step` and `put_off`.
    """
    until = now + LEASE
    values = {"next_at": until, "doing": doing}
    db.execute(update(topics).where(topics.c.ticket_id == topic.ticket_id).values(**values))
    return until


def complete_step(db: Connection, ticket_id: int, leased: datetime, now: datetime, **values: Any) -> bool:
    """Record the outcome of a step and release the topic; False, and no change, if the lease was lost."""
    freed: dict[str, Any] = {"next_at": now, "doing": None, "attempts": 0, "why": None}
    mine = (topics.c.ticket_id == ticket_id, topics.c.next_at == leased)
    return db.execute(update(topics).where(*mine).values(**freed | values)).rowcount == 1


def put_off(
    db: Connection, ticket_id: int, leased: datetime, now: datetime, seconds: float, why: str, *, ambiguous: bool
) -> None:
    """Record a failed step; the topic is not tried again for `seconds`.

    `ambiguous`: the step may have taken effect, so it stays recorded as begun. No change if the lease was lost.
    """
    values: dict[str, Any] = {"next_at": now + timedelta(seconds=seconds), "why": why}
    values["attempts"] = topics.c.attempts + 1
    if not ambiguous:
        values["doing"] = None
    mine = (topics.c.ticket_id == ticket_id, topics.c.next_at == leased)
    db.execute(update(topics).where(*mine).values(**values))


def retry_later(db: Connection, topic: TopicWork, now: datetime, why: str) -> None:
    """Put off a topic whose state could not be read, each time for longer, up to LONGEST_PAUSE.

    The topic must be locked in this transaction.
    """
    rest = timedelta(seconds=min(PAUSE * 2.0 ** min(topic.attempts, 6), LONGEST_PAUSE))
    change_topic(db, topic, next_at=now + rest, attempts=topic.attempts + 1, why=why)


def change_topic(db: Connection, topic: TopicWork, **values: Any) -> None:
    """Change columns of a topic that is locked in this transaction."""
    db.execute(update(topics).where(topics.c.ticket_id == topic.ticket_id).values(**values))


def reset_deleted_topic(db: Connection, topic: TopicWork) -> dict[str, Any]:
    """Return what `complete_step` writes for a topic deleted on Telegram, to create it again with all its content.

    Deletes the channel message ids of its lines and notes.
    """
    lines = select(messages.c.id).where(messages.c.ticket_id == topic.ticket_id)
    remarks = select(notes.c.id).where(notes.c.ticket_id == topic.ticket_id)
    gone = or_(channel_message_ids.c.message_id.in_(lines), channel_message_ids.c.note_id.in_(remarks))
    db.execute(delete(channel_message_ids).where(channel_message_ids.c.chat == topic.chat, gone))
    bare: dict[str, Any] = {"chat": None, "thread": None, "card": None, "pinned": False, "shown": None, "title": None}
    return bare | {"told": 0, "noted": 0, "revised": 0, "closed": False}


def _allowed(db: Connection, rules: Rules, now: datetime) -> ColumnElement[bool] | None:
    """Topics of groups that can be written to, and whose rate limit has room for their kind."""
    here, place = _usable(db, rules), _place(_target(db, rules))
    ways = []
    for kind, how in _KINDS:
        free = [group.chat for group in here if wait_time(db, group.chat, now, **how) == 0.0]
        ways.append(and_(kind, place.in_(free)))
    return or_(*ways) if here else None


def _usable(db: Connection, rules: Rules) -> Sequence[TopicGroup]:
    return [group for group in every_group(db, rules) if group.is_usable]


def _target(db: Connection, rules: Rules) -> int | None:
    group = in_use(db, rules)
    return group.chat if group is not None else None


def _place(target: int | None) -> ColumnElement[int]:
    """The group a topic is in, or will be made in."""
    return func.coalesce(topics.c.chat, target)
