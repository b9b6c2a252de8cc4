"""The routes of the console, and its errors as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from bot.knowledge.draft_checks import RunningChecks
from bot.knowledge.draft_index import DraftRules
from bot.web.console import (
    active,
    board,
    bulk,
    busy,
    calendar,
    calendar_import,
    colleagues,
    composer,
    customer_import,
    customer_teams,
    customer_tiers,
    customers,
    desk_choices,
    drafts,
    emergency,
    figure_export,
    figures,
    improvement,
    improvement_items,
    inbox,
    incidents,
    inspections,
    inspections_record,
    inspections_results,
    journal,
    journey,
    keys,
    knowledge,
    knowledge_draft,
    knowledge_editions,
    knowledge_export,
    knowledge_files,
    knowledge_try,
    me,
    people,
    policy,
    question,
    questions,
    replies,
    replies_exchange,
    reply_files,
    reports,
    rights,
    roster,
    roster_trial,
    sign_in,
    starred_lines,
    stream,
    surveys,
    tasks,
    telegram,
    ticket,
    ticket_customer,
    ticket_files,
    ticket_new,
    welcome,
)
from bot.web.console.access import SIGN_IN, NotSignedIn
from bot.web.console.browser_session import Hashing
from bot.web.errors import Problem
from bot.web.shared_routes import add_routes
from bot.web.templating import page
from bot.wording import refusals

Handler = Callable[[Request, Exception], Awaitable[Response]]


def add_console(app: FastAPI) -> None:
    """Add the console's routes to the application; call it after `add_error_handlers`."""
    app.state.hashing = Hashing()
    app.state.draft_checks = RunningChecks()
    app.state.draft_rules = DraftRules()
    show_problems_as_pages(app)
    for door in (
        sign_in,
        board,
        bulk,
        desk_choices,
        inbox,
        stream,
        ticket_new,  # before the pages of tickets by their number
        drafts,  # before the moves of a ticket, whose address is like it
        active,  # likewise
        colleagues,  # likewise
        composer,  # likewise
        figures,
        figure_export,
        reports,  # before the moves of a ticket, whose address is like it
        starred_lines,  # likewise
        reply_files,  # likewise
        journey,
        ticket_files,
        ticket,
        surveys,
        inspections,
        inspections_results,
        inspections_record,  # whose path would take those of the two before
        improvement,
        improvement_items,
        tasks,
        questions,  # before the moves of a gap, whose address is like it
        question,  # likewise
        knowledge_try,
        knowledge_draft,  # likewise
        knowledge_editions,  # likewise
        knowledge_files,  # likewise
        knowledge_export,
        knowledge,
        replies,
        replies_exchange,
        calendar,
        calendar_import,
        customer_import,  # before a customer's own page, as the next
        customer_teams,
        customer_tiers,  # before a customer's own page, whose path would take this one
        customers,
        ticket_customer,
        incidents,
        emergency,
        policy,
        roster_trial,  # before the moves of the roster, whose address is like it
        roster,
        telegram,
        me,
        busy,
        people,
        journal,
        keys,
        rights,
        welcome,
    ):
        add_routes(app, door.router)


def show_problems_as_pages(app: FastAPI) -> None:
    """Render errors in the console as pages; call this after `add_error_handlers`."""
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
