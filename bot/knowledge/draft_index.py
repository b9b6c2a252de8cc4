"""The draft as customers would meet it: its index is built in the background, once for each state of the draft."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.knowledge.act_reading import reader_for
from bot.knowledge.publishing import prepared
from bot.rules import Rules
from knowledge_base.articles import Article

log = logging.getLogger(__name__)


class DraftRules:
    """Keeps the rules of the latest draft that was asked for; belongs to one event loop."""

    def __init__(self) -> None:
        self._made: tuple[str, Rules] | None = None  # by the draft's content
        self._task: asyncio.Task[None] | None = None
        self._failed = ""  # the content that could not be made ready

    def of(self, rules: Rules, articles: tuple[Article, ...], content: str) -> Rules | None:
        """Return the rules with this draft in place of what is published; None until they are ready.

        `content` is its digest. Call again later; `has_failed` says whether that is of use.
        """
        if self._made is not None and self._made[0] == content:
            return replace(self._made[1], policy=rules.policy, shift=rules.shift, emergency=rules.emergency)
        if self._failed != content and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._make(content, rules, articles), name="preparing-draft")
        return None

    def has_failed(self, content: str) -> bool:
        """Whether the draft of this content could not be made ready."""
        return self._failed == content

    async def wait(self) -> None:
        """Wait until what is being made is ready."""
        if self._task is not None:
            await self._task

    async def _make(self, content: str, rules: Rules, articles: tuple[Article, ...]) -> None:
        try:
            self._made = (content, await asyncio.to_thread(_ready, rules, articles))
        except Exception:
            log.exception("the draft of the knowledge base could not be prepared")
            self._failed = content


def _ready(rules: Rules, articles: tuple[Article, ...]) -> Rules:
    rules = replace(rules, index=prepared(rules, articles))
    return replace(rules, acts=reader_for(rules.act_builder, rules.index, known=rules.acts))
