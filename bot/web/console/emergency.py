"""The emergency plan, to be read by everybody who may have to carry it out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.web.console.access import SignedInStaff
from bot.web.console.layout import frame

router = APIRouter(prefix="/console/emergency", include_in_schema=False)


@router.get("")
async def emergency_page(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the plan of the policy in force, and whether its rehearsal is overdue."""
    _, unread = await staff_request.read_page(_nothing)
    now, policy = staff_request.service.clock(), staff_request.service.rules.policy
    stale = policy.emergency is not None and policy.emergency.is_stale(now.astimezone(policy.zone).date())
    return frame(staff_request, "console/emergency.html", now, unread, plan=policy.emergency, stale=stale)


def _nothing(_db: Connection) -> None:
    """Beside the number of unread notices there is nothing to read."""
