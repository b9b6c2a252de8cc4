"""Read a short reply as a choice among the articles that the bot offered last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile, takewhile

from sqlalchemy import Connection

from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording.choices import Meant, NotMeant, QuestionChosen, parse_choice
from knowledge_base.acts.ordinals import ordinal_of
from knowledge_base.acts.reading import Reading
from knowledge_base.matching.ranking import Candidate

LONGEST = 24  # characters of a reply that chooses
LOOKED_BACK = 6  # lines
_BARE_PLACE = 6  # characters of a Chinese reply that only names a place
_MOST = 9  # things offered at once
# Sentences that offer a person: a yes to them is a wish for one.
OFFERS_PERSON = frozenset({"ask_person", "unknown", "unknown_detail", "try_again", "haggling"})


def may_choose(text: str, reading: Reading) -> bool:
    """Whether a text may choose or refuse something that was offered."""
    return 0 < len(text) <= LONGEST and (bool({"yes", "no"} & reading.heard) or ordinal_of(text, _MOST) is not None)


@dataclass(frozen=True, slots=True)
class Offer:
    """The articles under the bot's last line, in their order.

    `understood`: the article whose question the last reply says it understood, or asks back. `answered`: the article
    that the last line answers with. `or_person`: it asked whether a person is wanted instead. `person`: it offered
    nothing but a person.
    """

    articles: tuple[str, ...] = ()
    or_person: bool = False
    person: bool = False
    understood: str | None = None
    answered: str | None = None

    def takes_person(self, reading: Reading) -> bool:
        """Whether a yes that chooses no article is a wish for the person who was offered."""
        takes = self.or_person or (self.person and "no" not in reading.heard and not reading.substance)
        return takes and "yes" in reading.heard


def offered(db: Connection, rules: Rules, conversation: Conversation) -> Offer:
    """Return what the bot's last line offered."""
    lines = message_store.latest(db, conversation.id, LOOKED_BACK)
    last = next((line for line in reversed(lines) if line.author == "bot"), None)
    if last is None:
        return Offer()
    choices = [parse_choice(button["choice"]) for button in last.meta.get("buttons", ())]
    articles = tuple(choice.article for choice in choices if isinstance(choice, QuestionChosen | Meant))
    wording = last.meta.get("wording", "")
    return Offer(
        articles, wording == "either", wording in OFFERS_PERSON, _understood(rules, lines), last.meta.get("article")
    )


def _understood(rules: Rules, lines: Sequence[Message]) -> str | None:
    """The article whose question the bot's last reply says it understood, be it in several lines."""
    spoken = dropwhile(lambda line: line.author != "bot", reversed(lines))
    for line in takewhile(lambda line: line.author == "bot", spoken):
        choices = [parse_choice(button["choice"]) for button in line.meta.get("buttons", ())]
        if found := next((choice.article for choice in choices if isinstance(choice, NotMeant)), None):
            return rules.named(found)
    return None


def is_misplaced(offer: Offer, text: str) -> bool:
    """Whether a reply is nothing but a place at which nothing was offered: 第二个 of a single question."""
    if not offer.articles or len(text) > _BARE_PLACE or ordinal_of(text, len(offer.articles)) is not None:
        return False
    return ordinal_of(text, _MOST) is not None


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
        and not reading.substance
    ):
        place = 1
    article = rules.article(articles[place - 1], tier, now) if place is not None else None
    return Candidate(article, article.question, 1.0, True) if article is not None else None


def articles_of(rules: Rules, offer: Offer, tier: str, now: datetime) -> tuple[Candidate, ...]:
    """Return what was offered, as far as this tier may still see it."""
    articles = [rules.article(each, tier, now) for each in offer.articles]
    return tuple(Candidate(article, article.question, 1.0, True) for article in articles if article is not None)
