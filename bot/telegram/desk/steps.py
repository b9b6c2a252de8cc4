"""The next step for a ticket's topic, and recording its outcome; the network call lies between two transactions."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.rules import Rules
from bot.telegram.desk.mirror import TopicMessage
from bot.telegram.desk.topic_needs import (
    TWICE,
    CloseOrReopen,
    Doing,
    MakeTopic,
    Pin,
    Rename,
    ShowCard,
    TopicNeed,
    TopicNeeds,
    name_digest,
)
from bot.topic_sync import work_queue
from bot.topic_sync.group_rate import record_sent, reserve
from bot.topic_sync.topic_groups import in_use, record_newest_id
from bot.topic_sync.work_queue import TopicWork
from bot.transcript.channel_message_ids import remember_id

log = logging.getLogger(__name__)
FREE: tuple[Doing, ...] = ("pin", "open", "close")  # no message, and rare: nothing of a group's minute


@dataclass(frozen=True, slots=True)
class TopicStep:
    """One step for a topic, leased."""

    topic: TopicWork
    chat: int
    doing: Doing
    what: TopicNeed
    leased: datetime
    retried: bool  # it may have been done already: what is said is labelled

    @property
    def messages(self) -> int:
        """How many messages it counts for in the group's rate limit."""
        if self.doing in FREE:
            return 0
        return self.what.messages if isinstance(self.what, TopicMessage) else 1


def claim(
    db: Connection, rules: Rules, console: str, now: datetime, *, urgent_only: bool = False
) -> TopicStep | float | None:
    """Claim the next step: lease its topic and reserve its messages in the group's rate limit, in this transaction.

    Returns the seconds to wait if the rate limit is used up, 0.0 if a topic turned out to be up to date, None if there
    is nothing to do. `console`: the console's base URL, or empty.
    """
    topic = work_queue.next_topic(db, rules, now, urgent_only=urgent_only)
    if topic is None:
        return None
    chat = topic.chat if topic.chat is not None else getattr(in_use(db, rules), "chat", None)
    if chat is None:
        return None
    try:
        found = TopicNeeds(db, rules, topic, chat, console, now).next()
    except SQLAlchemyError:
        raise
    except Exception as error:  # noqa: BLE001  # one ticket must not hold up the others; its words may be a customer's
        name = type(error).__name__
        log.error("the topic of ticket %d cannot be put together (%s); it is tried again", topic.ticket_id, name)
        work_queue.retry_later(db, topic, now, name)
        return 0.0
    if found is None:
        work_queue.change_topic(db, topic, wanted_at=None, doing=None)
        return 0.0
    doing, what = found
    step = TopicStep(topic, chat, doing, what, now, topic.doing == doing and doing in TWICE)
    if step.messages:
        spread = topic.card is None
        wait = reserve(db, chat, now, urgent=topic.is_urgent, messages=step.messages, spread=spread)
        if wait > 0:
            return wait
    until = work_queue.lease(db, topic, doing, now)
    return TopicStep(topic, chat, doing, what, until, step.retried)


def conclude(db: Connection, step: TopicStep, numbers: list[int], now: datetime) -> bool:
    """Record a finished step; `numbers` are the ids of the messages sent, or of the thread created.

    False if the lease was lost: another worker repeats the step, labelled as a repetition.
    """
    if step.messages:
        record_sent(db, step.chat, now, step.messages)
    done = work_queue.complete_step(db, step.topic.ticket_id, step.leased, now, **_changes(step, numbers))
    if not isinstance(step.what, MakeTopic | Rename | CloseOrReopen | Pin) and numbers:
        record_newest_id(db, step.chat, max(numbers))
    # A copy that a lost lease made double stands there all the same: an answer to either finds its line.
    if isinstance(step.what, TopicMessage):
        _note_numbers(db, step.chat, step.what, numbers)
    return done


def _changes(step: TopicStep, numbers: list[int]) -> dict[str, Any]:
    match step.what:
        case MakeTopic(name):
            made = step.topic.made + (2 if step.retried else 1)  # the first try may have made one too
            return {"chat": step.chat, "thread": numbers[0], "title": name_digest(name), "made": made, "closed": False}
        case ShowCard(digest=digest, number=None):
            return {"card": numbers[0], "shown": digest, "pinned": False}
        case ShowCard(digest=digest):
            return {"shown": digest}
        case TopicMessage(marks=marks):
            return dict(marks)
        case Rename(name):
            return {"title": name_digest(name)}
        case CloseOrReopen(closed):
            return {"closed": closed}
        case Pin():
            return {"pinned": True}


def _note_numbers(db: Connection, chat: int, piece: TopicMessage, numbers: list[int]) -> None:
    for number, line in zip(numbers[-len(piece.lines) :] if piece.lines else [], piece.lines, strict=False):
        remember_id(db, chat, number, message_id=line)
    kind, key = piece.stands_for
    for number in numbers:  # what is known by now stays what it is
        remember_id(db, chat, number, **({"message_id": key} if kind == "line" else {"note_id": key}))
