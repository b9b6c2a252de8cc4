"""The page of knowledge gaps: leads and above review them and publish answers."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.knowledge.gap_closing import AsNew, AsSimilar, GapRefused, accept, dismiss
from bot.knowledge.gap_undoing import undo
from bot.knowledge.publishing import NotPublished
from bot.knowledge.shown_gaps import SettledGap, by_tier, settled_gaps, shown_gaps
from bot.web.console.access import OwnForm, StaffRequest, duty_or, field, redirect_back
from bot.web.console.layout import frame
from bot.web.console.suggestion_view import suggested_counts
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import knowledge_pages, refusals
from bot.wording.adjusting import adjustment_in_words
from bot.wording.sanitise import clean
from escalation.policy.model import Policy
from knowledge_base.adjusting import adjustment_store
from knowledge_base.adjusting.adjustment_store import ThresholdChange
from knowledge_base.articles import Article
from knowledge_base.gaps.clustering import Cluster, Gap, cluster
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.health import contradictions_of
from knowledge_base.revisions.revision_store import Revision

log = logging.getLogger(__name__)
router = APIRouter(prefix="/console/knowledge", include_in_schema=False)
SHOWN = 30  # gaps on the page: whoever has dealt with these sees the next
CONFLICTS = ("gone", "busy", "broken", "changed_since")  # refusals that are no fault of the form
UNDOABLE = 20  # latest decisions on the page
LISTED = 2_000  # questions offered by name while typing
FIELDS = ("article", "other", "wordings", "category", "answer")
NOTHING: Mapping[str, Any] = {"number": 0, "move": "", **dict.fromkeys(FIELDS, "")}
LEAD = duty_or("knowledge", refusals.ONLY_LEADS)
Lead = Annotated[StaffRequest, LEAD]


@dataclass(frozen=True, slots=True)
class GapCard:
    """A gap on the page: candidate articles, those chosen by customers first."""

    gap: Cluster
    choices: tuple[Article, ...]
    tapped: tuple[tuple[str, int], ...]
    rejected: tuple[tuple[str, int], ...]
    customers: tuple[tuple[str, int], ...]  # how many of which tier, the highest first
    answered_by: str  # the question that had answered it before; empty for a new gap


@dataclass(frozen=True, slots=True)
class KnowledgeView:
    """The page's data."""

    gaps: tuple[Gap, ...]
    current: Revision | None
    draft: Revision | None
    adjusted: ThresholdChange | None
    settled: tuple[SettledGap, ...]


@router.get("")
async def knowledge(staff_request: Lead, request: Request, done: str = "") -> HTMLResponse:
    """Show the gaps, the most frequent first, and the revision in force."""
    # A page that keeps its number of unread notices up to date need not have everything put together again.
    return await _page(staff_request, done=done, whole="x-part" not in request.headers)


redirect_back(router, "/{number}/{move}", LEAD, Depends(valid_number))


@router.post("/{number}/{move}")
async def carry_out(staff_request: Lead, form: OwnForm, number: Number, move: str) -> Response:
    """Close one gap; a refusal is shown with the form as it was filled in."""
    service, by, until = staff_request.service, staff_request.signature, _until(form)
    now = service.clock()
    try:
        if move == "dismiss":
            await asyncio.to_thread(dismiss, service.database, service.rules, number, author=by, now=now, until=until)
        elif move == "undo":
            back = partial(undo, author=by, now=now, replay=service.replay)
            await asyncio.to_thread(back, service.database, service.rules, number)
        else:
            how = _decision(staff_request, move, form)
            close = partial(accept, author=by, now=now, until=until, replay=service.replay)
            await asyncio.to_thread(close, service.database, service.rules, number, how)
    except NotPublished as refused:
        if not isinstance(refused, GapRefused):
            log.warning("a gap could not be closed: %s", refused)
        return await _page(staff_request, refused=refused, typed={"number": number, "move": move, **_typed(form)})
    return RedirectResponse(f"/console/knowledge?done={move}", 303)


