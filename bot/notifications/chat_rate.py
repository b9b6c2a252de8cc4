"""Rate limit of messages to a staff chat, from what the outbox holds of the last minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from bot.delivery.outbox import STAFF_CHAT, outbox
from bot.notifications.staff_chat import DESK
from escalation.policy.model import Paging

MINUTE = timedelta(seconds=60)
# The outbox has no index by address. The Bot API takes 30 messages a second at most, so that the last minute of all
# chats together lies within so many rows.
RECENT = 5_000
# Beside the desk's topics, which fill most of a group's minute: what is more becomes a digest instead of a queue.
BESIDE_TOPICS = 8


def room_in(db: Connection, paging: Paging, address: str, now: datetime) -> int:
    """Return how many messages may be posted to this chat now.

    Half of the policy's messages a minute may go at once, the rest are spread over the minute, so that a page during a
    storm waits for seconds, not for the next minute. Messages not delivered yet count too: a chat that was unreachable
    for an hour is not flooded when it comes back.
    """
    most = min(paging.per_minute, BESIDE_TOPICS) if address == DESK else paging.per_minute
    at_once = (most + 1) // 2
    heard, last = _heard(db, address, now)
    if heard < at_once:
        return at_once - heard
    if heard >= most or last is None:
        return 0
    return 1 if now - last >= MINUTE / (most - at_once) else 0


def _heard(db: Connection, address: str, now: datetime) -> tuple[int, datetime | None]:
    mine = (outbox.c.channel == STAFF_CHAT, outbox.c.address == address)
    newest = select(func.coalesce(func.max(outbox.c.id), 0)).scalar_subquery()
    lately = and_(
        outbox.c.id > newest - RECENT, or_(outbox.c.created_at > now - MINUTE, outbox.c.sent_at > now - MINUTE)
    )
    counted = select(func.count(), func.max(outbox.c.created_at))
    arrived = db.execute(counted.where(*mine, outbox.c.state != "pending", lately)).one()
    pending = db.execute(counted.where(*mine, outbox.c.state == "pending")).one()
    last = max((at for _, at in (arrived, pending) if at is not None), default=None)
    return arrived[0] + pending[0], last
