"""The page of service interruptions: leads declare and end them, all staff see their reach."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.tickets import incidents
from bot.tickets.incident_preview import IncidentPreview, preview
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, redirect_back, signed_in_staff
from bot.web.console.layout import frame
from bot.web.dependencies import MaybeNumber, Number, valid_number
from bot.wording.sanitise import clean
from escalation.incidents import incident_store
from escalation.incidents.incident_store import IncidentReach
from escalation.incidents.model import Incident, IncidentDraft, IncidentRefused
from escalation.staff import staff_names

router = APIRouter(prefix="/console/incidents", include_in_schema=False)
LISTED = 30  # the newest; older ones are in `jiedai incident list`
STATUSES = {"forbidden": 403, "not_found": 404, "ended": 409, "topic_taken": 409, "word_taken": 409}
NOTHING: Mapping[str, Any] = {"title": "", "topics": (), "words": "", "notice": "", "end": 0}


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An incident on the page."""

    incident: Incident
    reach: IncidentReach
    declared_by: str
    ended_by: str


@router.get("")
async def overview(staff_request: SignedInStaff, done: str = "", number: MaybeNumber = None) -> HTMLResponse:
    """Show running incidents and the latest ended ones."""
    return await _page(staff_request, done=done, about=number)


redirect_back(router, "/{number}/end", Depends(signed_in_staff), Depends(valid_number))
redirect_back(router, "/preview", Depends(signed_in_staff))


@router.post("/preview")
async def look_ahead(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Show whom an interruption would tell and what they would read; nothing is declared, a refusal as when it is."""
    service, draft = staff_request.service, _draft(form)
    try:
        found = await service.database.read(preview, service.rules, staff_request.who, draft)
    except IncidentRefused as refused:
        return await _page(staff_request, refused=refused, typed=_typed(form, draft))
    return await _page(staff_request, ahead=found, typed=_typed(form, draft))


@router.post("")
async def declare(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Declare an incident; a refusal is shown with the form as it was filled in."""
    service, draft = staff_request.service, _draft(form)
    try:
        incident = await service.database.unit(
            incidents.declare, service.rules, staff_request.who, draft, service.clock()
        )
    except IncidentRefused as refused:
        return await _page(staff_request, refused=refused, typed=_typed(form, draft))
    return RedirectResponse(f"/console/incidents?done=declared&number={incident.id}", 303)


@router.post("/{number}/end")
async def end(staff_request: SignedInStaff, form: OwnForm, number: Number) -> Response:
    """End an incident; a refusal is shown with the form as it was filled in."""
    service, text = staff_request.service, clean(field(form, "notice"))
    try:
        await service.database.unit(incidents.end, service.rules, staff_request.who, number, text, service.clock())
    except IncidentRefused as refused:
        return await _page(staff_request, refused=refused, typed={**NOTHING, "end": number, "notice": text})
    return RedirectResponse(f"/console/incidents?done=ended&number={number}", 303)


def _draft(form: FormData) -> IncidentDraft:
    topics = tuple(each for each in form.getlist("topic") if isinstance(each, str))
    words = tuple(word for word in re.split(r"[\s,，、;；]+", clean(field(form, "words"))) if word)
    return IncidentDraft(clean(field(form, "title")), topics, words, clean(field(form, "notice")))


def _typed(form: FormData, draft: IncidentDraft) -> dict[str, Any]:
    typed = {**NOTHING, "title": draft.title, "topics": draft.topics, "notice": draft.notice}
    return {**typed, "words": clean(field(form, "words"))}


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    about: int | None = None,
    refused: IncidentRefused | None = None,
    typed: Mapping[str, Any] | None = None,
    ahead: IncidentPreview | None = None,
) -> HTMLResponse:
    service = staff_request.service
    cards, unread = await staff_request.read_page(_read)
    values = {
        "running": [card for card in cards if card.incident.ended_at is None],
        "over": [card for card in cards if card.incident.ended_at is not None],
        "done": done,
        "about": about,
        "refusal": refused.code if refused else "",
        "because": refused.values if refused else {},
        "typed": typed or NOTHING,
        "ahead": ahead,
    }
    status = STATUSES.get(refused.code, 422) if refused else 200
    return frame(staff_request, "console/incidents.html", service.clock(), unread, status=status, **values)


def _read(db: Connection) -> list[IncidentCard]:
    latest = incident_store.latest_incidents(db, LISTED)
    listed = {one.id: one for one in (*incident_store.running_incidents(db), *latest)}
    names, reaches = staff_names(db), incident_store.reach_of(db, list(listed))
    return [
        IncidentCard(one, reaches[one.id], names.get(one.declared_by, ""), names.get(one.ended_by or 0, ""))
        for one in sorted(listed.values(), key=lambda one: -one.id)
    ]
