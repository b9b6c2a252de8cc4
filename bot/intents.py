"""What a short message wishes for, when it wishes for nothing but that: a person, a hurry-up, thanks, …; pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, get_args

from escalation.policy import Policy
from knowledge_base.text import normalise

Intent = Literal["person", "complaint", "urge", "unsolved", "solved", "no_more", "thanks", "greeting"]
ORDER: tuple[Intent, ...] = get_args(Intent)  # from the strongest wish to the weakest
LONGEST = 40  # characters; whoever writes more has something to say


def intent_of(policy: Policy, text: str) -> Intent | None:
    """The strongest wish of a message that consists of such words and fillers only.

    「转人工 谢谢」 is a wish for a person; 「安装人工费多少钱」 is not, for 安装, 费 and 多少钱 are left over.
    """
    plain = normalise(text).replace(" ", "")
    if not plain or len(plain) > LONGEST:
        return None
    for intent in ORDER:
        weaker = ORDER[ORDER.index(intent) :]
        if _consists_of(plain, _words(policy, intent), _allowed(policy, weaker)):
            return intent
    return None


def _words(policy: Policy, intent: str) -> frozenset[str]:
    return _prepared(policy.words.get(intent, ()))


def _allowed(policy: Policy, intents: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(_words(policy, name) for name in (*intents, "filler")))


@lru_cache(maxsize=256)
def _prepared(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain for word in words if (plain := normalise(word).replace(" ", "")))


def _consists_of(plain: str, needed: frozenset[str], allowed: frozenset[str]) -> bool:
    """Whether the text is a row of allowed words with at least one needed among them."""
    longest = max((len(word) for word in allowed), default=0)
    # reached[end]: 0 not reachable, 1 reachable, 2 reachable with a needed word on the way
    reached = [0] * (len(plain) + 1)
    reached[0] = 1
    for start in range(len(plain)):
        if not reached[start]:
            continue
        for end in range(start + 1, min(start + longest, len(plain)) + 1):
            word = plain[start:end]
            if word in needed:
                reached[end] = 2
            elif word in allowed:
                reached[end] = max(reached[end], reached[start])
    return reached[-1] == 2
