"""Access to the console: signed-in staff, roles, CSRF-checked forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.auth import staff_sessions
from bot.auth.staff_sessions import SignedIn
from bot.service import Service
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import refusals
from escalation.staff import Staff

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

    def inbox_queues(self) -> list[str]:
        """The queues whose notices this person gets; all of them for a person assigned to none."""
        return self.who.queues or list(self.service.rules.policy.queues)


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


def demand_lead(staff_request: StaffRequest, sentence: str) -> StaffRequest:
    """Return the request of a lead or above; raises `Problem` (403) with this sentence for any other."""
    if not staff_request.who.leads:
        raise Problem(403, sentence)
    return staff_request


def lead_or(sentence: str) -> Any:
    """Return a FastAPI dependency on a lead's request; any other is refused with this sentence."""

    def lead(staff_request: SignedInStaff) -> StaffRequest:
        return demand_lead(staff_request, sentence)

    return Depends(lead)


Number = Annotated[int, Path(ge=1, le=2**31 - 1)]  # what a row's number can be
MaybeNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


def valid_number(number: Number) -> int:
    """Return the number in a path, validated by its type."""
    return number


def way_back(router: APIRouter, path: str, *dependencies: Any) -> None:
    """Make GET on a form's address redirect to the router's page, for a reload after a refused form."""

    async def back() -> Response:
        return RedirectResponse(router.prefix, 303)

    router.add_api_route(path, back, methods=["GET"], dependencies=dependencies)


async def own_form(request: Request, staff_request: SignedInStaff) -> FormData:
    """Return a form sent by this session's own page; raises Problem (403) for a wrong CSRF token."""
    form = await small_form(request)
    given = form.get("csrf")
    if not isinstance(given, str) or not compare_digest(given.encode(), staff_request.signed.csrf.encode()):
        raise Problem(403, refusals.FORM_EXPIRED)
    return form


OwnForm = Annotated[FormData, Depends(own_form)]


async def small_form(request: Request) -> FormData:
    """Return a form without files; raises Problem (413) for one over LARGEST_FORM bytes."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_FORM:
        raise Problem(413, refusals.REFUSALS["too_long"])
    return await request.form(max_files=0, max_fields=100)


def field(form: FormData, name: str) -> str:
    """Return a text field; empty if it is missing."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def is_ours(request: Request) -> bool:
    """Whether a form sent before sign-in comes from a page of this site."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def after_sign_in(wanted: str) -> str:
    """Return the page to open after sign-in: one of the console, never of another site."""
    path = urlsplit(wanted)
    is_console = path.path == "/console" or path.path.startswith("/console/")
    is_console = is_console and not wanted.startswith("//")  # another host, to a browser
    return wanted if is_console and not (path.netloc or path.scheme) and "\\" not in wanted else "/console"


Handler = Callable[[Request, Exception], Awaitable[Response]]


def show_problems_as_pages(app: FastAPI) -> None:
    """Render errors in the console as pages; call this after `tell_problems`."""
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    for kind in (Problem, RequestValidationError, HTTPException, SQLAlchemyError, OSError, Exception):
        if kind in app.exception_handlers:
            app.add_exception_handler(kind, _as_page(app.exception_handlers[kind]))


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    if request.method != "GET" or not _reads_pages(request) or "x-part" in request.headers:
        return JSONResponse({"error": refusals.FORM_EXPIRED}, 401)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?next={quote(wanted, safe='')}", 303)


def _as_page(handler: Any) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        response: Response = await handler(request, error)
        if not request.url.path.startswith("/console") or not _reads_pages(request):
            return response
        sentence = _sentence(error, response)
        return page("console/problem.html", response.status_code, sentence=sentence)

    return answer


def _sentence(error: Exception, response: Response) -> str:
    if isinstance(error, Problem):
        return error.sentence
    return refusals.NO_SUCH_PAGE if response.status_code in (404, 405, 422) else refusals.NOT_WORKING


def _reads_pages(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
