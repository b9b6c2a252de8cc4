"""The switch that says that a person is busy: one's own in the head of each page, others' for who leads them."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.web.console.access import OwnForm, SignedInStaff, field
from bot.web.console.sign_in import after_sign_in
from bot.web.errors import Problem
from bot.wording.accounts import PEOPLE
from bot.wording.sanitise import clean
from escalation.staff import StaffRefused
from escalation.staffing.busy import set_busy

router = APIRouter(prefix="/console/busy", include_in_schema=False)
STATUSES = {"unknown": 404, "not_theirs": 403}


@router.post("")
async def switch(request: Request, staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Say that a person is busy or is no longer, and lead back to the page that the form was on.

    Without a sign-in name it is said of oneself. Raises Problem: 404 for an unknown name, 403 for people not theirs.
    """
    service, who = staff_request.service, staff_request.who
    login, is_busy = clean(field(form, "login")) or who.login, field(form, "busy") == "1"
    try:
        await service.database.unit(set_busy, who, login, service.clock(), is_busy=is_busy)
    except StaffRefused as refused:
        raise Problem(STATUSES[refused.fault], PEOPLE[refused.fault].format(login=login)) from None
    return RedirectResponse(_page_before(request), 303)


@router.get("")
async def back(_staff_request: SignedInStaff) -> Response:
    """Lead to the board, for a reload after a refused form."""
    return RedirectResponse("/console", 303)


def _page_before(request: Request) -> str:
    came = urlsplit(request.headers.get("referer", ""))
    return after_sign_in(came.path + (f"?{came.query}" if came.query else ""))
