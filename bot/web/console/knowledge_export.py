"""Downloads of all questions, as files that can be uploaded again unchanged; each is written down in the journal."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from bot.web.console.figure_export import EXPORTS
from bot.web.console.knowledge import Lead
from bot.web.errors import Problem
from bot.wording import knowledge_pages
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import write_faq
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.revisions import draft_store, revision_store

router = APIRouter(prefix="/console/knowledge/export", include_in_schema=False)
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}


@router.get("")
async def export(
    staff_request: Lead,
    format: Literal["xlsx", "csv", "yaml"] = "xlsx",  # noqa: A002
    of: Literal["published", "draft"] = "published",
) -> Response:
    """Download what is published, or the draft; raises Problem (422) for a text that the format cannot hold."""
    service, now = staff_request.service, staff_request.service.clock()
    number, articles = await service.database.read(_read, of)
    try:
        content = await asyncio.to_thread(_written, articles, format, service.rules.policy.zone)
    except CatalogueFaults:
        raise Problem(422, knowledge_pages.TOO_LONG_FOR_CELL) from None
    told: dict[str, Any] = {"what": of, "revision": number, "format": format, "rows": len(articles)}
    await service.database.unit(record, EXPORTS, "questions exported", staff_request.who.login, now, after=told)
    name = knowledge_pages.FILE_NAME[of].format(number=number, format=format)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, media_type=_TYPES[format], headers=headers)


def _read(db: Connection, of: str) -> tuple[int, tuple[Article, ...]]:
    number = revision_store.current_revision(db) if of == "published" else draft_store.latest_edition(db)
    return number, revision_store.load_revision(db, number)


def _written(articles: tuple[Article, ...], suffix: str, zone: ZoneInfo) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"questions.{suffix}"
        write_faq(path, articles, zone=zone)
        return path.read_bytes()
