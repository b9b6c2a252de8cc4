"""`jiedai customers tier|proposals|approve|reject|history`: tiers set by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from bot.rules import Rules
from bot.tickets import tier_moves
from escalation.customers import crm_values, manual_tiers
from escalation.customers.manual_tiers import WishOutcome
from escalation.customers.model import ManualTier
from escalation.customers.organisation_lookup import organisation_lines, organisation_of
from escalation.customers.tier_history import TierStep, history_of
from escalation.customers.tier_proposals import TierProposal, waiting_proposals
from escalation.customers.tier_wishes import check_wish
from escalation.working_hours.instants import iso

Customer = Annotated[str, argument(metavar="ID", help="the CRM id of one of the organisation's contacts")]
Number = Annotated[int, argument(metavar="NUMBER", help="as `jiedai customers proposals` lists it")]
SAID: dict[WishOutcome, str] = {
    "unchanged": "Nothing changes: this is in force, waits already, or was rejected in the same words.",
    "waiting": "The wish waits for a second person: in the console, or `jiedai customers approve NUMBER`.",
    "in_force": "In force at once: the policy asks for one person only, and the history says that one decided.",
}


def wish(
    service: WithoutKnowledge,
    customer: Customer,
    reason: Annotated[str, argument("--reason", metavar="TEXT", help="why, in words")],
    tier: Annotated[str, argument("--tier", metavar="TIER", help="a tier of the policy")] = "",
    expires: Annotated[str, argument("--expires", metavar="DAY", help="its last day, such as 2027-03-31")] = "",
    end: Annotated[bool, argument("--end", help="end the tier set by hand before its last day")] = False,
) -> Result:
    """Wish for a tier set by hand, or for its end; raises NotReady for an incomplete wish."""
    if end == bool(tier or expires):
        raise NotReady("Give --tier and --expires for a tier set by hand, or --end alone to end it.")
    policy, now, by = service.rules.policy, service.clock(), _by()
    wished = None if end else check_wish(policy, ManualTier(tier, reason, _day(expires)), now)
    outcome = service.database.write_now(_wish, service.rules, customer, wished, reason, by, now)
    return Result({"customer": customer, "outcome": outcome}, SAID[outcome])


def proposals(service: WithoutKnowledge) -> Result:
    """Return the wishes that wait for a second person."""
    found, lines = service.database.read_now(_waiting, service.rules)
    if not found:
        return Result({"proposals": []}, "No tier waits for a second person.")
    rows = [_row(each, lines[each.organisation_id].name, lines[each.organisation_id].tier) for each in found]
    headings = ("number", "organisation", "now", "wished", "until", "reason", "proposed by")
    return Result(
        {"proposals": [_as_json(each, lines[each.organisation_id].contact_id) for each in found]},
        [Table("", headings, rows), "`jiedai customers approve NUMBER` puts one in force; `reject` turns it down."],
    )


def approve(service: WithoutKnowledge, number: Number) -> Result:
    """Put a waiting wish into force; open tickets follow."""
    step = service.database.write_now(tier_moves.approve, service.rules, number, _by(), service.clock())
    told = {"number": number, "from": step.tier_before, "to": step.tier_after}
    return Result(told, f"In force: {step.tier_before} → {step.tier_after}; open tickets have followed.")


def reject(
    service: WithoutKnowledge,
    number: Number,
    why: Annotated[str, argument("--why", metavar="TEXT", help="why, in words, for whoever proposed it")] = "",
) -> Result:
    """Turn a waiting wish down, or take back one's own."""
    service.database.write_now(manual_tiers.reject, number, why, _by(), service.clock())
    return Result({"number": number}, f"Proposal {number} is rejected; the tier stays as it is.")


def history(service: WithoutKnowledge, customer: Customer) -> Result:
    """Return the history of an organisation's tier, the newest first."""
    steps, zone = service.database.read_now(_history, customer), service.rules.policy.zone
    if not steps:
        return Result({"steps": []}, "The tier has never moved and nobody has wished for another.")
    rows = [
        (iso(s.at, zone), s.kind, f"{s.tier_before} → {s.tier_after}", s.wished or "", s.reason, *_people(s))
        for s in steps
    ]
    headings = ("when", "what", "applied", "wished", "reason", "proposed by", "decided by")
    return Result({"steps": [_step_json(s, iso(s.at, zone)) for s in steps]}, [Table("", headings, rows)])


def _by() -> str:
    return f"cli {os_user()}"


def _day(text: str) -> Any:
    try:
        return crm_values.day(text)
    except ValueError as fault:
        raise NotReady(f"--expires {fault}") from None


def _wish(
    db: Connection, rules: Rules, customer: str, wished: ManualTier | None, reason: str, by: str, now: datetime
) -> WishOutcome:
    organisation = organisation_or_refuse(db, customer)
    if wished is None:
        return tier_moves.wish_end(db, rules, organisation, reason, by, now)
    return tier_moves.wish_tier(db, rules, organisation, wished, by, now)


def _history(db: Connection, customer: str) -> list[TierStep]:
    return history_of(db, organisation_or_refuse(db, customer))


def organisation_or_refuse(db: Connection, customer: str) -> str:
    """Return the id of a contact's organisation; raises NotReady for an unknown contact."""
    found = organisation_of(db, customer)
    if found is None:
        raise NotReady(f'There is no customer "{customer}"; import the CRM with `jiedai customers import`.')
    return found


def _waiting(db: Connection, rules: Rules) -> tuple[list[TierProposal], dict[str, Any]]:
    found = waiting_proposals(db)
    return found, dict(organisation_lines(db, rules.vault, {each.organisation_id for each in found}))


def _row(each: TierProposal, name: str, now: str) -> tuple[str, ...]:
    until = str(each.expires) if each.expires else ""
    return (str(each.id), name, now, each.tier or "(end)", until, each.reason, each.proposed_by)


def _as_json(each: TierProposal, contact_id: str) -> dict[str, Any]:
    wished = {"tier": each.tier, "expires": each.expires and str(each.expires), "reason": each.reason}
    return {"number": each.id, "customer": contact_id, **wished, "proposed_by": each.proposed_by}


def _people(step: TierStep) -> tuple[str, str]:
    return step.proposed_by, step.decided_by


def _step_json(step: TierStep, at: str) -> dict[str, Any]:
    moved = {"from": step.tier_before, "to": step.tier_after, "wished": step.wished, "reason": step.reason}
    return {"at": at, "what": step.kind, **moved, "proposed_by": step.proposed_by, "decided_by": step.decided_by}
