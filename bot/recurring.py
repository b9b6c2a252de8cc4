"""The same customer, or the same topic, again: the responsible agent is reminded, and the lead when it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.paging import once
from bot.replies import again_from_all, again_from_one
from escalation import recurrence_store, store
from escalation.events import Recurred
from escalation.policy import Recurrence
from escalation.recurrence import level_of, recipients
from escalation.tickets import Ticket

if TYPE_CHECKING:
    from bot.performing import Performance


def remind(turn: Performance) -> None:
    """The ticket just opened may be one of several; once for each kind of repetition."""
    ticket = turn.its_ticket()
    if ticket.topic is None:
        return
    if (rule := turn.policy.same_customer) is not None:
        same = recurrence_store.of_same_customer(ticket, turn.now - rule.window)
        times = recurrence_store.count(turn.db, same)
        if recipients(rule, times):
            _announce(turn, rule, same, again_from_one(ticket.topic), times)
    if (rule := turn.policy.same_topic) is not None:
        same = recurrence_store.of_same_topic(ticket, turn.now - rule.window)
        times = recurrence_store.count(turn.db, same)
        if recipients(rule, times) and _is_news(turn.db, ticket.topic, rule, times, turn.now):
            _announce(turn, rule, same, again_from_all(ticket.topic), times)


def _announce(turn: Performance, rule: Recurrence, same: ColumnElement[bool], what: str, times: int) -> None:
    ticket = store.get_ticket(turn.db, turn.its_ticket().id)  # as it is by now: somebody may have been given it
    store.log(turn.db, ticket.id, "recurred", turn.now, what=what, times=times)
    # Said to whoever is responsible: in the event it is in their hands, though nobody has claimed it yet.
    told = replace(ticket, holder_id=_responsible(turn.db, ticket, same))
    turn.announce(Recurred(told, what, times, recipients(rule, times)))


def _responsible(db: Connection, ticket: Ticket, same: ColumnElement[bool]) -> int | None:
    return ticket.holder_id or ticket.assignee_id or recurrence_store.last_holder(db, same, ticket)


def _is_news(db: Connection, topic: str, rule: Recurrence, times: int, now: datetime) -> bool:
    """Whether nobody was told of this topic at this level within its window.

    Kept as a row and not guessed from the number: of two tickets opened at the same instant each counts without the
    other, and while old ones leave the window the number goes up and down.
    """
    return _is_first(db, f"again {level_of(rule, times)} {topic}", rule.window, now)


def _is_first(db: Connection, what: str, window: timedelta, now: datetime) -> bool:
    dialect: Any = postgresql if db.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(once).values(what=what, at=now)
    statement = statement.on_conflict_do_update(
        index_elements=[once.c.what], set_={"at": now}, where=once.c.at <= now - window
    )
    return db.execute(statement.returning(once.c.what)).one_or_none() is not None
