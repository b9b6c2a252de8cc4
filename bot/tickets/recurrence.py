"""Recurrence: the same customer or topic again within the policy's window; agents are reminded, later leads too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from bot.notifications.once import mark_again_after
from bot.rules import Rules
from bot.wording.phrases import again_from_all, again_from_one
from escalation.policy.model import Recurrence
from escalation.tickets import history, recurrence_store
from escalation.tickets.events import Recurred
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.recurrence import level_of, recipients


def recurrences(db: Connection, rules: Rules, ticket: Ticket, now: datetime) -> list[Recurred]:
    """Return the recurrences that a new ticket causes, recorded in its history; the caller announces them."""
    if ticket.topic is None:
        return []
    found: list[Recurred] = []
    if (rule := rules.policy.same_customer) is not None:
        same = recurrence_store.of_same_customer(ticket, now - rule.window)
        times = recurrence_store.count(db, same)
        if recipients(rule, times):
            found.append(_record(db, ticket, rule, same, again_from_one(ticket.topic), times, now))
    if (rule := rules.policy.same_topic) is not None:
        same = recurrence_store.of_same_topic(ticket, now - rule.window)
        times = recurrence_store.count(db, same)
        if recipients(rule, times) and _is_news(db, ticket.topic, rule, times, now):
            found.append(_record(db, ticket, rule, same, again_from_all(ticket.topic), times, now))
    return found


def _record(
    db: Connection,
    ticket: Ticket,
    rule: Recurrence,
    same: ColumnElement[bool],
    what: str,
    times: int,
    now: datetime,
) -> Recurred:
    history.log(db, ticket.id, "recurred", now, what=what, times=times)
    # Said to whoever is responsible: in the event it is in their hands, though nobody has claimed it yet.
    told = replace(ticket, holder_id=_responsible(db, ticket, same))
    return Recurred(told, what, times, recipients(rule, times))


def _responsible(db: Connection, ticket: Ticket, same: ColumnElement[bool]) -> int | None:
    return ticket.holder_id or ticket.assignee_id or recurrence_store.last_holder(db, same, ticket)


def _is_news(db: Connection, topic: str, rule: Recurrence, times: int, now: datetime) -> bool:
    """Whether no notice was sent for this topic at this level within its window.

    Kept as a row and not guessed from the number: of two tickets opened at the same instant each counts without the
    other, and while old ones leave the window the number goes up and down.
    """
    return mark_again_after(db, f"again {level_of(rule, times)} {topic}", rule.window, now)
