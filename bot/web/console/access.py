"""Access to the console: signed-in staff, roles, CSRF-checked forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.auth import staff_sessions
from bot.auth.staff_sessions import SignedIn
from bot.notifications import notice_inbox
from bot.service import Service
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.wording import refusals
from escalation.journal.authors import signature
from escalation.roles import Duty
from escalation.staff import Staff

T = TypeVar("T")
P = ParamSpec("P")

COOKIE = "jiedai_staff"
SIGN_IN = "/console/sign-in"
STALE = timedelta(minutes=5)  # a session's last use is written down no more often than this
LARGEST_FORM = 128 * 1024  # bytes


class NotSignedIn(Exception):
    """The request has no valid session."""


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """A request with a valid session."""

    service: Service
    signed: SignedIn

    @property
    def who(self) -> Staff:
        """The member of staff."""
        return self.signed.staff

    @property
    def signature(self) -> str:
        """Their name and sign-in name, for what keeps its author."""
        return signature(self.who.name, self.who.login)

    def inbox_queues(self) -> list[str]:
        """The queues whose notices this person gets."""
        return [queue for queue in self.service.rules.policy.queues if self.who.works(queue)]

    async def read_page(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, int]:
        """Return the result of `fn(db, …)` and the person's number of unread notices, read in one transaction."""

        def read(db: Connection) -> tuple[T, int]:
            return fn(db, *args, **kwargs), notice_inbox.count_unread(db, self.who, self.inbox_queues())

        return await self.service.database.read(read)


async def signed_in_staff(request: Request, service: ServiceDep) -> StaffRequest:
    """Return the request's session; raises NotSignedIn without a valid one.

    An open console page counts as use, up to the session's end.
    """
    token, now = request.cookies.get(COOKIE, ""), service.clock()
    signed = await service.database.read(staff_sessions.find_session, token, now) if token else None
    if signed is None:
        raise NotSignedIn
    if now - signed.seen_at > STALE:
        await service.database.unit(staff_sessions.touch, token, now)
    return StaffRequest(service, signed)


SignedInStaff = Annotated[StaffRequest, Depends(signed_in_staff)]


def demand_duty(staff_request: StaffRequest, duty: Duty, sentence: str) -> StaffRequest:
    """Return the request of a person with this duty; raises `Problem` (403) with this sentence for any other."""
    if not staff_request.who.may(duty):
        raise Problem(403, sentence)
    return staff_request


def duty_or(duty: Duty, sentence: str) -> Any:
    """Return a FastAPI dependency on a request of a person with this duty; others are refused with this sentence."""

    def dutiful(staff_request: SignedInStaff) -> StaffRequest:
        return demand_duty(staff_request, duty, sentence)

    return Depends(dutiful)


def redirect_back(router: APIRouter, path: str, *dependencies: Any) -> None:
    """Make GET on a form's address redirect to the router's page, for a reload after a refused form."""

    async def back() -> Response:
        return RedirectResponse(router.prefix, 303)

    router.add_api_route(path, back, methods=["GET"], dependencies=dependencies)


async def own_form(request: Request, staff_request: SignedInStaff) -> FormData:
    """Return a form sent by this session's own page.

    Raises Problem: 403 for a wrong CSRF token, 422 for a form that no database takes.
    """
    form = await small_form(request)
    if any(isinstance(value, str) and "\0" in value for _, value in form.multi_items()):
        raise Problem(422, refusals.UNREADABLE_FORM)
    demand_own(form, staff_request)
    return form


def demand_own(form: FormData, staff_request: StaffRequest) -> None:
    """Raise Problem (403) for a form without this session's CSRF token."""
    if not compare_digest(field(form, "csrf").encode(), staff_request.signed.csrf.encode()):
        raise Problem(403, refusals.FORM_EXPIRED)


OwnForm = Annotated[FormData, Depends(own_form)]


async def small_form(request: Request) -> FormData:
    """Return a form without files; raises Problem (413) for one over LARGEST_FORM bytes."""
    demand_small(request)
    return await request.form(max_files=0, max_fields=250)


def demand_small(request: Request, most: int = LARGEST_FORM, sentence: str = refusals.REFUSALS["too_long"]) -> None:
    """Raise Problem (413) with this sentence for a body over `most` bytes, or of unknown length."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > most:
        raise Problem(413, sentence)


def field(form: FormData, name: str) -> str:
    """Return a text field; empty if it is missing."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
