"""The gaps that are shown to whoever keeps the knowledge base: none of a ticket that is closed to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from sqlalchemy import ColumnElement, Connection, case, func, select

from bot.transcript.askers import asker_of
from bot.transcript.conversations import conversations
from escalation.customers.customer_rows import contacts
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.ticket_store import tickets
from knowledge_base.gaps.clustering import Cluster, Gap
from knowledge_base.gaps.gap_store import GAP, gaps, is_answered, is_open

MOST = 5_000  # open ones, the newest, and as many answered ones: whoever asks again finds their question there


def shown_gaps(db: Connection) -> tuple[Gap, ...]:
    """Return the newest open and answered gaps but those of confidential complaints.

    Who reads them may be whom one is about.
    """
    return tuple(chain(_newest(db, is_open), _newest(db, is_answered)))


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
