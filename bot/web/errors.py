"""Errors over HTTP: a status and one whole sentence, never a stack trace."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bot.storage.outages import is_outage
from bot.wording import api_faults, refusals, reply_files

log = logging.getLogger(__name__)


# What a status means, for the API's description.
MEANINGS = {
    400: "The request cannot be read.",
    401: "No valid session, token or key.",
    403: "The key lacks the scope.",
    404: "There is no such thing.",
    409: "Not possible as things are.",
    412: "It has changed since it was read.",
    413: "The body is over its limit.",
    415: "A type of file that is not accepted.",
    422: "A field is missing or wrong.",
    429: "Too much in too short a time.",
    503: "The database cannot be used at the moment; the same request may be sent again.",
}


class ErrorAnswer(BaseModel):
    """The body of every answer that is an error."""

    error: str = Field(description="Whole sentences in Chinese, to be shown as they are.")


def refused(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI is told of answers with these statuses."""
    return {status: {"model": ErrorAnswer, "description": MEANINGS[status]} for status in statuses}


class Problem(Exception):
    """Refuse a request with an HTTP status and a sentence that its sender can act upon.

    `retry_after`: seconds after which it may be sent again; None: nothing is said of that.
    """

    def __init__(self, status: int, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.retry_after = status, sentence, retry_after


def _whole(sentence: str) -> str:
    """The sentence, which may quote what was sent, with half characters as question marks: they cannot be answered."""
    return sentence.encode(errors="replace").decode()


def too_large(request: Request) -> str:
    """Return the sentence for a request body over its limit."""
    if request.url.path.startswith("/console/") and request.url.path.endswith("/reply/files"):
        return reply_files.TOO_MUCH
    if request.url.path.endswith("/files"):
        return refusals.FILE_TOO_LARGE
    sentence: str = request.app.state.service.rules.policy.wording["too_long"]
    return sentence


def add_error_handlers(app: FastAPI) -> None:
    """Make the API answer every error with `{"error": sentence}`."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> JSONResponse:
        headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after is not None else None
        return JSONResponse({"error": _whole(problem.sentence)}, problem.status, headers=headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        # Customers' pages get a sentence of ours; the company's own programs are told which field is wrong.
        chat = not request.url.path.startswith(("/api/customers", "/api/telegram-links", "/api/tickets"))
        sentence = refusals.BAD_MESSAGE if chat else _whole(api_faults.of_request(error.errors()))
        return JSONResponse({"error": sentence}, 422)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        known = {404: refusals.NO_SUCH_PAGE, 405: refusals.NO_SUCH_PAGE, 413: too_large(request)}
        sentence = known.get(error.status_code, refusals.BAD_MESSAGE)
        return JSONResponse({"error": sentence}, error.status_code, headers=error.headers)

    @app.exception_handler(ClientDisconnect)
    async def _gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=400)  # nobody reads it; half a request is no error of ours

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(OSError)
    async def _database(_request: Request, error: Exception) -> JSONResponse:
        # The type only: a driver's message may quote the row, and rows hold personal data. An outage is told once.
        if not is_outage(error):
            log.error("the database could not be used: %s", type(error).__name__)
        return JSONResponse({"error": refusals.NOT_WORKING}, 503, headers={"Retry-After": "2"})

    @app.exception_handler(Exception)
    async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected %s", type(error).__name__)
        return JSONResponse({"error": refusals.NOT_WORKING}, 500)
