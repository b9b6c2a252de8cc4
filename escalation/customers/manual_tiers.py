"""Tiers set by hand: wished by one person, in force once a second one has agreed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from escalation.customers import tier_proposals, tier_wishes
from escalation.customers.customer_rows import organisations
from escalation.customers.model import ManualTier
from escalation.customers.tier_history import Cause, StepKind, TierStep, settle_tier, write_step
from escalation.customers.tier_proposals import TierProposal
from escalation.customers.tier_wishes import ManualTierRefused
from escalation.journal import journal_store
from escalation.policy.model import Policy
from escalation.staff import is_disabled

WishOutcome = Literal["unchanged", "waiting", "in_force"]


def wish_tier(
    db: Connection, policy: Policy, organisation_id: str, wished: ManualTier, by: str, now: datetime
) -> WishOutcome:
    """Have an organisation's tier set by hand; what came of the wish.

    `by`: who wishes it, as the journal names them ("cli NAME", "key NAME", a sign-in name). Unchanged are wishes for
    what is in force or waits already, for what was rejected last in the same words, and for a tier that has run out.
    Where the policy asks for one person only, it is in force at once and its stored tier computed anew; open tickets
    are the caller's to re-route. Raises ManualTierRefused for an unknown organisation or tier, or no reason.
    """
    row = _lock_organisation(db, organisation_id)
    if _manual(row) == wished or tier_wishes.is_over(policy, wished.expires, now):
        return "unchanged"
    wished = tier_wishes.check_wish(policy, wished, now)
    return _wish(db, policy, row, wished, wished.reason, by, now)


def foresee(db: Connection, policy: Policy, organisation_id: str, wished: ManualTier, now: datetime) -> WishOutcome:
    """Return what would come of a wish for a tier of the policy; nothing is written, the organisation may be new."""
    row = db.execute(select(organisations).where(organisations.c.id == organisation_id)).one_or_none()
    if (row is not None and _manual(row) == wished) or tier_wishes.is_over(policy, wished.expires, now):
        return "unchanged"
    if _is_told(db, organisation_id, wished, wished.reason):
        return "unchanged"
    return "waiting" if policy.tier_rules.approval == "two_people" else "in_force"


def wish_end(db: Connection, policy: Policy, organisation_id: str, reason: str, by: str, now: datetime) -> WishOutcome:
    """Have an organisation's tier set by hand end before its last day; `by` and the outcome as in `wish_tier`.

    Raises ManualTierRefused for an unknown organisation, no tier to end, or no reason.
    """
    row = _lock_organisation(db, organisation_id)
    manual = _manual(row)
    if manual is None or tier_wishes.is_over(policy, manual.expires, now):
        raise ManualTierRefused("nothing_to_end")
    return _wish(db, policy, row, None, tier_wishes.check_reason(reason), by, now)


def approve(db: Connection, policy: Policy, proposal_id: int, by: str, now: datetime) -> TierStep:
    """Put a waiting wish into force and return the step; open tickets are the caller's to re-route.

    Raises ManualTierRefused: not by whoever proposed it, nor by somebody disabled, nor once it is decided or over.
    """
    proposal, _ = _lock_waiting(db, proposal_id)
    _demand_person(db, by)
    if policy.tier_rules.approval == "two_people" and tier_wishes.is_same_person(proposal.proposed_by, by):
        raise ManualTierRefused("same_person", by=by)
    if proposal.manual is not None:
        tier_wishes.check_wish(policy, proposal.manual, now)
    tier_proposals.decide_proposal(db, proposal, "approved", by, now)
    return _put_in_force(db, policy, proposal, "approved", by, now)


def reject(db: Connection, proposal_id: int, why: str, by: str, now: datetime) -> TierProposal:
    """Turn a waiting wish down or (by whoever proposed it, who needs no reason) take it back; return it.

    Raises ManualTierRefused.
    """
    proposal, row = _lock_waiting(db, proposal_id)
    _demand_person(db, by)
    own = tier_wishes.is_same_person(proposal.proposed_by, by)
    if not own or why.strip():
        why = tier_wishes.check_reason(why)
    kind: Literal["withdrawn", "rejected"] = "withdrawn" if own else "rejected"
    tier_proposals.decide_proposal(db, proposal, kind, by, now, why)
    _note(db, row, kind, proposal, now, decided_by=by, reason=why)
    return proposal


def _wish(
    db: Connection, policy: Policy, row: Any, wished: ManualTier | None, reason: str, by: str, now: datetime
) -> WishOutcome:
    if _is_told(db, row.id, wished, reason):
        return "unchanged"
    waiting = tier_proposals.waiting_of(db, row.id)
    if waiting is not None:
        tier_proposals.decide_proposal(db, waiting, "replaced", by, now)
        _note(db, row, "replaced", waiting, now, decided_by=by, reason=waiting.reason)
    proposal = tier_proposals.save_proposal(db, row.id, wished, reason, by, now)
    if policy.tier_rules.approval == "two_people":
        _note(db, row, "proposed", proposal, now, reason=reason)
        return "waiting"
    tier_proposals.decide_proposal(db, proposal, "approved", by, now)
    _put_in_force(db, policy, proposal, "set", by, now)
    return "in_force"


def _is_told(db: Connection, organisation_id: str, wished: ManualTier | None, reason: str) -> bool:
    """Whether the latest wish is this one, and waits or was rejected."""
    last = tier_proposals.latest_of(db, organisation_id)
    if last is None or last.state not in ("waiting", "rejected"):
        return False
    return (last.manual, last.reason) == (wished, reason)


def _put_in_force(
    db: Connection, policy: Policy, proposal: TierProposal, kind: StepKind, by: str, now: datetime
) -> TierStep:
    wished = proposal.manual
    values = {
        "manual_tier": wished and wished.tier,
        "manual_reason": wished and wished.reason,
        "manual_expires": wished and wished.expires,
        "updated_at": now,
    }
    db.execute(update(organisations).where(organisations.c.id == proposal.organisation_id).values(values))
    cause = Cause(
        kind if wished else "ended",
        proposal.proposed_by,
        by,
        proposal.tier,
        proposal.expires,
        proposal.reason,
        always=True,
    )
    step = settle_tier(db, policy, proposal.organisation_id, cause, now)
    assert step is not None, "always written"
    _journal(db, proposal, cause.kind, by, now, moved=(step.tier_before, step.tier_after))
    return step


def _note(
    db: Connection,
    row: Any,
    kind: StepKind,
    proposal: TierProposal,
    now: datetime,
    *,
    decided_by: str = "",
    reason: str = "",
) -> None:
    """What doesn't touch the tier that applies."""
    written = TierStep(
        row.id,
        now,
        kind,
        row.tier,
        row.tier,
        reason,
        proposal.proposed_by,
        decided_by,
        proposal.tier,
        proposal.expires,
    )
    write_step(db, written)
    _journal(db, proposal, kind, decided_by or proposal.proposed_by, now)


