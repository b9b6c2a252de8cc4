"""The customers' chat page: the company's name, its greeting, and a few questions to begin with."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.messages import MAX_FILE, MAX_TEXT
from bot.web.dependencies import ServiceDep
from bot.web.templating import page
from bot.wording import consents, phrases, privacy_notice
from bot.wording.objections import LABEL
from knowledge_base.articles import Article
from knowledge_base.matching.ranking import is_visible

router = APIRouter(include_in_schema=False)
STARTERS = 5


@router.get("/chat")
async def chat_page(service: ServiceDep) -> HTMLResponse:
    """Return the page; its script fetches the conversation with the visitor's own token."""
    rules = service.rules
    tier, now = rules.policy.default_tier, service.clock()
    visible = (entry.article for entry in rules.index.entries if is_visible(entry.article, tier, now))
    return page(
        "chat.html",
        name=rules.policy.name,
        greeting=phrases.say(rules.policy, "greeting"),
        starters=starters(visible),
        longest=MAX_TEXT,
        largest=MAX_FILE,
        criteria=rules.policy.tier_rules.criteria_page,
        objection=LABEL,
        privacy=rules.policy.notice,
        notice=privacy_notice.TITLE,
        manage=consents.LABEL,
    )


def starters(articles: Iterable[Article]) -> list[str]:
    """Return the first question of each of the first STARTERS categories."""
    firsts: dict[str, str] = {}
    for article in articles:
        firsts.setdefault(article.category, article.question)
        if len(firsts) == STARTERS:
            break
    return list(firsts.values())
