"""The page of the privacy notice, where the policy has one."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import consents, privacy_notice, refusals

router = APIRouter(include_in_schema=False)


@router.get("/privacy")
async def privacy_page(service: ServiceDep) -> HTMLResponse:
    """Return the notice in force; Problem 404 where the policy has none."""
    policy = service.rules.policy
    if policy.notice is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    return page(
        "privacy.html",
        name=policy.name,
        title=privacy_notice.TITLE,
        parts=[(privacy_notice.PARTS[name], text) for name, text in policy.notice.parts.items()],
        version=policy.notice.version,
        consents=policy.notice.consents,
        no_harm=consents.NO_HARM,
        manage=consents.LABEL,
    )
