"""Wishes for tiers set by hand, as rows: those that wait for a second person, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)

from escalation.customers.customer_rows import organisations
from escalation.customers.model import ManualTier
from escalation.sealed_columns import SealedText
from escalation.tables import metadata

ProposalState = Literal["waiting", "approved", "rejected", "replaced", "withdrawn"]

tier_proposals = Table(
    "tier_proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("tier", Text),  # null: the tier set by hand is to end
    Column("reason", SealedText("tier_proposals.reason"), nullable=False),
    Column("expires", Date),
    Column("proposed_by", String(128), nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", String(128)),
    Column("decided_at", DateTime(timezone=True)),
    Column("why", SealedText("tier_proposals.why")),  # why it was rejected
)
Index(
    "ix_tier_proposals_waiting",
    tier_proposals.c.organisation_id,
    unique=True,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)


@dataclass(frozen=True, slots=True)
class TierProposal:
    """A wish for a tier set by hand, or (without `tier`) for its end."""

    id: int
    organisation_id: str
    tier: str | None
    reason: str
    expires: date | None
    proposed_by: str
    proposed_at: datetime
    state: ProposalState
    decided_by: str | None = None
    decided_at: datetime | None = None
    why: str | None = None

    @property
    def manual(self) -> ManualTier | None:
        """The tier wished for; None where its end is."""
        if self.tier is None or self.expires is None:
            return None
        return ManualTier(self.tier, self.reason, self.expires)


_PROPOSAL = [tier_proposals.c[each.name] for each in fields(TierProposal)]
_WAITS = tier_proposals.c.state == "waiting"


def waiting_proposals(db: Connection, limit: int = 500) -> list[TierProposal]:
    """Return the wishes that wait for a second person, the oldest first."""
    return [
        TierProposal(*row)
        for row in db.execute(select(*_PROPOSAL).where(_WAITS).order_by(tier_proposals.c.id).limit(limit))
    ]


def waiting_of(db: Connection, organisation_id: str) -> TierProposal | None:
    """Return the wish of an organisation that waits for a second person."""
    mine = (tier_proposals.c.organisation_id == organisation_id, _WAITS)
    row = db.execute(select(*_PROPOSAL).where(*mine)).one_or_none()
    return TierProposal(*row) if row is not None else None


def latest_of(db: Connection, organisation_id: str) -> TierProposal | None:
    """Return an organisation's latest wish, decided or not."""
    mine = select(*_PROPOSAL).where(tier_proposals.c.organisation_id == organisation_id)
    row = db.execute(mine.order_by(tier_proposals.c.id.desc()).limit(1)).one_or_none()
    return TierProposal(*row) if row is not None else None


def find_proposal(db: Connection, proposal_id: int) -> TierProposal | None:
    """Return a wish by its number."""
    row = db.execute(select(*_PROPOSAL).where(tier_proposals.c.id == proposal_id)).one_or_none()
    return TierProposal(*row) if row is not None else None


def save_proposal(
    db: Connection, organisation_id: str, wished: ManualTier | None, reason: str, by: str, now: datetime
) -> TierProposal:
    """Write a wish that waits; the organisation has no other that does."""
    values = {"organisation_id": organisation_id, "reason": reason, "proposed_by": by, "proposed_at": now}
    values |= {"tier": wished and wished.tier, "expires": wished and wished.expires, "state": "waiting"}
    return TierProposal(*db.execute(insert(tier_proposals).values(values).returning(*_PROPOSAL)).one())


def decide_proposal(
    db: Connection, proposal: TierProposal, state: ProposalState, by: str, now: datetime, why: str = ""
) -> None:
    """Write what became of a wish."""
    values = {"state": state, "decided_by": by, "decided_at": now, "why": why or None}
    db.execute(update(tier_proposals).where(tier_proposals.c.id == proposal.id).values(values))


def move_waiting(db: Connection, from_id: str, into_id: str, by: str, now: datetime) -> TierProposal | None:
    """Let an organisation's waiting wish be one for another organisation; return it if it gives way to that one's own.

    `by`: who makes one of the two, as the journal names them.
    """
    waiting = waiting_of(db, from_id)
    if waiting is None:
        return None
    if waiting_of(db, into_id) is not None:
        decide_proposal(db, waiting, "replaced", by, now)
        return waiting
    db.execute(update(tier_proposals).where(tier_proposals.c.id == waiting.id).values(organisation_id=into_id))
    return None