def _decision(staff_request: StaffRequest, move: str, form: FormData) -> AsSimilar | AsNew:
    match move:
        case "add":
            wanted = clean(field(form, "article")) or clean(field(form, "other"))
            articles = staff_request.service.rules.index.articles
            found = next((one.id for one in articles if wanted in (one.id, one.question)), wanted)
            return AsSimilar(found, _lines(form, "wordings"))
        case "new":
            return AsNew(field(form, "category"), _lines(form, "wordings"), clean(field(form, "answer")))
        case _:
            raise Problem(404, refusals.NO_SUCH_PAGE)


def _lines(form: FormData, name: str) -> tuple[str, ...]:
    lines = tuple(line for line in clean(field(form, name)).splitlines() if line.strip())
    if not lines:  # emptied by hand is not left out: the gap's own words are not what was wanted
        raise GapRefused("no_words", text="")
    return lines


def _until(form: FormData) -> int | None:
    given = field(form, "until")
    return int(given) if re.fullmatch("[0-9]{1,9}", given) else None


def _typed(form: FormData) -> dict[str, str]:
    return {name: clean(field(form, name)) for name in FIELDS}


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    whole: bool = True,
    refused: NotPublished | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    service = staff_request.service
    read, unread = await staff_request.read_page(_read)
    index = service.rules.index
    gaps = read.gaps if whole else ()
    clusters = await asyncio.to_thread(cluster, gaps, index, ranked=SHOWN)
    values = {
        "words": knowledge_pages,
        "cards": [_card(one, index.articles, service.rules.policy) for one in clusters[:SHOWN]],
        "questions": len(clusters),
        "messages": sum(one.count for one in clusters),
        "listed": index.articles[:LISTED],
        # What is confused without the encoders, which are still learning, may be told apart with them.
        "fights": contradictions_of(index)[:SHOWN] if service.rules.index_builder.is_finished(index) else (),
        "until": max((gap.id for gap in gaps), default=0),
        "current": read.current,
        "draft": read.draft,
        "adjusted": read.adjusted,
        "settled": read.settled,
        "named": {article.id: article.question for article in index.articles},
        "adjusted_in_words": adjustment_in_words(read.adjusted) if read.adjusted is not None else "",
        "verdicts": await service.database.read(suggested_counts, index.articles, service.clock()),
        "done": done,
        "refusal": refused.code if isinstance(refused, GapRefused) else "busy" if refused else "",
        "about": refused.values if isinstance(refused, GapRefused) else {},
        "typed": typed or NOTHING,
        "nothing": NOTHING,
    }
    status = 200 if refused is None else 409 if values["refusal"] in CONFLICTS else 422
    return frame(staff_request, "console/knowledge.html", service.clock(), unread, status=status, **values)


def _read(db: Connection) -> KnowledgeView:
    current = revision_store.find_revision(db, revision_store.current_revision(db))
    adjusted = next(iter(adjustment_store.newest(db, 1)), None)
    draft = revision_store.find_draft(db)
    return KnowledgeView(shown_gaps(db), current, draft, adjusted, settled_gaps(db, UNDOABLE))


def _card(gap: Cluster, articles: Iterable[Article], policy: Policy) -> GapCard:
    named = {article.id: article for article in articles}
    likely = [*(name for name, _ in gap.tapped), *(one.article.id for one in gap.nearest)]
    choices = tuple(named[name] for name in dict.fromkeys(likely) if name in named)
    tapped, rejected = _by_question(gap.tapped, named), _by_question(gap.rejected, named)
    answered_by = _by_question([(gap.answered_by, 1)], named)[0][0] if gap.answered_by else ""
    return GapCard(gap, choices[:5], tapped, rejected, by_tier(gap, policy), answered_by)


def _by_question(counts: Iterable[tuple[str, int]], named: Mapping[str, Article]) -> tuple[tuple[str, int], ...]:
    return tuple((named[name].question if name in named else name, count) for name, count in counts)
