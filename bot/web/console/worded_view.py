"""What a ticket's page shows of what staff wrote with facts, and which facts are to be written now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from bot.agents.sent_steps import TOLD, may_tick
from bot.rules import Rules
from bot.web.console.ticket_view import TicketView
from escalation.policy.tiers import FOLLOWED_UP
from escalation.staff import Staff
from escalation.tickets.dissatisfaction import running_check_in, running_follow_up
from escalation.tickets.fact_words import words_of
from escalation.tickets.worded_facts import PLANNED, facts_in_words


@dataclass(frozen=True, slots=True)
class WordedView:
    """What was written, the oldest first, and the facts whose forms are shown; `due_at`: of a follow-up.

    `hidden`: facts that are written, or are nothing to this ticket, and are not ticked.
    """

    lines: tuple[Row[Any], ...]
    asked: tuple[str, ...]
    due_at: datetime | None
    hidden: frozenset[str] = frozenset()


def read_worded(db: Connection, rules: Rules, who: Staff, shown: TicketView, now: datetime) -> WordedView:
    """Return what was written on the ticket of this page, and what this person may write."""
    running = running_follow_up(db, rules.policy, shown.ticket)
    checks_in = running_check_in(db, rules.policy, shown.ticket) is not None and who.works(shown.ticket.queue)
    written = _asked(rules, who, shown, follows_up=running is not None, checks_in=checks_in)
    ticks = may_tick(db, shown.conversation, shown.ticket.id, now)
    asked = [each for each in written if ticks or each not in TOLD]
    due_at = running.due_at if running is not None else None
    hidden = {*asked, *(() if shown.ticket.complaint else (PLANNED,))}
    return WordedView(tuple(words_of(db, shown.ticket.id)), tuple(asked), due_at, frozenset(hidden))


def _asked(rules: Rules, who: Staff, shown: TicketView, *, follows_up: bool, checks_in: bool) -> Sequence[str]:
    ticket = shown.ticket
    if shown.mode in ("reading", "helping") or ticket.merged_into is not None:
        return ()
    records = ticket.holder_id == who.id or (not ticket.is_open and shown.leads)
    found = [FOLLOWED_UP] if checks_in or (follows_up and (records or shown.leads)) else []
    return [*found, *(facts_in_words(rules.policy, ticket) if records else ())]
