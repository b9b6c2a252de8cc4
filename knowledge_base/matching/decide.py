"""Decides from ranked candidates: answer, presume, suggest, or neither; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.matching.ranking import Candidate

PROBABLE = 0.5  # confidence from which on a candidate is more likely right than wrong
FAR_ABOVE = 3.0  # how many times as likely as another a candidate is that stands far above it
_HARDLY = 0.5  # the part of the way from the confidence for answering to certainty on which a question is presumed


@dataclass(frozen=True, slots=True)
class Answered:
    """The article answers the message."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Presumed:
    """The article answers the message, but hardly surely enough: answer, and say which question was understood."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """Each of these articles may be meant, and none stands far above another: ask which one."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No article is close."""


Verdict = Answered | Presumed | Unsure | Unknown


def decide(candidates: Sequence[Candidate], answer_at: float, suggest_at: float, limit: int) -> Verdict:
    """Answer with an exact match, or the best candidate from confidence `answer_at` on; suggest from `suggest_at` on.

    Below `sure_at` the answer is presumed to be meant. At most `limit` are suggested, none that the first stands far
    above, and nothing where it is more likely that none of them is meant.
    """
    if not candidates:
        return Unknown()
    best = candidates[0]
    if best.exact or best.confidence >= sure_at(answer_at):
        return Answered(best)
    if best.confidence >= answer_at:
        return Presumed(best)
    near = [each for each in candidates if each.confidence >= max(suggest_at, best.confidence / FAR_ABOVE)][:limit]
    if sum(each.confidence for each in near) < PROBABLE:
        return Unknown()
    return Unsure(tuple(near))


def sure_at(answer_at: float) -> float:
    """Return the confidence from which on an answer needs not say which question was understood."""
    return answer_at + _HARDLY * (1 - answer_at)


def given(verdict: Verdict) -> Candidate | None:
    """Return what a verdict answers with, be it sure or presumed; None if it does not answer."""
    return verdict.candidate if isinstance(verdict, Answered | Presumed) else None
