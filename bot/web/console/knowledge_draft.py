"""The draft: what it changes, whether what must stay stays, publishing it, dropping it, bringing it up to date."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.knowledge.draft_checks import RunningChecks, begin_check, check_of, publish_draft, run_check
from bot.knowledge.draft_merging import bring_up_to_date, merged_draft
from bot.knowledge.entry_checks import EntryRefused, faults_in
from bot.knowledge.publishing import NotPublished, drop_draft
from bot.web.console.access import OwnForm, StaffRequest, field, redirect_back
from bot.web.console.knowledge import LEAD, Lead
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import knowledge_pages, refusals
from bot.wording.sanitise import clean
from escalation.policy.model import Policy
from knowledge_base.articles import Article
from knowledge_base.revisions import check_store, draft_store, revision_store
from knowledge_base.revisions.check_store import DraftCheck
from knowledge_base.revisions.diff import Difference, compare
from knowledge_base.revisions.merging import Conflict
from knowledge_base.revisions.revision_store import Revision

log = logging.getLogger(__name__)
router = APIRouter(prefix="/console/knowledge/draft", include_in_schema=False)
SHOWN = 100  # questions of the difference
LONGEST_NOTE = 200
DEAD = timedelta(minutes=15)  # a check that has run for longer ended with its process


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft (None without one) against what is published."""

    draft: Revision | None
    published: Revision | None
    difference: Difference
    authors: dict[str, tuple[str, datetime]]
    check: DraftCheck | None
    conflicts: tuple[Conflict, ...]
    questions: dict[str, str]  # by id, for what must be answered
    expired: tuple[Article, ...]
    is_behind: bool
    faults: list[tuple[Article, EntryRefused]]  # why the draft cannot be published


@router.get("")
async def show(staff_request: Lead, done: str = "") -> HTMLResponse:
    """Show what publishing the draft would change, and what the check said of it."""
    return await _page(staff_request, done=done)


redirect_back(router, "/{move}", LEAD)


@router.post("/{move}")
async def carry_out(staff_request: Lead, request: Request, form: OwnForm, move: str) -> Response:
    """Check, publish, drop or update the draft; what is refused is shown. Problem 404 for any other move."""
    service, by, now = staff_request.service, staff_request.signature, staff_request.service.clock()
    try:
        match move:
            case "check":
                await _check(staff_request, request)
                return RedirectResponse("/console/knowledge/draft#check", 303)
            case "publish":
                await _publish(staff_request, form)
                done = "published"
            case "drop":
                await asyncio.to_thread(_drop, staff_request, field(form, "at"), now)
                done = "dropped"
            case "merge":
                await service.database.unit(bring_up_to_date, _choices(form), by, now)
                done = "merged"
            case _:
                raise Problem(404, refusals.NO_SUCH_PAGE)
    except EntryRefused as refused:
        return await _page(staff_request, refusal=knowledge_pages.refused(refused.code, refused.values))
    except NotPublished as refused:
        log.warning("the draft was not published: %s", refused)
        return await _page(staff_request, refusal=knowledge_pages.REFUSED["moved"])
    return RedirectResponse(f"/console/knowledge/draft?done={done}", 303)


def _choices(form: FormData) -> dict[str, str]:
    """Which side counts, by question."""
    named = ((name.partition(":"), value) for name, value in form.multi_items())
    return {name: value for (kind, _, name), value in named if kind == "q" and isinstance(value, str)}


async def _check(staff_request: StaffRequest, request: Request) -> None:
    """Begin a check, which goes on when the page was sent."""
    service = staff_request.service
    begun = await service.database.unit(begin_check, staff_request.signature, service.clock())
    checks: RunningChecks = request.app.state.draft_checks
    run = partial(run_check, service.database, service.rules, service.replay, begun, service.clock)
    checks.start(run)


async def _publish(staff_request: StaffRequest, form: FormData) -> None:
    service = staff_request.service
    await asyncio.to_thread(
        publish_draft,
        service.database,
        service.rules,
        note=clean(field(form, "note")).strip()[:LONGEST_NOTE] or knowledge_pages.NOTE,
        author=staff_request.signature,
        now=service.clock(),
        anyway=bool(field(form, "anyway")),
    )


def _drop(staff_request: StaffRequest, at: str, now: datetime) -> None:
    """Drop the draft that the page showed."""
    database = staff_request.service.database
    draft = database.read_now(revision_store.find_draft)
    if draft is None:
        raise EntryRefused("no_draft")
    if draft.created_at.isoformat() != at or not drop_draft(database, draft, staff_request.signature, now):
        raise EntryRefused("moved")


def _read(db: Connection, policy: Policy, now: datetime) -> DraftPage:
    current = revision_store.current_revision(db)
    draft, published = revision_store.find_draft(db), revision_store.find_revision(db, current)
    before = revision_store.load_revision(db, current)
    after = revision_store.load_revision(db, draft.id) if draft is not None else before
    is_behind = draft is not None and (draft.based_on or 0) != current
    merged = merged_draft(db, draft) if draft is not None and is_behind else None
    check = check_of(check_store.latest_check(db), after, current) if draft is not None else None
    if check is not None and check.ended_at is None and now - check.begun_at > DEAD:
        check = None
    return DraftPage(
        draft=draft,
        published=published,
        difference=compare(before, merged.articles if merged is not None else after),
        authors={change.article_id: (change.author, change.at) for change in draft_store.pending_changes(db)},
        check=check,
        conflicts=merged.conflicts if merged is not None else (),
        questions={one.id: one.question for one in (*before, *after)},
        expired=tuple(one for one in after if one.valid_until is not None and one.valid_until <= now),
        is_behind=is_behind,
        faults=faults_in(after, policy, SHOWN) if check is not None and check.result.refused is not None else [],
    )


async def _page(staff_request: StaffRequest, *, done: str = "", refusal: str = "") -> HTMLResponse:
    now = staff_request.service.clock()
    read, unread = await staff_request.read_page(_read, staff_request.service.rules.policy, now)
    values = {
        "words": knowledge_pages,
        "read": read,
        "shown": SHOWN,
        "refusal": refusal,
        "done": knowledge_pages.DONE.get(done, ""),
    }
    status = 409 if refusal else 200
    return frame(staff_request, "console/knowledge_draft.html", now, unread, status=status, **values)
