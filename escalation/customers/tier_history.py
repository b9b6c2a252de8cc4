"""The history of an organisation's tier: every wish, decision and move, written once and never changed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    insert,
    literal,
    select,
    update,
)

from escalation.customers.customer_rows import bare_organisation, organisations
from escalation.customers.model import ManualTier, Organisation, TierDecision, tier_of
from escalation.customers.tier_wishes import is_over
from escalation.policy.model import Policy
from escalation.sealed_columns import SealedText
from escalation.tables import metadata

StepKind = Literal[
    "proposed",  # somebody wishes a tier, or its end; it waits for a second person
    "replaced",  # a waiting wish gave way to a newer one
    "withdrawn",  # whoever wished it took it back
    "rejected",  # a second person said no
    "approved",  # a second person said yes: the tier set by hand is in force
    "set",  # in force by one person's word, where the policy asks for one only, or with the sample data
    "ended",  # a tier set by hand ended before its last day
    "expired",  # a tier set by hand ran out
    "figures",  # the organisation's figures have changed
    "policy",  # the criteria have changed
    "merged",  # another organisation has become part of it
    "objected",  # a customer objects to the tier; the reason is the number of the ticket
    "upheld",  # whoever handled the objection agrees, and wishes for the tier they name
    "explained",  # whoever handled it keeps the tier, and says why
]

tier_history = Table(
    "tier_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation_id", ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("tier_before", Text, nullable=False),  # the tier that applied
    Column("tier_after", Text, nullable=False),  # and the one that applies from now on: often the same
    Column("wished", Text),  # the tier wished for by hand; null: its end, or nothing was wished
    Column("expires", Date),
    Column("reason", SealedText("tier_history.reason"), nullable=False),
    Column("proposed_by", String(128), nullable=False),
    Column("decided_by", String(128), nullable=False),  # empty while nobody has decided
)


@dataclass(frozen=True, slots=True)
class TierStep:
    """A line of the history. `proposed_by` and `decided_by` as in `wish_tier`; "system" for what happens by itself."""

    organisation_id: str
    at: datetime
    kind: StepKind
    tier_before: str
    tier_after: str
    reason: str
    proposed_by: str = ""
    decided_by: str = ""
    wished: str | None = None
    expires: date | None = None

    @property
    def moved(self) -> bool:
        """Whether another tier applies since."""
        return self.tier_before != self.tier_after


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a stored tier is computed anew: the kind of step, who did it, and a reason beside the tier's own."""

    kind: StepKind
    proposed_by: str = "system"
    decided_by: str = ""
    wished: str | None = None
    expires: date | None = None
    reason: str = ""
    always: bool = False  # written even where the tier stays the same


_STEP = [tier_history.c[each.name] for each in fields(TierStep)]


def write_step(db: Connection, step: TierStep) -> int:
    """Add a line to the history and return its number."""
    values = {each.name: getattr(step, each.name) for each in fields(TierStep)}
    return int(db.execute(insert(tier_history).values(values).returning(tier_history.c.id)).scalar_one())


def write_move(db: Connection, organisation_id: str, decision: TierDecision, cause: Cause, now: datetime) -> None:
    """Add a line if the decision moves the tier that is stored; call it before the decision is."""
    of = organisations.c
    step = step_of(organisation_id, "", decision, cause, now)
    values = {each.name: literal(getattr(step, each.name), tier_history.c[each.name].type) for each in fields(TierStep)}
    moved = select(*(values | {"tier_before": of.tier}).values())
    moved = moved.where(of.id == organisation_id, of.tier != decision.tier)
    db.execute(insert(tier_history).from_select(list(values), moved))


def history_of(db: Connection, organisation_id: str, limit: int = 200) -> list[TierStep]:
    """Return the latest lines of an organisation's history, and of those merged into it, the newest first."""
    merged = select(organisations.c.id).where(organisations.c.merged_into == organisation_id)
    whose = tier_history.c.organisation_id
    mine = select(*_STEP).where((whose == organisation_id) | whose.in_(merged))
    return [TierStep(*row) for row in db.execute(mine.order_by(tier_history.c.id.desc()).limit(limit))]


def settle_tier(db: Connection, policy: Policy, organisation_id: str, cause: Cause, now: datetime) -> TierStep | None:
    """Store the tier that applies at `now`, and write the move; None where nothing was to be written.

    Locks the organisation. Open tickets are the caller's to re-route. Raises sqlalchemy's NoResultFound without it.
    """
    row = db.execute(select(organisations).where(organisations.c.id == organisation_id).with_for_update()).one()
    decision = tier_of(policy, bare_organisation(row), now)
    step = step_of(organisation_id, row.tier, decision, cause, now)
    if (decision.tier, decision.reason) != (row.tier, row.tier_reason):
        values = {"tier": decision.tier, "tier_reason": decision.reason}
        db.execute(update(organisations).where(organisations.c.id == organisation_id).values(values))
    if not step.moved and not cause.always:
        return None
    write_step(db, step)
    return step


def step_of(organisation_id: str, before: str, decision: TierDecision, cause: Cause, now: datetime) -> TierStep:
    """Return the line for a tier that was `before` and is as decided from now on."""
    return TierStep(
        organisation_id,
        now,
        cause.kind,
        before,
        decision.tier,
        cause.reason or decision.reason,
        cause.proposed_by,
        cause.decided_by,
        cause.wished,
        cause.expires,
    )


def set_by_hand(
    policy: Policy, found: Any, organisation: Organisation, decision: TierDecision, by: str, now: datetime
) -> TierStep | None:
    """Return the line for a tier set by hand that is not stored yet (`found`); None for none, or one that is over."""
    manual = organisation.manual
    stored = None
    if found is not None and found.manual_tier:
        stored = ManualTier(found.manual_tier, found.manual_reason, found.manual_expires)
    if manual is None or manual == stored or is_over(policy, manual.expires, now):
        return None
    before = found.tier if found is not None else tier_of(policy, replace(organisation, manual=None), now).tier
    cause = Cause("set", by, by, manual.tier, manual.expires, manual.reason)
    return step_of(organisation.id, before, decision, cause, now)
