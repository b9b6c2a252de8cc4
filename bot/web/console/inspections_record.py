"""One drawn record: talk and history with the checklist beside, its score, the objection, what is put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from bot.agents import inspecting
from bot.service import Service
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, redirect_back, signed_in_staff
from bot.web.console.inspections_view import read_record
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import inspections as words
from bot.wording import moments, refusals
from bot.wording.sanitise import clean
from escalation.customers import crm_values
from escalation.staff import Staff
from escalation.supervision import rectifying, submitting
from escalation.supervision.objecting import ObjectionAnswer
from escalation.supervision.rectifying import RectificationWish
from escalation.supervision.refusals import SupervisionFault, SupervisionRefused
from escalation.supervision.submitting import Scores

router = APIRouter(prefix="/console/inspections", include_in_schema=False)
STATUSES: Mapping[SupervisionFault, int] = {
    "no_such_record": 404,
    "no_such_rectification": 404,
    **dict.fromkeys(("not_drawn", "own_ticket", "closed_to_you", "not_your_score", "own_score"), 403),
    **dict.fromkeys(("may_not_answer", "may_not_rectify", "not_your_rectification"), 403),
    **dict.fromkeys(("unknown_item", "bad_answer", "unanswered", "nothing_applies", "no_words", "no_outcome"), 422),
    **dict.fromkeys(("unchanged", "no_person", "person_left", "person_unfit", "no_measure", "no_day", "day_past"), 422),
    "too_long": 413,
}
MOVES = ("save", "submit", "object", "answer", "rectify", "done")


@router.get("/{number}")
async def record_page(staff_request: SignedInStaff, number: Number, done: str = "") -> HTMLResponse:
    """Show a drawn record; raises Problem: 403 for one that is not open to this person, 404 for none."""
    return await _page(staff_request, number, done=done)


@router.post("/{number}/{move}")
async def carry_out(staff_request: SignedInStaff, form: OwnForm, number: Number, move: str) -> Response:
    """Carry out one move on a record; a refusal is shown with what was filled in. Problem 404 for any other move."""
    if move not in MOVES:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    service, who = staff_request.service, staff_request.who
    try:
        await _carry_out(service, who, form, number, move, service.clock())
    except SupervisionRefused as refused:
        return await _page(staff_request, number, refused=refused, form=form)
    own = move == "done" and field(form, "from") == "mine"
    return RedirectResponse(f"{router.prefix}/{'mine' if own else number}?done={move}", 303)


redirect_back(router, "/{number}/{move}", Depends(signed_in_staff), Depends(valid_number))


async def _carry_out(service: Service, who: Staff, form: FormData, number: int, move: str, now: datetime) -> None:
    unit, rules = service.database.unit, service.rules
    text = clean(field(form, "text"))
    match move:
        case "save":
            await unit(submitting.save_draft, who, number, _scores(form), now)
        case "submit":
            await unit(inspecting.submit, rules, who, number, _scores(form), now)
        case "object":
            await unit(inspecting.object_to, rules, who, number, text, now)
        case "answer":
            await unit(inspecting.answer_objection, rules, who, number, _answer(form), now)
        case "rectify":
            await unit(inspecting.rectify, rules, who, number, _rectification(form), now)
        case _:
            await unit(rectifying.mark_done, who, _whole(field(form, "rectification")) or 0, text, now)


def _scores(form: FormData) -> Scores:
    return Scores(_named(form, "answer-"), _named(form, "remark-"), clean(field(form, "overall")))


def _answer(form: FormData) -> ObjectionAnswer:
    outcome = field(form, "outcome")
    if outcome not in ("upheld", "explained"):
        raise SupervisionRefused("no_outcome")
    known: Any = outcome
    return ObjectionAnswer(known, clean(field(form, "text")), _named(form, "answer-"))


def _rectification(form: FormData) -> RectificationWish:
    try:
        due_on = crm_values.day(clean(field(form, "due_on")))
    except ValueError:
        due_on = None
    return RectificationWish(_whole(field(form, "person")), clean(field(form, "text")), due_on)


def _named(form: FormData, prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: clean(field(form, name)) for name in form if name.startswith(prefix)}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # an id


async def _page(
    staff_request: StaffRequest,
    number: int,
    *,
    done: str = "",
    refused: SupervisionRefused | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    sentence = _sentence(staff_request, refused, now) if refused is not None else ""
    status = STATUSES.get(refused.code, 409) if refused is not None else 200
    around = (service.rules, staff_request.who, staff_request.inbox_queues(), number, now)
    try:
        shown, unread = await staff_request.read_page(read_record, *around)
    except SupervisionRefused as unseen:
        told = sentence or (words.REFUSALS["no_such_record"] if unseen.code == "no_such_record" else words.NOT_YOURS)
        raise Problem(status if refused else STATUSES[unseen.code], told) from None
    found = shown.record.inspection
    typed = _typed(form) if form is not None else {}
    values: dict[str, Any] = {"page": shown, "sheet": shown.sheet, "words": words, "refusal": sentence}
    values |= {"done": words.DONE.get(done, ""), "typed": typed}
    values["filled"] = typed.get("answers") or shown.record.answers
    values["remarks"] = typed.get("remarks") or found.remarks
    values["overall"] = typed.get("overall") or found.overall
    values["moment_of"] = lambda text: moments.by(service.rules.policy, datetime.fromisoformat(text), now)
    return frame(staff_request, "console/inspection.html", now, unread, status=status, **values)


def _typed(form: FormData) -> dict[str, Any]:
    given: dict[str, Any] = {name: clean(field(form, name)) for name in ("text", "overall", "outcome", "due_on")}
    return given | {"answers": _named(form, "answer-"), "remarks": _named(form, "remark-")}


def _sentence(staff_request: StaffRequest, refused: SupervisionRefused, now: datetime) -> str:
    values = dict(refused.values)
    if isinstance(until := values.get("until"), datetime):
        values["until"] = moments.by(staff_request.service.rules.policy, until, now)
    return words.refusal(refused.code, values)
