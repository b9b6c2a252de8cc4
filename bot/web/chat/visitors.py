"""FastAPI dependencies of the chat: whose session a request has, where it comes from, what it may ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from bot.auth import visitor_sessions
from bot.service import Service
from bot.web.chat.visitor_limits import VisitorLimits
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.sanitise import clean


async def session_token(authorization: Annotated[str, Header()] = "") -> str:
    """Return the session token in the Authorization header; empty without one."""
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" else ""


Token = Annotated[str, Depends(session_token)]


async def visitor(service: ServiceDep, token: Token) -> str:
    """Return the conversation address of the request's session; raises Problem (401) without a valid one."""
    return (await _session(service, token)).address


async def sender(service: ServiceDep, token: Token) -> str:
    """As `visitor`, for a request that sends something: its session is kept from then on.

    Raises Problem (401) without a valid one.
    """
    session = await _session(service, token)
    if session.is_unused:
        await service.database.unit(visitor_sessions.keep, token)
    return session.address


async def _session(service: Service, token: str) -> visitor_sessions.VisitorSession:
    found = await service.database.read(visitor_sessions.find, token, service.clock()) if token else None
    if found is None:
        raise Problem(401, refusals.BAD_SESSION)
    return found


async def limits_of(request: Request) -> VisitorLimits:
    """Return the limits that the application holds."""
    limits: VisitorLimits = request.app.state.visitor_limits
    return limits


async def origin_of(request: Request) -> str:
    """Return what stands for the network address that a request comes from."""
    limits: VisitorLimits = request.app.state.visitor_limits
    return limits.origin(request)


def demand_key(key: str) -> None:
    """Raise Problem (422) for an idempotency key that is none: 1 to 64 characters, as they are stored."""
    if not 1 <= len(key) <= 64 or clean(key) != key:
        raise Problem(422, refusals.BAD_MESSAGE_KEY)


Visitor = Annotated[str, Depends(visitor)]
Sender = Annotated[str, Depends(sender)]
Limits = Annotated[VisitorLimits, Depends(limits_of)]
Origin = Annotated[str, Depends(origin_of)]
