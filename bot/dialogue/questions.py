"""The questions of a text, clause by clause: which of them are known, which may be, and which nobody can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules import Rules
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.decide import PROBABLE, Answered, Presumed, Verdict
from knowledge_base.matching.ranking import Candidate

MOST_ANSWERS = 2
_OWN = 5  # characters from which on a clause that asks is a question of its own


@dataclass(frozen=True, slots=True)
class Questions:
    """What the clauses of a text ask, each article once.

    `answers`: what is surely asked. `likely`: what a clause that asks more likely asks than not. `several`: more than
    one clause asks something of its own. `unanswered`: one of them comes to nothing we know.
    """

    answers: tuple[Candidate, ...] = ()
    likely: tuple[Candidate, ...] = ()
    several: bool = False
    unanswered: bool = False

    def beside(self, verdict: Verdict) -> Questions:
        """Return the questions beside a verdict on the whole text: what it presumes is one of several then."""
        if not isinstance(verdict, Presumed) or not self.several:
            return self
        likely = {each.article.id: each for each in (verdict.candidate, *self.likely)}
        return replace(self, likely=tuple(likely.values()))

    def listed(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Return the candidates of the whole text, after what several clauses are likely to ask."""
        if not self.several or len(self.likely) < MOST_ANSWERS:
            return tuple(candidates)
        first = sorted(self.likely, key=lambda each: -each.confidence)
        known = {each.article.id for each in first}
        return (*first, *(each for each in candidates if each.article.id not in known))


def questions_in(rules: Rules, reading: Reading, tier: str, now: datetime) -> Questions:
    """Return what the clauses of a text ask; nothing where only one tells something."""
    telling = [clause for clause in reading.clauses if (clause.matter or _urges(clause)) and not clause.denied]
    if len(telling) < MOST_ANSWERS:
        return Questions()
    answers: dict[str, Candidate] = {}
    likely: dict[str, Candidate] = {}
    unanswered = False
    for clause in telling:
        candidates, asks = rules.rank(clause.text, tier, now), _asks(reading.text, clause)
        if isinstance(verdict := rules.decide(candidates), Answered):
            answers.setdefault(verdict.candidate.article.id, verdict.candidate)
        elif asks and candidates and candidates[0].confidence >= PROBABLE and not _goes_on(reading, clause):
            likely.setdefault(candidates[0].article.id, candidates[0])
        else:
            unanswered = unanswered or (asks and not _goes_on(reading, clause))
    several = sum(_asks(reading.text, clause) for clause in telling) > 1
    return Questions(tuple(answers.values())[:MOST_ANSWERS], tuple(likely.values()), several, unanswered)


def _asks(text: str, clause: ClauseReading) -> bool:
    """Whether a clause asks something of its own: by its words, by the mark behind it, or where something stays."""
    behind = text[text.find(clause.text) + len(clause.text) :].lstrip()
    asks = clause.asked or _urges(clause) or behind.startswith(("?", "？"))
    return len(clause.text) >= _OWN and asks


def _urges(clause: ClauseReading) -> bool:
    """Whether a clause asks where something stays, if only by saying that it has not come: 纸还没有收到."""
    return "chase" in clause.heard and len(clause.text) >= _OWN


def _goes_on(reading: Reading, clause: ClauseReading) -> bool:
    """Whether a clause goes on with its sentence (那以旧换新有没有呀，能抵多少钱), and asks of the same thing.

    What only greets, introduces or counts before a comma is nothing that could be gone on with: 第二，怎么改地址.
    """
    at = reading.clauses.index(clause)
    before = reading.clauses[at - 1] if at else None
    tells = before is not None and before.matter and len(before.text) >= _OWN
    return tells and reading.text[: reading.text.find(clause.text)].rstrip(" ").endswith(("，", ",", "、"))
