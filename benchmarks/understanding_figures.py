"""What the verdicts on strangers' messages come to: how much is answered, how truly, and what else is sent; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.checkout_verdicts import ANSWERED, ASKED_BACK, LISTED, PRESUMED, Found
from benchmarks.understanding_sets import StrangersMessage
from knowledge_base.evaluation.coverage import auroc, wilson
from knowledge_base.model.calibration import FOREIGN

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class JudgedMessage:
    """A message and what the bot makes of it."""

    message: StrangersMessage
    kind: str
    given: tuple[str, ...]
    first: str | None
    confidence: float

    @property
    def is_answered(self) -> bool:
        """Whether it is answered, be it under 您是问."""
        return self.kind in {ANSWERED, PRESUMED}

    @property
    def is_right(self) -> bool:
        """Whether it is answered, and with a question that answers it."""
        return self.is_answered and self.given[0] in self.message.expected


@dataclass(frozen=True, slots=True)
class Understanding:
    """The figures of a set; shares are 0 to 1, None where there is nothing to take a share of.

    `first`: of the answerable messages, those whose right question is ranked first; `answered`: of the same, those that
    are answered at all. `right`: of all answers, those that answer the message; an answer to an unanswerable one is
    wrong. `right_at_policy`: the same if `FOREIGN` of the messages were unanswerable. `lists_to_unanswerable`: of the
    unanswerable, those that are sent a list of questions, and `asked_back_to_unanswerable`
    a question back. `presumed`: of the answers, those under 您是问.
    `hands`: per hand `first`, `answered` and `right`.
    """

    messages: int
    unanswerable: int
    given: int
    first: float | None
    answered: float | None
    right: float | None
    right_interval: Interval | None
    right_at_policy: float | None
    right_at_policy_interval: Interval | None
    auroc: float | None
    lists_to_unanswerable: float | None
    asked_back_to_unanswerable: float | None
    lists_of_one: int
    presumed: float | None
    answer_at: float | None
    suggest_at: float | None
    hands: dict[str, tuple[float | None, float | None, float | None]]

    def as_json(self) -> dict[str, Any]:
        """Everything of it."""
        return asdict(self)


def judged(messages: Sequence[StrangersMessage], found: Found) -> list[JudgedMessage]:
    """Return the messages with the verdicts on them."""
    return [
        JudgedMessage(message, one["kind"], tuple(one["given"]), one["first"], one["confidence"])
        for message, one in zip(messages, found["verdicts"], strict=True)
    ]


def understanding(
    asked: Sequence[JudgedMessage], answer_at: float | None = None, suggest_at: float | None = None
) -> Understanding:
    """Return the figures of these messages, of one set or of several."""
    outside = [one for one in asked if not one.message.expected]
    answers = [one for one in asked if one.is_answered]
    lists = [one for one in asked if one.kind == LISTED]
    first, answered, right = _shares(asked)
    weighed, size = _at_policy(asked)
    return Understanding(
        messages=len(asked),
        unanswerable=len(outside),
        given=len(answers),
        first=first,
        answered=answered,
        right=right,
        right_interval=wilson(sum(one.is_right for one in answers), len(answers)),
        right_at_policy=weighed,
        right_at_policy_interval=None if weighed is None else wilson(weighed * size, size),
        auroc=auroc([one.confidence for one in asked if one.message.expected], [one.confidence for one in outside]),
        lists_to_unanswerable=_share(one.kind == LISTED for one in outside),
        asked_back_to_unanswerable=_share(one.kind == ASKED_BACK for one in outside),
        lists_of_one=sum(len(one.given) == 1 for one in lists),
        presumed=_share(one.kind == PRESUMED for one in answers),
        answer_at=answer_at,
        suggest_at=suggest_at,
        hands={
            hand: _shares([one for one in asked if one.message.hand == hand])
            for hand in sorted({one.message.hand for one in asked} - {""})
        },
    )


def spread(found: Understanding, figure: int) -> Interval | None:
    """Return the least and the most of a figure of `hands` (0, 1 or 2) over all hands."""
    values = [value for shares in found.hands.values() if (value := shares[figure]) is not None]
    return (min(values), max(values)) if values else None


def _shares(asked: Sequence[JudgedMessage]) -> tuple[float | None, float | None, float | None]:
    inside = [one for one in asked if one.message.expected]
    return (
        _share(one.first in one.message.expected for one in inside),
        _share(one.is_answered for one in inside),
        _share(one.is_right for one in asked if one.is_answered),
    )


def _at_policy(asked: Sequence[JudgedMessage]) -> tuple[float | None, float]:
    """The share of right answers where unanswerable messages are as many as expected, and of how many it is one.

    That is as many answers of equal weight as these are worth (Kish 1965).
    """
    inside = sum(bool(one.message.expected) for one in asked)
    answers = [one for one in asked if one.is_answered]
    if not answers or inside in {0, len(asked)}:
        return None, 0.0
    known, foreign = (1 - FOREIGN) / inside, FOREIGN / (len(asked) - inside)
    weights = [known if one.message.expected else foreign for one in answers]
    total = sum(weights)
    right = sum(weight for weight, one in zip(weights, answers, strict=True) if one.is_right)
    return right / total, total**2 / sum(weight**2 for weight in weights)


def _share(found: Iterable[bool]) -> float | None:
    values = list(found)
    return sum(values) / len(values) if values else None
