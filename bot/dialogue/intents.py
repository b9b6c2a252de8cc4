"""The intent of a short message that says nothing else: a person, urging, thanks, …; pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from escalation.policy.model import Policy
from knowledge_base.text.normalise import normalise

Intent = Literal["person", "complaint", "urge", "unsolved", "solved", "no_more", "thanks", "greeting"]
ORDER: tuple[Intent, ...] = get_args(Intent)  # from the strongest wish to the weakest
LONGEST = 40  # characters; whoever writes more has something to say


def intent_of(policy: Policy, text: str) -> Intent | None:
    """Return the strongest intent of a text that consists only of intent words and fillers; None for any other.

    「转人工 谢谢」 is a wish for a person; 「安装人工费多少钱」 is not, for 安装, 费 and 多少钱 are left over.
    """
    plain = normalise(text).replace(" ", "")
    if not plain or len(plain) > LONGEST:
        return None
    return _strongest(plain, tuple(policy.words.items()))


@lru_cache(maxsize=512)  # a message is asked about several times in a turn
def _strongest(plain: str, lists: tuple[tuple[str, tuple[str, ...]], ...]) -> Intent | None:
    return next((intent for intent, words in _lexicon(lists).items() if _consists_of(plain, words)), None)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one intent, and the weaker intents' words and fillers that may stand around them."""

    needed: frozenset[str]
    allowed: frozenset[str]
    longest: int


@lru_cache(maxsize=8)
def _lexicon(lists: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[Intent, _Words]:
    plain = {name: frozenset(normalise(word).replace(" ", "") for word in words) - {""} for name, words in lists}
    found: dict[Intent, _Words] = {}
    around = plain.get("filler", frozenset())
    for intent in reversed(ORDER):
        needed = plain.get(intent, frozenset())
        around |= needed
        found[intent] = _Words(needed, around, max(map(len, around), default=0))
    return {intent: found[intent] for intent in ORDER}


def _consists_of(plain: str, words: _Words) -> bool:
    """Whether the text is a sequence of allowed words with at least one needed word."""
    # reached[end]: 0 not reachable, 1 reachable, 2 reachable with a needed word on the way
    reached = [0] * (len(plain) + 1)
    reached[0] = 1
    for start in range(len(plain)):
        if not reached[start]:
            continue
        for end in range(start + 1, min(start + words.longest, len(plain)) + 1):
            word = plain[start:end]
            if word in words.needed:
                reached[end] = 2
            elif word in words.allowed:
                reached[end] = max(reached[end], reached[start])
    return reached[-1] == 2
