"""Read a short reply as a choice among the articles that the bot offered last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.wording.choices import QuestionChosen, parse_choice
from knowledge_base.acts.ordinals import ordinal_of
from knowledge_base.acts.reading import Reading
from knowledge_base.matching.ranking import Candidate

LONGEST = 24  # characters of a reply that chooses
LOOKED_BACK = 6  # lines
_MOST = 9  # things offered at once


def may_choose(text: str, reading: Reading) -> bool:
    """Whether a text may choose or refuse something that was offered."""
    return 0 < len(text) <= LONGEST and (bool({"yes", "no"} & reading.heard) or ordinal_of(text, _MOST) is not None)


@dataclass(frozen=True, slots=True)
class Offer:
    """The articles under the bot's last line, in their order; `or_person`: it asked whether a person is wanted."""

    articles: tuple[str, ...] = ()
    or_person: bool = False


def offered(db: Connection, conversation: Conversation) -> Offer:
    """Return what the bot's last line offered."""
    lines = message_store.latest(db, conversation.id, LOOKED_BACK)
    last = next((line for line in reversed(lines) if line.author == "bot"), None)
    if last is None:
        return Offer()
    choices = [parse_choice(button["choice"]) for button in last.meta.get("buttons", ())]
    articles = tuple(choice.article for choice in choices if isinstance(choice, QuestionChosen))
    return Offer(articles, last.meta.get("wording") == "either")


def chosen(rules: Rules, offer: Offer, text: str, reading: Reading, tier: str, now: datetime) -> Candidate | None:
    """Return the article that a reply chooses: by its number, or by a yes to the only thing offered."""
    articles = offer.articles
    place = ordinal_of(text, len(articles)) if articles else None
    if (
        place is None
        and len(articles) == 1
        and not offer.or_person
        and "yes" in reading.heard
        and "no" not in reading.heard
    ):
        place = 1
    article = rules.article(articles[place - 1], tier, now) if place is not None else None
    return Candidate(article, article.question, 1.0, True) if article is not None else None
