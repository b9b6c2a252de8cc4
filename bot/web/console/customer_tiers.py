"""The page of tiers set by hand: leads and managers wish for one, a second manager agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.rules import Rules
from bot.tickets import tier_moves
from bot.web.console.access import OwnForm, StaffRequest, duty_or, field, redirect_back, signed_in_staff
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.wording import tiers as words
from bot.wording.sanitise import clean
from escalation.customers import crm_values, manual_tiers, tier_proposals
from escalation.customers.manual_tiers import WishOutcome
from escalation.customers.model import ManualTier
from escalation.customers.organisation_lookup import OrganisationLine, organisation_lines, organisation_of
from escalation.customers.service_check import overburdened
from escalation.customers.service_teams import OwnPeople, own_people, teams_of
from escalation.customers.tier_history import TierStep, history_of
from escalation.customers.tier_proposals import TierProposal
from escalation.customers.tier_wishes import ManualTierRefused, check_wish
from escalation.staff import all_staff, names_by_login

router = APIRouter(prefix="/console/customers/tiers", include_in_schema=False)
Proposer = duty_or("tier_wishes", words.ONLY_LEADS)
Approver = duty_or("tier_approvals", words.ONLY_MANAGERS)
NOTHING: Mapping[str, str] = {"customer": "", "tier": "", "reason": "", "expires": ""}


@dataclass(frozen=True, slots=True)
class TierCard:
    """What one organisation's tier is about: the organisation, the wish that waits, the history, the team."""

    organisation: OrganisationLine
    waiting: TierProposal | None
    steps: list[TierStep]
    team: Mapping[str, str]  # sign-in names with their posts
    agent: str | None  # the sign-in name of the named agent
    people: Mapping[str, str]  # who may sign in: names by sign-in name
    names: Mapping[str, str]  # those of former staff too
    burdens: list[str]  # who of them looks after too many customers, in sentences


class _NoDay(Exception):
    """The last day of a wish is missing or no date."""


@router.get("")
async def overview(staff_request: StaffRequest = Proposer, customer: str = "", done: str = "") -> HTMLResponse:
    """Show the wishes that wait for a second person, and the tier of one customer."""
    return await tiers_page(staff_request, typed={**NOTHING, "customer": clean(customer)}, done=done)


for _path in ("/{number}/approve", "/{number}/reject", "/{number}/withdraw"):
    redirect_back(router, _path, Depends(signed_in_staff), Depends(valid_number))


@router.post("")
async def propose(form: OwnForm, staff_request: StaffRequest = Proposer) -> Response:
    """Wish for a tier, or its end; a refusal is shown with the form as it was filled in."""
    service, typed = staff_request.service, {name: clean(field(form, name)) for name in NOTHING}
    try:
        done = await service.database.unit(
            _wish, service.rules, typed, _is_end(form), staff_request.who.login, service.clock()
        )
    except (ManualTierRefused, _NoDay) as refused:
        return await tiers_page(staff_request, typed=typed, refusal=_sentence(refused))
    return RedirectResponse(f"{router.prefix}?customer={typed['customer']}&done={done}", 303)


@router.post("/{number}/approve")
async def approve(form: OwnForm, number: Number, staff_request: StaffRequest = Approver) -> Response:
    """Put a waiting wish into force; open tickets follow."""
    del form
    service = staff_request.service
    try:
        await service.database.unit(tier_moves.approve, service.rules, number, staff_request.who.login, service.clock())
    except ManualTierRefused as refused:
        return await tiers_page(staff_request, refusal=_sentence(refused))
    return RedirectResponse(f"{router.prefix}?done=approved", 303)


@router.post("/{number}/reject")
async def reject(form: OwnForm, number: Number, staff_request: StaffRequest = Approver) -> Response:
    """Turn a waiting wish down."""
    return await _turn_down(staff_request, number, clean(field(form, "why")), "rejected")


@router.post("/{number}/withdraw")
async def withdraw(form: OwnForm, number: Number, staff_request: StaffRequest = Proposer) -> Response:
    """Take back one's own wish."""
    return await _turn_down(staff_request, number, clean(field(form, "why")), "withdrawn")


