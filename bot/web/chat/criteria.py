"""The page of the tiers' criteria, where the policy makes them public: the only place where customers read of tiers."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import refusals
from escalation.customers.model import amount_in_words

router = APIRouter(include_in_schema=False)


@router.get("/criteria")
async def criteria_page(service: ServiceDep) -> HTMLResponse:
    """Return the criteria and principles of the policy in force; Problem 404 where they are not public."""
    policy = service.rules.policy
    if not policy.tier_rules.criteria_page:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    return page(
        "criteria.html",
        name=policy.name,
        phone=policy.phone,
        tiers=sorted(policy.tiers.values(), key=lambda tier: tier.rank),
        adjustment=policy.adjustment,
        principles=policy.principles,
        amount=amount_in_words,
    )
