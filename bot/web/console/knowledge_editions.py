"""Every revision that was published: what it changed, by whom, and the way back to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.knowledge.entry_checks import EntryRefused, faults_in
from bot.knowledge.publishing import NotPublished, Proposal, carry_out, propose
from bot.web.console.access import OwnForm, StaffRequest, field, redirect_back
from bot.web.console.knowledge import LEAD, Lead
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import knowledge_pages
from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import Difference, compare
from knowledge_base.revisions.revision_store import Revision

router = APIRouter(prefix="/console/knowledge/editions", include_in_schema=False)
PAGE = 30  # revisions
SHOWN = 100  # questions of a difference


@dataclass(frozen=True, slots=True)
class EditionPage:
    """A revision against the one before it, and against the one in force."""

    edition: Revision
    current: int
    difference: Difference
    back: Difference
    articles: tuple[Article, ...]


@router.get("")
async def editions(
    staff_request: Lead, page: Annotated[int, Query(ge=1, le=10_000)] = 1, done: str = ""
) -> HTMLResponse:
    """Show what was published, the newest first."""
    found, unread = await staff_request.read_page(revision_store.all_revisions)
    published = [one for one in found if one.state == "published"]
    last = max(1, -(-len(published) // PAGE))
    page = min(page, last)
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "editions": published[(page - 1) * PAGE : page * PAGE],
        "current": published[0].id if published else 0,
        "page": page,
        "last": last,
        "done": knowledge_pages.DONE.get(done, ""),
    }
    now = staff_request.service.clock()
    return frame(staff_request, "console/knowledge_editions.html", now, unread, **values)


@router.get("/{number}")
async def edition(staff_request: Lead, number: Number) -> HTMLResponse:
    """Show what a revision changed; raises Problem (404) without it."""
    return await _page(staff_request, number)


redirect_back(router, "/{number}/restore", LEAD, Depends(valid_number))


@router.post("/{number}/restore")
async def restore(staff_request: Lead, form: OwnForm, number: Number) -> Response:
    """Publish an earlier revision's questions again; refused if messages would lose the answers they must keep."""
    service, by = staff_request.service, staff_request.signature
    try:
        proposal = await asyncio.to_thread(_proposed, staff_request, number)
        if proposal.broken and not field(form, "anyway"):
            return await _page(staff_request, number, refused=proposal)
        note = knowledge_pages.RESTORED.format(number=number)
        write = partial(carry_out, service.database, proposal, note=note, author=by, now=service.clock(), anyway=True)
        await asyncio.to_thread(write)
    except EntryRefused as refused:
        return await _page(staff_request, number, refusal=knowledge_pages.refused(refused.code, refused.values))
    except NotPublished as refused:
        return await _page(staff_request, number, refusal=knowledge_pages.NOT_RESTORED, told=str(refused))
    return RedirectResponse("/console/knowledge/editions?done=restored", 303)


def _proposed(staff_request: StaffRequest, number: int) -> Proposal:
    service = staff_request.service
    current, articles = service.database.read_now(_wanted, number)
    now = service.clock()
    return propose(service.database, service.rules, articles, based_on=current, now=now, replay=service.replay)


def _wanted(db: Connection, number: int) -> tuple[int, tuple[Article, ...]]:
    found, current = revision_store.find_revision(db, number), revision_store.current_revision(db)
    if found is None or found.state != "published":
        raise EntryRefused("no_revision", number=str(number))
    if number == current:
        raise EntryRefused("in_force", number=str(number))
    return current, revision_store.load_revision(db, number)


def _read(db: Connection, number: int) -> EditionPage:
    found, current = revision_store.find_revision(db, number), revision_store.current_revision(db)
    if found is None or found.state != "published":
        raise Problem(404, knowledge_pages.refused("no_revision", {"number": str(number)}))
    articles = revision_store.load_revision(db, number)
    before = revision_store.load_revision(db, found.based_on or 0)
    now = revision_store.load_revision(db, current)
    return EditionPage(found, current, compare(before, articles), compare(now, articles), articles)


async def _page(
    staff_request: StaffRequest, number: int, *, refusal: str = "", told: str = "", refused: Proposal | None = None
) -> HTMLResponse:
    read, unread = await staff_request.read_page(_read, number)
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "read": read,
        "shown": SHOWN,
        "refusal": refusal,
        "told": told,
        "faults": faults_in(read.articles, staff_request.service.rules.policy, SHOWN) if told else [],
        "lost": refused,
        "questions": {one.id: one.question for one in staff_request.service.rules.index.articles},
    }
    status = 409 if refusal or refused is not None else 200
    now = staff_request.service.clock()
    return frame(staff_request, "console/knowledge_edition.html", now, unread, status=status, **values)
