"""The policy as it was in each of its editions, to be read: what a ticket was promised by stays known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.notifications import notice_inbox
from bot.web.console.access import AtDesk, Desk
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import phrases
from escalation.policy import policy_editions
from escalation.policy.policy_editions import Edition
from escalation.staff import Staff

router = APIRouter(prefix="/console/policy", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Term:
    """For how long an edition was in force; `until` is None for the one that is."""

    edition: Edition
    until: datetime | None


@router.get("")
async def newest(desk: AtDesk) -> HTMLResponse:
    """The edition in force."""
    return await _page(desk, None)


@router.get("/{version}")
async def edition(desk: AtDesk, version: str) -> HTMLResponse:
    """One edition, as its file was."""
    return await _page(desk, version)


async def _page(desk: Desk, version: str | None) -> HTMLResponse:
    terms, unread = await desk.house.database.read(_read, desk.who, desk.inbox_queues())
    shown = next((term for term in terms if version in (None, term.edition.version)), None)
    if shown is None:
        raise Problem(404, phrases.NO_SUCH_EDITION)
    return frame(desk, "console/policy.html", desk.house.clock(), unread, shown=shown, terms=terms)


def _read(db: Connection, who: Staff, queues: Sequence[str]) -> tuple[list[Term], int]:
    found = policy_editions.editions(db)
    ends = chain([None], (edition.activated_at for edition in found))
    terms = [Term(edition, until) for edition, until in zip(found, ends, strict=False)]
    return terms, notice_inbox.count_unread(db, who, queues)
