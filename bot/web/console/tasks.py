"""The page of what is asked of a person: help, tasks and approvals, with their answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.agents.actions import Alarm, act_in_sight
from bot.agents.helping import AnswerTask, WithdrawTask, ticket_of
from bot.service import Service
from bot.web.console import task_view
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, redirect_back, signed_in_staff
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import refusals, tasks
from bot.wording.sanitise import clean
from escalation.staff import Staff, staff_names
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tasks", include_in_schema=False)


@router.get("")
async def asked_of_me(staff_request: SignedInStaff, done: str = "", danger: str = "") -> HTMLResponse:
    """Show what is asked of this person, and what they have asked for."""
    return await _page(staff_request, done=done, danger=danger)


redirect_back(router, "/{number}/{move}", Depends(signed_in_staff), Depends(valid_number))


@router.post("/{number}/{move}")
async def settle(staff_request: SignedInStaff, form: OwnForm, number: Number, move: str) -> Response:
    """Answer or withdraw; a refusal is shown with the form as it was filled in."""
    service, action = staff_request.service, _action(form, number, move)
    try:
        alarm = await service.database.unit(_act, service, staff_request.who, action)
    except Refused as refused:
        names = await service.database.read(staff_names) if refused.holder_id else {}
        sentence = refusals.refusal(refused.code, names.get(refused.holder_id or 0), refused.limit)
        return await _page(staff_request, refusal=sentence, typed={"task": number, "text": clean(field(form, "text"))})
    return RedirectResponse(f"/console/tasks?done={move}" + (f"&danger={alarm}" if alarm else ""), 303)


def _action(form: FormData, number: int, move: str) -> AnswerTask | WithdrawTask:
    match move:
        case "answer":
            decision = {"yes": True, "no": False}.get(field(form, "agreed"))
            return AnswerTask(number, clean(field(form, "text")), decision)
        case "withdraw":
            return WithdrawTask(number)
        case _:
            raise Problem(404, refusals.NO_SUCH_PAGE)


def _act(db: Connection, service: Service, who: Staff, action: AnswerTask | WithdrawTask) -> Alarm:
    return act_in_sight(db, service.rules, who, ticket_of(db, action.task), action, service.clock()).alarm


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    danger: str = "",
    refusal: str = "",
    typed: dict[str, Any] | None = None,
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    found, unread = await staff_request.read_page(task_view.read_tasks_page, service.rules, staff_request.who, now)
    values: dict[str, Any] = {"found": found, "done": tasks.DONE.get(done, ""), "danger": danger, "refusal": refusal}
    values["typed"] = typed or {"task": 0, "text": ""}
    return frame(staff_request, "console/tasks.html", now, unread, status=409 if refusal else 200, **values)
