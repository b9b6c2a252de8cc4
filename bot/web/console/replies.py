"""The page of canned replies: everybody keeps their own, leads and managers the team's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.tickets import canned_replies
from bot.tickets.canned_replies import CannedReplyRefused
from bot.transcript.canned_reply_store import CannedReply, CannedReplyWords, list_replies
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, redirect_back
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import canned_replies as words
from bot.wording.sanitise import clean
from escalation.staff import names_by_login

router = APIRouter(prefix="/console/replies", include_in_schema=False)
FIELDS = ("code", "title", "text", "queue", "topic", "tier", "scope")
NOTHING: Mapping[str, Any] = {"number": 0, "is_typed": False, **dict.fromkeys(FIELDS, "")}
_STATUSES = {"not_yours": 403, "not_your_queue": 403, "gone": 404}


async def _serving(staff_request: SignedInStaff) -> StaffRequest:
    if not staff_request.who.sees_some:
        raise Problem(403, words.NOT_FOR_YOU)
    return staff_request


SERVING = Depends(_serving)
ServingStaff = Annotated[StaffRequest, SERVING]


@dataclass(frozen=True, slots=True)
class RepliesView:
    """The page's data."""

    replies: Sequence[CannedReply]
    names: Mapping[str, str]  # by sign-in name


@router.get("")
async def show(staff_request: ServingStaff, done: str = "", count: int = 0) -> HTMLResponse:
    """Show the person's own replies and the team's."""
    return await replies_page(staff_request, done=words.DONE.get(done, "").format(count=count))


@router.post("/add")
async def add(staff_request: ServingStaff, form: OwnForm) -> Response:
    """Add a reply; what is refused comes back as it was filled in."""
    service, typed = staff_request.service, _typed(form)
    order = (service.rules.policy, staff_request.who, _words(typed), service.clock())
    try:
        await service.database.unit(canned_replies.add, *order, team=typed["scope"] == "team")
    except CannedReplyRefused as refused:
        return await replies_page(staff_request, refused=refused, typed=typed)
    return RedirectResponse(f"{router.prefix}?done=add", 303)


@router.post("/{number}/change")
async def change(staff_request: ServingStaff, form: OwnForm, number: Number) -> Response:
    """Change a reply; what is refused comes back as it was filled in."""
    service, typed = staff_request.service, _typed(form)
    order = (service.rules.policy, staff_request.who, number, _words(typed), service.clock())
    try:
        await service.database.unit(canned_replies.change, *order)
    except CannedReplyRefused as refused:
        return await replies_page(staff_request, refused=refused, typed={**typed, "number": number})
    return RedirectResponse(f"{router.prefix}?done=change", 303)


@router.post("/{number}/retire")
async def retire(staff_request: ServingStaff, _form: OwnForm, number: Number) -> Response:
    """Retire a reply."""
    service = staff_request.service
    try:
        await service.database.unit(canned_replies.retire, staff_request.who, number, service.clock())
    except CannedReplyRefused as refused:
        return await replies_page(staff_request, refused=refused, typed={"number": number})
    return RedirectResponse(f"{router.prefix}?done=retire", 303)


redirect_back(router, "/add", SERVING)
for path in ("/{number}/change", "/{number}/retire"):
    redirect_back(router, path, SERVING, Depends(valid_number))


def _typed(form: FormData) -> dict[str, Any]:
    return {"is_typed": True, **{name: clean(field(form, name)) for name in FIELDS}}


def _words(typed: Mapping[str, Any]) -> CannedReplyWords:
    limits = {name: typed[name] or None for name in ("queue", "topic", "tier")}
    return CannedReplyWords(typed["code"].lstrip("/／"), typed["title"], typed["text"], **limits)


async def replies_page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    refused: CannedReplyRefused | None = None,
    typed: Mapping[str, Any] | None = None,
    faults: Sequence[tuple[int, str]] = (),
) -> HTMLResponse:
    """Return the page, with what was refused as it was typed, or the faults of a file by line."""
    service, who = staff_request.service, staff_request.who
    found, unread = await staff_request.read_page(_read, who.id)
    typed = {**NOTHING, **(typed or {})}
    kept = {each.id for each in found.replies if canned_replies.may_keep(who, each)}
    if typed["number"] not in {0, *kept}:  # there is no form to show it in
        typed = dict(NOTHING)
    values = {
        "team": [each for each in found.replies if each.is_team],
        "own": [each for each in found.replies if not each.is_team],
        "names": found.names,
        "may_keep": lambda reply: canned_replies.may_keep(who, reply),
        "keeps_team": who.may("knowledge"),
        "queues": [queue for queue in service.rules.policy.queues if canned_replies.may_keep_team(who, queue)],
        "words": words,
        "done": done,
        "refusal": words.refusal(refused.code, refused.values) if refused else "",
        "typed": typed,
        "faults": faults,
        "longest": canned_replies,
    }
    status = _STATUSES.get(refused.code, 422) if refused else 422 if faults else 200
    return frame(staff_request, "console/replies.html", service.clock(), unread, status=status, **values)


def _read(db: Connection, staff_id: int) -> RepliesView:
    return RepliesView(list_replies(db, staff_id), names_by_login(db))
