"""The gaps that are shown to whoever keeps the knowledge base: none of a ticket that is closed to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, case, func, select

from bot.transcript.askers import asker_of
from bot.transcript.conversations import conversations
from escalation.customers.customer_rows import contacts
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.ticket_store import tickets
from knowledge_base.gaps.clustering import Cluster, Gap
from knowledge_base.gaps.gap_store import DECISION, GAP, gaps, is_answered, is_open

MOST = 5_000  # open ones, the newest, and as many answered ones: whoever asks again finds their question there


def shown_gaps(db: Connection) -> tuple[Gap, ...]:
    """Return the newest open and answered gaps but those of confidential complaints.

    Who reads them may be whom one is about.
    """
    return tuple(chain(_newest(db, is_open), _newest(db, is_answered)))


@dataclass(frozen=True, slots=True)
class SettledGap:
    """A decision on a gap: one of its messages, how many there were, and what was decided when and by whom."""

    id: int
    text: str
    messages: int
    at: datetime
    by: str
    state: str  # accepted | dismissed
    article_id: str | None


def settled_gaps(db: Connection, limit: int) -> tuple[SettledGap, ...]:
    """Return the latest decisions on gaps, the newest first, but those of confidential complaints."""
    latest = (
        select(func.min(gaps.c.id).label("id"), func.count().label("messages"), *DECISION)
        .join_from(gaps, tickets, tickets.c.id == gaps.c.ticket_id, isouter=True)
        .where(~is_open, gaps.c.settled_at.is_not(None), func.coalesce(tickets.c.closed_to, "") == "")
        .group_by(*DECISION)
        .order_by(gaps.c.settled_at.desc())
        .limit(limit)
        .subquery()
    )
    row = latest.c
    query = (
        select(gaps.c.id, gaps.c.text, row.messages, row.settled_at, row.settled_by, row.state, row.answered_by)
        .join(latest, row.id == gaps.c.id)
        .order_by(row.settled_at.desc(), row.id.desc())
    )
    return tuple(SettledGap(each[0], starred(each[1]), *each[2:]) for each in db.execute(query))


def by_tier(gap: Cluster, policy: Policy) -> tuple[tuple[str, int], ...]:
    """Return how many customers of which tier asked, the highest tier first; those of unknown or former tiers last.

    The latter stand under an empty name.
    """
    ladder = sorted(policy.tiers.values(), key=lambda tier: tier.rank)
    known = tuple((tier.id, gap.customers[tier.id]) for tier in ladder if gap.customers.get(tier.id))
    rest = gap.askers - sum(count for _, count in known)
    return (*known, ("", rest)) if rest else known


def _newest(db: Connection, state: ColumnElement[bool]) -> Iterator[Gap]:
    said, whose = conversations.alias("said"), func.coalesce(gaps.c.conversation_id, tickets.c.conversation_id)
    settled = [case((is_answered, gaps.c[name])) for name in ("settled_at", "answered_by")]
    query = (
        select(*GAP, asker_of(said), func.coalesce(gaps.c.tier, tickets.c.tier), *settled)
        .join_from(gaps, tickets, tickets.c.id == gaps.c.ticket_id, isouter=True)
        .join(said, said.c.id == whose, isouter=True)
        .join(contacts, contacts.c.id == said.c.contact_id, isouter=True)
        .where(state, func.coalesce(tickets.c.closed_to, "") == "")
        .order_by(gaps.c.at.desc(), gaps.c.id.desc())
        .limit(MOST)
    )
    return (_starred(Gap(*row)) for row in db.execute(query))


def _starred(gap: Gap) -> Gap:
    """Those of before accounts and passwords were masked, too."""
    return replace(gap, text=starred(gap.text), reply=starred(gap.reply) if gap.reply is not None else None)
