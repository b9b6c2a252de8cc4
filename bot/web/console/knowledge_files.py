"""Questions from a file: which column is which, every fault, what it would change; taken, it is in the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.files.faults import TableUnreadable
from bot.files.table import FileTable
from bot.knowledge.draft_edits import take_entries
from bot.knowledge.entry_checks import EntryRefused
from bot.knowledge.upload_columns import UploadChoices, choices_from, line_of, skipped
from bot.knowledge.upload_reading import ReadUpload, is_known, read_upload, table_of
from bot.web.console.access import OwnForm, StaffRequest, field, redirect_back
from bot.web.console.knowledge import LEAD, Lead
from bot.web.console.layout import frame
from bot.web.console.uploads import passed_over_names, words_and_file
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import knowledge_headings, knowledge_pages, refusals
from bot.wording.sanitise import clean
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.revisions import draft_store, revision_store, upload_store
from knowledge_base.revisions.diff import Difference, compare
from knowledge_base.revisions.entries import content_digest
from knowledge_base.revisions.upload_store import Upload

router = APIRouter(prefix="/console/knowledge/files", include_in_schema=False)
LARGEST = 5_000_000  # bytes
SHOWN = 100  # faults, warnings, and questions of the difference
WAITING = 10  # files on the page that are not decided
COLUMNS = 60  # of a file, that can be chosen
LONGEST_CELL = 60  # characters of a cell that is shown for its column


@dataclass(frozen=True, slots=True)
class SeenUpload:
    """A file as it would be taken into the draft: `content` tells the draft that it was compared with."""

    upload: Upload
    table: FileTable | None
    choices: UploadChoices
    read: ReadUpload
    difference: Difference
    content: str


@router.get("")
async def show(staff_request: Lead, done: str = "") -> HTMLResponse:
    """Show the form, and what can be exported."""
    return await _start(staff_request, done=done)


@router.post("")
async def take_in(staff_request: Lead, request: Request) -> Response:
    """Keep a file to be looked at; one that cannot be read at all is refused."""
    fields, content = await words_and_file(request, staff_request, LARGEST, knowledge_headings.TOO_LARGE)
    name = clean(fields["file_name"]).strip()[-200:]
    if not content:
        return await _start(staff_request, knowledge_headings.NO_FILE)
    if not is_known(name):
        return await _start(staff_request, knowledge_headings.FORMAT)
    try:
        await asyncio.to_thread(table_of, content, name)
    except TableUnreadable as refused:
        said = knowledge_headings.fault(refused.fault.code, refused.fault.values, str(refused))
        return await _start(staff_request, knowledge_headings.UNREADABLE.format(said=said))
    service, by = staff_request.service, staff_request.signature
    number = await service.database.unit(upload_store.add_upload, name, content, by, service.clock())
    return RedirectResponse(f"/console/knowledge/files/{number}", 303)


@router.get("/{number}")
async def show_one(staff_request: Lead, number: Number) -> HTMLResponse:
    """Show what a file would change; raises Problem (404) without it."""
    return await _page(staff_request, number)


redirect_back(router, "/{number}/{move}", LEAD)


@router.post("/{number}/{move}")
async def decide(staff_request: Lead, form: OwnForm, number: Number, move: str) -> Response:
    """Say how a file is read, take it into the draft, or drop it. Problem 404: no such move; 409: it is decided."""
    service = staff_request.service
    match move:
        case "read":
            await _decided(staff_request, upload_store.choose, number, _kept(form))
            return RedirectResponse(f"/console/knowledge/files/{number}", 303)
        case "drop":
            await _decided(staff_request, upload_store.end_upload, number, "dropped")
            return RedirectResponse("/console/knowledge/files?done=file_dropped", 303)
        case "take":
            seen = await _seen(staff_request, number)
            if seen.read.faults:
                return await _page(staff_request, number, refusal=knowledge_headings.FAULTS_FIRST)
            if seen.read.warnings and not field(form, "confirmed"):
                return await _page(staff_request, number, refusal=knowledge_headings.CONFIRM_FIRST)
            by, now = staff_request.signature, service.clock()
            try:
                await service.database.unit(_take, seen, field(form, "draft"), by, now)
            except EntryRefused:
                return await _page(staff_request, number, refusal=knowledge_headings.MOVED)
            return RedirectResponse("/console/knowledge/draft?done=taken", 303)
        case _:
            raise Problem(404, refusals.NO_SUCH_PAGE)


async def _decided(staff_request: StaffRequest, change: Any, number: int, value: Any) -> None:
    if not await staff_request.service.database.unit(change, number, value):
        raise Problem(409, knowledge_headings.DECIDED)


def _kept(form: FormData) -> Mapping[str, Any]:
    """The choices of the form, as they are kept."""
    named = ((name.partition(":"), value) for name, value in form.multi_items())
    columns = {place: value for (kind, _, place), value in named if kind == "column" and place.isdigit() and value}
    line = field(form, "heading")
    return {
        "heading": int(line) if line.isascii() and line.isdigit() and len(line) < 7 else 1,
        "columns": columns,
        "topic": clean(field(form, "topic")),
        "splits": bool(field(form, "splits")),
        "retires": bool(field(form, "retires")),
    }


def _take(db: Connection, seen: SeenUpload, draft: str, by: str, now: datetime) -> None:
    """Write what was shown into the draft that it was shown against."""
    if draft != content_digest(_draft(db)) or draft != seen.content:
        raise EntryRefused("moved")
    if not upload_store.end_upload(db, seen.upload.id, "taken"):
        raise Problem(409, knowledge_headings.DECIDED)
    changed = take_entries(db, seen.read.wanted, by, now)
    after = {"file": seen.upload.file, "questions": len(seen.read.articles), "changed": changed, "author": by}
    record(db, "knowledge", "questions uploaded", login_of(by), now, after=after)


def _draft(db: Connection) -> tuple[Article, ...]:
    return revision_store.load_revision(db, draft_store.latest_edition(db))


def _read(db: Connection, number: int) -> tuple[Upload | None, tuple[Article, ...]]:
    return upload_store.find_upload(db, number), _draft(db)


async def _seen(staff_request: StaffRequest, number: int) -> SeenUpload:
    service = staff_request.service
    upload, draft = await service.database.read(_read, number)
    if upload is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    if upload.state != "open":
        raise Problem(409, knowledge_headings.DECIDED)
    return await asyncio.to_thread(_look, staff_request, upload, draft)


def _look(staff_request: StaffRequest, upload: Upload, draft: tuple[Article, ...]) -> SeenUpload:
    table = table_of(upload.content, upload.file)
    choices = choices_from(upload.choices, table, knowledge_headings.HEADINGS)
    read = read_upload(upload.content, upload.file, choices, staff_request.service.rules, draft)
    named = {one.id: one for one in draft} | {one.id: one for one in read.articles}
    after = [one for name, one in named.items() if name not in read.retired]
    return SeenUpload(upload, table, choices, read, compare(draft, after), content_digest(draft))


async def _page(staff_request: StaffRequest, number: int, *, refusal: str = "") -> HTMLResponse:
    seen, now = await _seen(staff_request, number), staff_request.service.clock()
    _, unread = await staff_request.read_page(_nothing)
    headings = line_of(seen.table, seen.choices.heading)[:COLUMNS] if seen.table is not None else ()
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "said": knowledge_headings,
        "seen": seen,
        "columns": [
            (place, (heading or "")[:LONGEST_CELL], _example(seen, place))
            for place, heading in enumerate(headings[:COLUMNS])
        ],
        "skipped": skipped(seen.table, seen.choices.heading) if seen.table is not None else [],
        "hidden_sheets": passed_over_names(seen.upload.content),
        "shown": SHOWN,
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return frame(staff_request, "console/knowledge_file.html", now, unread, status=status, **values)


def _example(seen: SeenUpload, place: int) -> str:
    below = [cells for line, cells in seen.table.lines if line > seen.choices.heading] if seen.table else []
    return next((cells[place] or "" for cells in below[:20] if place < len(cells) and cells[place]), "")[:LONGEST_CELL]


async def _start(staff_request: StaffRequest, refusal: str = "", done: str = "") -> HTMLResponse:
    waiting, unread = await staff_request.read_page(upload_store.open_uploads, WAITING)
    values: dict[str, Any] = {"words": knowledge_pages, "waiting": waiting, "refusal": refusal, "done": done}
    status = 422 if refusal else 200
    now = staff_request.service.clock()
    return frame(staff_request, "console/knowledge_files.html", now, unread, status=status, **values)


def _nothing(_db: Connection) -> None:
    """Nothing but the number of unread notices is read."""
