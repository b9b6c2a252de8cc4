"""Search in the published answers at a ticket, of what its customer's tier may see; pure but for the index."""

from __future__ import annotations

from datetime import datetime

from bot.rules import Rules
from knowledge_base.articles import Article
from knowledge_base.matching.ranking import is_visible
from knowledge_base.text.normalise import normalise

MOST = 8  # answers: more is no help while a customer waits
LONGEST = 200  # characters of what is searched
_NEAR = 0.1  # the confidence from which on an article is worth a look by somebody who can judge it


def find_answers(rules: Rules, text: str, tier: str, now: datetime) -> list[Article]:
    """Return articles for what staff type: by meaning, the likeliest first, then those that hold every word.

    Ranking takes milliseconds: call it outside of transactions.
    """
    wanted = [normalise(word).casefold() for word in text[:LONGEST].split()]
    if not wanted:
        return []
    likely = [one.article for one in rules.rank(text[:LONGEST], tier, now) if one.confidence >= _NEAR]
    seen = [one for one in rules.index.articles if is_visible(one, tier, now)]
    asked = [one for one in seen if _holds(wanted, one.question, *one.phrasings)]
    told = [one for one in seen if _holds(wanted, one.question, one.answer)]
    return list({one.id: one for one in (*likely, *asked, *told)}.values())[:MOST]


def _holds(wanted: list[str], *texts: str) -> bool:
    whole = " ".join(texts).casefold()  # not normalised: of thousands, at every key
    return all(word in whole for word in wanted)
