"""The policy in each of its editions, so that the rules behind any old promise can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.web.console.access import SignedInStaff, StaffRequest
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import refusals
from escalation.policy import policy_editions
from escalation.policy.policy_editions import Edition

router = APIRouter(prefix="/console/policy", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Term:
    """The period in which an edition was in force; `until` is None for the present one."""

    edition: Edition
    until: datetime | None


@router.get("")
async def newest(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the edition in force."""
    return await _page(staff_request, None)


@router.get("/{version}")
async def edition(staff_request: SignedInStaff, version: str) -> HTMLResponse:
    """Show one edition's file."""
    return await _page(staff_request, version)


async def _page(staff_request: StaffRequest, version: str | None) -> HTMLResponse:
    terms, unread = await staff_request.read_page(_read)
    shown = next((term for term in terms if version in (None, term.edition.version)), None)
    if shown is None:
        raise Problem(404, refusals.NO_SUCH_EDITION)
    return frame(staff_request, "console/policy.html", staff_request.service.clock(), unread, shown=shown, terms=terms)


def _read(db: Connection) -> list[Term]:
    found = policy_editions.editions(db)
    ends = chain([None], (edition.activated_at for edition in found))
    return [Term(edition, until) for edition, until in zip(found, ends, strict=False)]
