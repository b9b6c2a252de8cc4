"""What a person chooses for their own desk: alerts and keys, saved views of the list."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from bot.auth import preferences
from bot.auth.preferences import ALERTS, LONGEST_NAME, MOST_VIEWS, Preferences, TooManyViews
from bot.web.console.access import OwnForm, SignedInStaff, field
from bot.web.console.desk_list import view_of
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import desk
from bot.wording.sanitise import clean

router = APIRouter(prefix="/console", include_in_schema=False)


def view_refusal(code: str) -> str:
    """Return the sentence for a view that was not saved; empty for any other code."""
    named = {"name": desk.VIEW_NAME.format(most=LONGEST_NAME), "full": desk.VIEWS_FULL.format(most=MOST_VIEWS)}
    return named.get(code, "")


@router.post("/views")
async def save_view(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Keep the view that the list shows under a name."""
    name, view = clean(field(form, "name")).strip(), view_of(dict(parse_qsl(field(form, "query"))))
    back = f"/console?{view.query}"
    if not 0 < len(name) <= LONGEST_NAME:
        return RedirectResponse(f"{back}&refused=name", 303)
    service = staff_request.service
    try:
        await service.database.unit(preferences.save_view, staff_request.who.id, name, view.query, service.clock())
    except TooManyViews:
        return RedirectResponse(f"{back}&refused=full", 303)
    return RedirectResponse(back, 303)


@router.post("/views/{number}/drop")
async def drop_view(staff_request: SignedInStaff, form: OwnForm, number: Number) -> Response:
    """Forget a saved view."""
    del form
    await staff_request.service.database.unit(preferences.drop_view, staff_request.who.id, number)
    return RedirectResponse("/console", 303)


@router.post("/me/desk")
async def choose(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Keep how the person wants to be alerted, and whether letters alone are shortcuts.

    Raises Problem (422) for a way of alerting that there is not.
    """
    alerts = next((each for each in ALERTS if each == field(form, "alerts")), None)
    if alerts is None:
        raise Problem(422, desk.UNKNOWN_ALERTS)
    chosen = Preferences(alerts, bool(field(form, "with_words")), bool(field(form, "single_keys")))
    await staff_request.service.database.unit(preferences.choose, staff_request.who.id, chosen)
    return RedirectResponse("/console/me?done=desk", 303)
