"""Rate limit of messages to a group (Telegram: 20 a minute), shared by all replicas and kept in the database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.topic_sync.topic_groups import ensure_group
from bot.topic_sync.topics import groups

MOST = 20  # messages a minute that Telegram lets a bot say in one group
ORDINARY = 16  # of them, for what is not urgent …
AT_ONCE = 10  # … and so many at once of what is `spread` over the minute, lest the rest wait for the next
MINUTE = 60_000  # ms
GAP = MINUTE // (ORDINARY - AT_ONCE)
# A message may arrive so long after its place was taken: the place is kept a minute from its arrival, not its start.
FLIGHT = 30_000
FURTHEST = 15 * MINUTE  # what is said to come later was written before the clock was set back


def reserve(db: Connection, chat: int, now: datetime, *, urgent: bool, messages: int = 1, spread: bool = True) -> float:
    """Reserve the sending of `messages` to a group now: 0.0 if reserved, otherwise the seconds to wait.

    Call it in the transaction that decides to send: after a crash the reservation stands. `urgent` work may use all
    MOST messages of a minute, other work ORDINARY of them; `spread` lets only AT_ONCE go at once and the rest evenly.
    """
    sent = _locked(db, chat, now)
    wait = _wait(sent, now, urgent, messages, spread)
    if wait == 0.0:
        _keep(db, chat, [*sent, *[_ceil(now) + FLIGHT] * messages])
    return wait


def wait_time(db: Connection, chat: int, now: datetime, *, urgent: bool, spread: bool = True) -> float:
    """Return what `reserve` would return for one message; reserves and locks nothing."""
    kept = db.scalar(select(groups.c.sent).where(groups.c.chat == chat))
    return _wait(_lately(kept or [], now), now, urgent, 1, spread)


def record_sent(db: Connection, chat: int, now: datetime, messages: int = 1) -> None:
    """Record that `messages` reserved sends have ended, successful or not: they count for a minute from now."""
    sent = _locked(db, chat, now)
    flying = [at for at in sent if at > _ceil(now)][:messages]
    rest = list(sent)
    for at in flying:
        rest.remove(at)
    _keep(db, chat, [*rest, *[_ceil(now)] * len(flying)])


def back_off(db: Connection, chat: int, seconds: float, now: datetime) -> None:
    """Send nothing to the group for so many seconds, after a 429; at least one second, at most 15 minutes."""
    sent = _locked(db, chat, now)
    # Further ahead it would count for nothing; and what asks for no time at all must not be asked again at once.
    until = _ceil(now) + min(max(math.ceil(seconds * 1000), 1000) - MINUTE, FURTHEST - 1)
    _keep(
        db, chat, [*[at for at in sent if at > until], *[until] * 2 * MOST]
    )  # more than may be ended before it is over


def _wait(sent: Sequence[int], now: datetime, urgent: bool, messages: int, spread: bool) -> float:
    most = MOST if urgent else ORDINARY
    over = len(sent) + min(messages, most) - most
    free_at = sent[over - 1] + MINUTE if over > 0 else 0
    if spread and not urgent and len(sent) >= AT_ONCE:
        free_at = max(free_at, sent[-1] + GAP)
    return max(free_at - _floor(now), 0) / 1000


def _locked(db: Connection, chat: int, now: datetime) -> list[int]:
    query = select(groups.c.sent).where(groups.c.chat == chat).with_for_update()
    kept = db.scalar(query)
    if kept is None:
        ensure_group(db, chat)
        kept = db.scalar(query)
    return _lately(kept or [], now)


def _lately(kept: Sequence[Any], now: datetime) -> list[int]:
    here = _floor(now)
    return sorted(at for at in kept if here - MINUTE < at <= here + FURTHEST)


def _keep(db: Connection, chat: int, sent: Sequence[int]) -> None:
    db.execute(update(groups).where(groups.c.chat == chat).values(sent=sorted(sent)))


def _floor(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _ceil(at: datetime) -> int:
    return -((_EPOCH - at) // timedelta(milliseconds=1))


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
