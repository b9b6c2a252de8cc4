"""A storm of unidentified visitors: one notice of all their tickets, and of dangers that must wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal_column, select

from bot.notifications.notice import Audience, Notice
from bot.notifications.notice_inbox import save_notice
from bot.notifications.once import last_marked, mark_again_after, may_mark_again
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.transcript import delayed_alarms
from bot.transcript.conversations import conversations
from bot.wording import budgets as wording
from escalation.tickets.events import Event
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets

STORM = "storm of visitors"
REMINDED = timedelta(hours=1)  # between notices while nothing new comes but tickets wait
LOOKED_BACK = timedelta(days=1)
MOST = 5_000  # tickets counted for one notice

# Whom nobody has identified, come through the network: a messenger's accounts are not to be had by the thousand.
_FROM_THE_NETWORK = and_(conversations.c.id == tickets.c.conversation_id, conversations.c.origin.is_not(None))
_STRANGERS = and_(tickets.c.contact_id.is_(None), _FROM_THE_NETWORK)

# SQLite takes any equality for few rows; of strangers there are more than of those who came lately.
_OF_NOBODY = {
    "sqlite": func.likelihood(tickets.c.contact_id.is_(None), literal_column("0.9")),
    "postgresql": tickets.c.contact_id.is_(None),
}


def _came_lately(of_nobody: ColumnElement[bool]) -> Select[Any]:
    lately = (tickets.c.received_at > bindparam("since"), tickets.c.received_at <= bindparam("until"))
    came = select(tickets.c.id).where(of_nobody, _FROM_THE_NETWORK, *lately, tickets.c.id <= bindparam("ticket"))
    return select(func.count()).select_from(came.limit(bindparam("most")).subquery())


# Built once, for every stranger's ticket asks it.
_CAME_LATELY = {name: _came_lately(of_nobody) for name, of_nobody in _OF_NOBODY.items()}


def without_storm(db: Connection, rules: Rules, events: Sequence[Event], now: datetime) -> list[Event]:
    """Return the events that staff are told of one by one.

    Those of a storm's tickets that nobody has taken up are left out; the notice of all of them is posted if it is time.
    """
    in_storm: dict[int, bool] = {}
    for event in events:
        ticket = event.ticket
        if ticket.contact_id is None and ticket.holder_id is None and ticket.id not in in_storm:
            in_storm[ticket.id] = _is_of_storm(db, rules, ticket)
    if any(in_storm.values()):
        tell_if_time(db, rules, now)
    return [event for event in events if not (event.ticket.holder_id is None and in_storm.get(event.ticket.id, False))]


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether `tell_if_time` would post something; reads without a lock."""
    if not may_mark_again(db, STORM, rules.policy.budgets.storm.within, now):
        return False
    if delayed_alarms.has_any(db):
        return True
    told_at = last_marked(db, STORM)
    if told_at is None or told_at <= now - LOOKED_BACK:
        return False  # a storm tells of itself when it begins
    since = told_at if told_at > now - REMINDED else now - LOOKED_BACK
    return db.scalar(select(tickets.c.id).where(_STRANGERS, *_waiting(since)).limit(1)) is not None


def tell_if_time(db: Connection, rules: Rules, now: datetime) -> bool:
    """Post the notice of strangers' tickets and delayed dangers, unless it was posted lately; True if posted now."""
    if not mark_again_after(db, STORM, rules.policy.budgets.storm.within, now):
        return False
    left = _left(db, now)
    delayed = delayed_alarms.take(db)
    text = "\n".join(
        [*_of_tickets(rules, left, now), *([wording.delayed(rules.policy, delayed, now)] if delayed else [])]
    )
    if not text:
        return False
    about = left[-1].id if left else db.scalar(select(func.max(tickets.c.id)))
    if about is not None:
        queues = dict.fromkeys(ticket.queue for ticket in left)
        to = (Audience("role", "lead"), *(Audience("queue", queue) for queue in queues))
        save_notice(db, rules.vault, Notice(about, "storm", text, to), now)
    post_to_staff_chat(db, rules, text, now)
    return True


def _is_of_storm(db: Connection, rules: Rules, ticket: Ticket) -> bool:
    """Whether a stranger's ticket came when so many others had come in the time before."""
    storm, at = rules.policy.budgets.storm, ticket.received_at
    window = {"since": at - storm.within, "until": at, "ticket": ticket.id, "most": storm.tickets + 1}
    return _is_strangers(db, ticket) and db.scalar(_CAME_LATELY[db.dialect.name], window) == storm.tickets + 1


def _is_strangers(db: Connection, ticket: Ticket) -> bool:
    return db.scalar(select(tickets.c.id).where(_STRANGERS, tickets.c.id == ticket.id)) is not None


def _waiting(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (tickets.c.state == "waiting", tickets.c.received_at > since)


def _left(db: Connection, now: datetime) -> Sequence[Any]:
    columns = (tickets.c.id, tickets.c.queue, tickets.c.urgency, tickets.c.received_at)
    query = select(*columns).where(_STRANGERS, *_waiting(now - LOOKED_BACK)).order_by(tickets.c.id).limit(MOST)
    return list(db.execute(query))


def _of_tickets(rules: Rules, left: Sequence[Any], now: datetime) -> list[str]:
    if not left:
        return []
    critical = [ticket.id for ticket in left if rules.policy.urgency_of(ticket.urgency).critical]
    return [wording.storm(rules.policy, len(left), critical, left[0].received_at, now)]
