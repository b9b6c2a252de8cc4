"""One question: edited in the draft, retired, restored; with how the customer sees it and how it came to be so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.knowledge.draft_edits import EntryChanged, retire_entry, revert_entry, save_entry
from bot.knowledge.entry_checks import EntryRefused, new_id
from bot.knowledge.question_history import QuestionVersion, question_versions
from bot.knowledge.question_list import DAYS, ListedQuestion, read_questions
from bot.rules import Rules
from bot.web.console.access import OwnForm, StaffRequest, field, redirect_back
from bot.web.console.knowledge import LEAD, Lead
from bot.web.console.layout import frame
from bot.web.console.question_forms import EntryForm, article_from, empty_form, form_of, typed_form
from bot.web.errors import Problem
from bot.wording import knowledge_pages, moments, refusals
from bot.wording.buttons import answer_buttons
from bot.wording.sanitise import clean
from knowledge_base.articles import Article
from knowledge_base.revisions import draft_store, revision_store
from knowledge_base.revisions.diff import Change
from knowledge_base.revisions.entries import ABSENT, fingerprint

router = APIRouter(prefix="/console/knowledge/question", include_in_schema=False)
HISTORY = 30  # changes on the page
Id = Annotated[str, Query(max_length=400)]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as it is in the draft (None: retired there), as it is published, and how it came to be so."""

    current: Article | None
    published: Article | None
    latest: Article | None  # the last version there was
    listed: ListedQuestion | None
    history: tuple[QuestionVersion, ...]
    has_draft: bool


@router.get("")
async def show(
    staff_request: Lead,
    id: Id = "",  # noqa: A002
    text: Annotated[str, Query(max_length=200)] = "",
    done: str = "",
) -> HTMLResponse:
    """Show a question, or the form of a new one; raises Problem (404) for an id that there never was."""
    return await _page(staff_request, id, text=clean(text).strip(), done=done)


redirect_back(router, "/{move}", LEAD)


@router.post("/{move}")
async def carry_out(staff_request: Lead, form: OwnForm, move: str) -> Response:
    """Save, retire or revert a question; what is refused is shown with the form. Problem 404 for any other move."""
    service, by, now = staff_request.service, staff_request.signature, staff_request.service.clock()
    typed, seen = typed_form(form), field(form, "seen")
    question = typed.texts["id"] or new_id(" ".join(typed.texts["question"].split()))
    try:
        match move:
            case "save":
                changed = await service.database.unit(_save, service.rules, typed, seen, by, now)
                done = "saved" if changed else "same"
            case "retire":
                await service.database.unit(retire_entry, question, seen, by, now)
                done = "retired"
            case "revert":
                await service.database.unit(revert_entry, question, seen, by, now)
                done = "reverted"
            case _:
                raise Problem(404, refusals.NO_SUCH_PAGE)
    except EntryRefused as refused:
        sentence = knowledge_pages.refused(refused.code, refused.values)
        return await _page(staff_request, typed.texts["id"], typed=typed, seen=seen, refusal=sentence)
    except EntryChanged as changed_by:
        return await _page(staff_request, question, typed=typed, other=changed_by)
    return RedirectResponse(_address(question, done), 303)


def _save(db: Connection, rules: Rules, typed: EntryForm, seen: str, by: str, now: datetime) -> bool:
    current = draft_store.find_entry(db, draft_store.latest_edition(db), typed.texts["id"])
    article = article_from(typed, current, rules.policy.zone)
    return save_entry(db, rules, article, seen or ABSENT, by, now)


def _address(question: str, done: str) -> str:
    return "/console/knowledge/question?" + urlencode({"id": question, "done": done})


def _read(db: Connection, rules: Rules, question: str, now: datetime) -> QuestionPage:
    in_force = revision_store.current_revision(db)
    published = draft_store.find_entry(db, in_force, question)
    history = tuple(question_versions(db, question, HISTORY))
    versions = (one.after or one.before for one in history)
    listed = next((one for one in read_questions(db, rules.policy, now) if one.article.id == question), None)
    return QuestionPage(
        current=draft_store.find_entry(db, draft_store.latest_edition(db), question),
        published=published,
        latest=published or next((one for one in versions if one is not None), None),
        listed=listed,
        history=history,
        has_draft=revision_store.find_draft(db) is not None,
    )


async def _page(
    staff_request: StaffRequest,
    question: str,
    *,
    text: str = "",
    done: str = "",
    typed: EntryForm | None = None,
    seen: str = "",
    refusal: str = "",
    other: EntryChanged | None = None,
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    zone = service.rules.policy.zone
    read, unread = await staff_request.read_page(_read, service.rules, question, now)
    shown = read.current or read.latest
    if question and shown is None and typed is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    form = typed or (form_of(shown, zone) if shown is not None else empty_form(text))
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "question": question,
        "read": read,
        "form": form.texts,
        "form_tiers": form.tiers,
        "seen": seen if seen and other is None else fingerprint(read.current),
        "difference": Change(read.published, read.current) if read.published and read.current else None,
        "theirs": other.theirs if other is not None else None,
        "against": _against(other, typed, read, zone) if other is not None and typed is not None else None,
        "refusal": refusal or (_told(staff_request, other, now) if other is not None else ""),
        "done": knowledge_pages.DONE.get(done, ""),
        "days": DAYS,
        "buttons": [each.label for each in answer_buttons(service.rules.policy, question, "zh-Hans")],
    }
    status = 409 if other is not None else 422 if refusal else 200
    return frame(staff_request, "console/knowledge_question.html", now, unread, status=status, **values)


def _against(other: EntryChanged, typed: EntryForm, read: QuestionPage, zone: ZoneInfo) -> Change | None:
    """What differs between theirs and what was typed."""
    if other.theirs is None:
        return None
    try:
        return Change(other.theirs, article_from(typed, read.current, zone))
    except EntryRefused:
        return None


def _told(staff_request: StaffRequest, other: EntryChanged, now: datetime) -> str:
    sentence = knowledge_pages.CHANGED_BY if other.theirs is not None else knowledge_pages.RETIRED_BY
    policy = staff_request.service.rules.policy
    when = f" {moments.by(policy, other.at, now)} " if other.at is not None else ""
    return sentence.format(who=other.by or knowledge_pages.SOMEBODY, when=when)
