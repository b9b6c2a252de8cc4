"""The form by which leads and managers change an organisation's team, on its card on the page of tiers."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from bot.rules import Rules
from bot.web.console.access import OwnForm, StaffRequest, field, redirect_back, signed_in_staff
from bot.web.console.customer_tiers import NOTHING, Proposer, tiers_page
from bot.web.console.form_values import NotFilledIn
from bot.wording import tiers as words
from bot.wording.sanitise import clean
from escalation.customers.organisation_lookup import organisation_lines, organisation_of
from escalation.customers.service_teams import teams_of
from escalation.customers.team_changes import TeamRefused, change_team

router = APIRouter(prefix="/console/customers/tiers", include_in_schema=False)
redirect_back(router, "/team", Depends(signed_in_staff))


@router.post("/team")
async def change(form: OwnForm, staff_request: StaffRequest = Proposer) -> Response:
    """Give somebody a post in the team, or (`remove`) take them out; a refusal is shown above the card."""
    service, customer = staff_request.service, clean(field(form, "customer"))
    named = (customer, clean(field(form, "login")), clean(field(form, "post")), field(form, "remove") != "")
    try:
        await service.database.unit(_change, service.rules, *named, staff_request.who.login, service.clock())
    except TeamRefused as refused:
        sentence = words.TEAM_REFUSALS[refused.code].format(login=refused.login[:64])
        return await tiers_page(staff_request, typed={**NOTHING, "customer": customer}, refusal=sentence)
    except NotFilledIn as wrong:
        return await tiers_page(staff_request, typed={**NOTHING, "customer": customer}, refusal=str(wrong))
    return RedirectResponse(f"{router.prefix}?customer={quote(customer)}&done=team", 303)


def _change(
    db: Connection, rules: Rules, customer: str, login: str, post: str, remove: bool, by: str, now: datetime
) -> None:
    organisation_id = organisation_of(db, customer)
    if organisation_id is None:
        raise NotFilledIn(words.REFUSALS["no_organisation"])
    if remove:
        change_team(db, organisation_id, {}, [login], by, now)
        return
    tier = organisation_lines(db, rules.vault, [organisation_id])[organisation_id].tier
    posts = {each.role for each in rules.policy.tier_of(tier).posts}
    if post not in posts | set(teams_of(db, [organisation_id]).get(organisation_id, {}).values()):
        raise NotFilledIn(words.BAD_POST.format(tier=tier, post=post[:64]))
    change_team(db, organisation_id, {login: post}, (), by, now)
