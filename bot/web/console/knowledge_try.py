"""Try a sentence: what the bot would do with it by what is published, and by the draft."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.dialogue.sentence_trial import SentenceTrial, try_sentence
from bot.knowledge.draft_index import DraftRules
from bot.web.console.knowledge import Lead
from bot.web.console.layout import frame
from bot.wording import knowledge_pages
from bot.wording.sanitise import clean
from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.entries import content_digest
from knowledge_base.text.normalise import is_empty

router = APIRouter(prefix="/console/knowledge/try", include_in_schema=False)
LONGEST = 500  # characters of a sentence


@router.get("")
async def try_one(
    staff_request: Lead,
    request: Request,
    text: Annotated[str, Query(max_length=LONGEST)] = "",
    tier: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show what would be answered, and why; nothing is written."""
    service = staff_request.service
    rules, now, said = service.rules, service.clock(), clean(text).strip()
    chosen = tier if tier in rules.policy.tiers else rules.policy.default_tier
    draft, unread = await staff_request.read_page(_draft)
    published: SentenceTrial | None = None
    drafted: SentenceTrial | None = None
    made: DraftRules = request.app.state.draft_rules
    is_asked = not is_empty(said)
    if is_asked:
        published = await asyncio.to_thread(try_sentence, rules, said, chosen, now)
    drafted_rules = made.of(rules, *draft) if draft is not None else None
    if drafted_rules is not None and is_asked:
        drafted = await asyncio.to_thread(try_sentence, drafted_rules, said, chosen, now)
    values: dict[str, Any] = {
        "words": knowledge_pages,
        "text": said,
        "tier": chosen,
        "published": published,
        "drafted": drafted,
        "has_draft": draft is not None,
        "is_unready": draft is not None and made.has_failed(draft[1]),
        "nothing": bool(text.strip()) and not is_asked,
        "revision": rules.index.revision,
    }
    return frame(staff_request, "console/knowledge_try.html", now, unread, **values)


def _draft(db: Connection) -> tuple[tuple[Article, ...], str] | None:
    """The draft and the digest of its content."""
    found = revision_store.find_draft(db)
    if found is None:
        return None
    articles = revision_store.load_revision(db, found.id)
    return articles, content_digest(articles)
