"""Read a short reply as a choice among the articles that the bot offered last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.wording.choices import QuestionChosen, parse_choice
from knowledge_base.acts.reading import Reading
from knowledge_base.acts.signals import ordinal_of
from knowledge_base.matching.ranking import Candidate

LONGEST = 24  # characters of a reply that chooses
LOOKED_BACK = 6  # lines
_MOST = 9  # things offered at once


def may_choose(text: str, reading: Reading) -> bool:
    """Whether a text may choose or refuse something that was offered."""
    return 0 < len(text) <= LONGEST and (bool({"yes", "no"} & reading.heard) or ordinal_of(text, _MOST) is not None)


def offered(db: Connection, conversation: Conversation) -> tuple[str, ...]:
    """Return the ids of the articles under the bot's last line, in their order; empty if it offered none."""
    lines = message_store.latest(db, conversation.id, LOOKED_BACK)
    last = next((line for line in reversed(lines) if line.author == "bot"), None)
    choices = [parse_choice(button["choice"]) for button in last.meta.get("buttons", ())] if last is not None else []
    return tuple(choice.article for choice in choices if isinstance(choice, QuestionChosen))


def chosen(
    rules: Rules, articles: Sequence[str], text: str, reading: Reading, tier: str, now: datetime
) -> Candidate | None:
    """Return the article that a reply chooses: by its number, or by a yes to the only one."""
    place = ordinal_of(text, len(articles)) if articles else None
    if place is None and len(articles) == 1 and "yes" in reading.heard and "no" not in reading.heard:
        place = 1
    article = rules.article(articles[place - 1], tier, now) if place is not None else None
    return Candidate(article, article.question, 1.0, True) if article is not None else None