async def _turn_down(staff_request: StaffRequest, number: int, why: str, done: str) -> Response:
    service, who = staff_request.service, staff_request.who
    try:
        await service.database.unit(_reject, number, why, who.login, who.may("tier_approvals"), service.clock())
    except ManualTierRefused as refused:
        return await tiers_page(staff_request, refusal=_sentence(refused))
    return RedirectResponse(f"{router.prefix}?done={done}", 303)


def tier_card(db: Connection, rules: Rules, contact_id: str) -> TierCard | None:
    """Return what the part `console/customer_tiers_card.html` of a customer's page shows; None without customer."""
    organisation_id = organisation_of(db, contact_id) if contact_id else None
    if organisation_id is None:
        return None
    people = {each.login: each.name for each in all_staff(db)}
    agent = own_people(db, [contact_id]).get(contact_id, OwnPeople()).agent
    team = teams_of(db, [organisation_id]).get(organisation_id, {})
    burdens = [each for each in overburdened(db, rules.policy) if each.login == agent or each.login in team]
    return TierCard(
        organisation_lines(db, rules.vault, [organisation_id])[organisation_id],
        tier_proposals.waiting_of(db, organisation_id),
        history_of(db, organisation_id),
        team,
        agent,
        people,
        names_by_login(db),
        [words.too_many(each, people.get(each.login, each.login)) for each in burdens],
    )


def _wish(db: Connection, rules: Rules, typed: Mapping[str, str], is_end: bool, by: str, now: datetime) -> str:
    """What came of it, as `words.OUTCOMES` has it."""
    organisation_id = organisation_of(db, typed["customer"])
    if organisation_id is None:
        raise ManualTierRefused("no_organisation")
    waited = tier_proposals.waiting_of(db, organisation_id) is not None
    outcome = _write_wish(db, rules, organisation_id, typed, is_end, by, now)
    return f"{outcome}_instead" if waited and outcome != "unchanged" else outcome


def _write_wish(
    db: Connection, rules: Rules, organisation_id: str, typed: Mapping[str, str], is_end: bool, by: str, now: datetime
) -> WishOutcome:
    if is_end:
        return tier_moves.wish_end(db, rules, organisation_id, typed["reason"], by, now)
    try:
        last_day = crm_values.day(typed["expires"])
    except ValueError:
        raise _NoDay from None
    wished = check_wish(rules.policy, ManualTier(typed["tier"], typed["reason"], last_day), now)
    return tier_moves.wish_tier(db, rules, organisation_id, wished, by, now)


def _reject(db: Connection, number: int, why: str, by: str, may_approve: bool, now: datetime) -> None:
    """A lead may take back what is their own, and nothing else."""
    proposal = tier_proposals.find_proposal(db, number)
    if proposal is not None and not may_approve and proposal.proposed_by != by:
        raise ManualTierRefused("no_proposal", number=str(number))
    manual_tiers.reject(db, number, why, by, now)


def _is_end(form: FormData) -> bool:
    return field(form, "end") != ""


def _sentence(refused: ManualTierRefused | _NoDay) -> str:
    if isinstance(refused, _NoDay):
        return words.REFUSALS["no_day"]
    return words.REFUSALS[refused.code].format(**refused.values)


async def tiers_page(
    staff_request: StaffRequest, *, typed: Mapping[str, str] = NOTHING, done: str = "", refusal: str = ""
) -> HTMLResponse:
    """Return the page, with what was typed and why it was refused."""
    service = staff_request.service
    (waiting, lines, card, names), unread = await staff_request.read_page(_read, service.rules, typed["customer"])
    values: dict[str, Any] = {"waiting": waiting, "lines": lines, "card": card, "typed": typed, "words": words}
    values["names"] = names
    values |= {"done": words.OUTCOMES.get(done, ""), "refusal": refusal}
    status = 422 if refusal else 200
    return frame(staff_request, "console/customer_tiers.html", service.clock(), unread, status=status, **values)


def _read(
    db: Connection, rules: Rules, customer: str
) -> tuple[list[TierProposal], dict[str, OrganisationLine], TierCard | None, dict[str, str]]:
    waiting = tier_proposals.waiting_proposals(db)
    lines = organisation_lines(db, rules.vault, {each.organisation_id for each in waiting})
    return waiting, lines, tier_card(db, rules, customer), names_by_login(db)
