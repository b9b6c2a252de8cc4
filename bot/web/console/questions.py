"""The list of questions: searched, filtered, with counts, in pages."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from bot.knowledge.question_list import DAYS, SORTS, STATES, QuestionFilter, chosen, read_questions
from bot.web.console.knowledge import Lead
from bot.web.console.layout import frame
from bot.wording import knowledge_pages
from bot.wording.sanitise import clean

router = APIRouter(prefix="/console/knowledge", include_in_schema=False)
PAGE = 30  # questions
Word = Annotated[str, Query(max_length=200)]


@router.get("/questions")
async def questions(  # a field of the form each
    staff_request: Lead,
    q: Word = "",
    topic: Word = "",
    tier: Word = "",
    state: Word = "",
    sort: Word = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show a page of the questions that are asked for."""
    service = staff_request.service
    policy, index, now = service.rules.policy, service.rules.index, service.clock()
    asked = QuestionFilter(
        clean(q).strip(), topic, tier, state if state in STATES else "", sort if sort in SORTS else ""
    )
    everything, unread = await staff_request.read_page(read_questions, policy, now, retired=state == "retired")
    found = await asyncio.to_thread(chosen, everything, asked, index)
    form = {"q": asked.words, "topic": topic, "tier": tier, "state": asked.state, "sort": asked.sort}
    last = max(1, -(-len(found) // PAGE))
    page = min(page, last)
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "found": found[(page - 1) * PAGE : page * PAGE],
        "total": len(found),
        "everything": sum(each.state != "retired" for each in everything),
        "is_any": any(form.values()),
        "form": form,
        "page": page,
        "pages": {"before": page - 1 if page > 1 else 0, "after": page + 1 if page < last else 0, "last": last},
        "address": lambda number: (
            "/console/knowledge/questions?"
            + urlencode({**{name: value for name, value in form.items() if value}, "page": number})
        ),
        "days": DAYS,
    }
    return frame(staff_request, "console/knowledge_questions.html", now, unread, **values)