def _journal(
    db: Connection, proposal: TierProposal, kind: str, by: str, now: datetime, moved: tuple[str, str] | None = None
) -> None:
    """Reasons are left out: they may name people."""
    told: dict[str, Any] = {"proposal": proposal.id, "tier": proposal.tier, "expires": proposal.expires}
    told["proposed_by"] = proposal.proposed_by
    before, after = ({"applies": moved[0]}, {"applies": moved[1]}) if moved else ({}, {})
    subject = f"organisation:{proposal.organisation_id}"
    journal_store.record(db, subject, f"tier {kind}", by, now, before=before, after=told | after)


def _manual(row: Any) -> ManualTier | None:
    return ManualTier(row.manual_tier, row.manual_reason, row.manual_expires) if row.manual_tier else None


def _lock_organisation(db: Connection, organisation_id: str) -> Any:
    query = select(organisations).where(organisations.c.id == organisation_id).with_for_update()
    row = db.execute(query).one_or_none()
    if row is None:
        raise ManualTierRefused("no_organisation")
    return row


def _lock_waiting(db: Connection, proposal_id: int) -> tuple[TierProposal, Any]:
    """The proposal and its organisation, locked before the proposal is read: as whoever wishes another one locks."""
    seen = tier_proposals.find_proposal(db, proposal_id)
    if seen is None:
        raise ManualTierRefused("no_proposal", number=str(proposal_id))
    row = _lock_organisation(db, seen.organisation_id)
    found = tier_proposals.find_proposal(db, proposal_id)
    if found is None or found.state != "waiting":
        raise ManualTierRefused("decided", number=str(proposal_id))
    return found, row


def _demand_person(db: Connection, by: str) -> None:
    """A second person is one: no key, and nobody who may no longer sign in."""
    name = tier_wishes.name_of(by)
    if name is None:
        raise ManualTierRefused("no_person", by=by)
    if is_disabled(db, name):
        raise ManualTierRefused("disabled", by=name)
