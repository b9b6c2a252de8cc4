"""What was read in a text: its clauses, the acts in each of them, and what is left when the acts are taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from knowledge_base.acts.signals import agrees

# An act is named by the id of its file in this folder, for example "person" or "danger".
COURTESIES = frozenset({"greeting", "thanks", "yes", "no", "calm", "small_talk", "bot_question"})
WISHES = frozenset({"person", "chase", "withdrawal", "unsolved", "callback_number", "identity_claim"})
_GOES_ON = ("，", ",", "、", "：", ":", "——")
WITH_MATTER = ("带着事情", "语音", "长句")  # how groups begin whose utterances hold a wish and its matter
THREAT = "威胁"  # how the groups of threats begin in the file of complaints
PURE = COURTESIES | WISHES  # a clause of nothing else says nothing of the matter


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """A clause as it was written, the probability (0 to 1) of each act in it, and the acts that are heard.

    `doubted`: acts too probable to be passed over and not probable enough to be heard. `kinds`: of a danger and of a
    complaint, what kind, as the groups of its act file name it. `matter`: whether the clause tells something of the
    matter, even if it is an act as well. `denied`: it says what is not so, or no longer. `asked`: it is a question.
    `contested`: acts that would be heard, were the company's own questions not so like them. `listed`: acts that the
    company's own words name in it.
    """

    text: str
    chances: Mapping[str, float] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    matter: bool = True
    denied: bool = False
    asked: bool = False
    contested: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as read: its clauses in order, and every act heard or doubted in any of them."""

    text: str
    clauses: tuple[ClauseReading, ...] = ()

    @property
    def heard(self) -> frozenset[str]:
        """The acts that are heard in at least one clause."""
        return frozenset().union(*(clause.heard for clause in self.clauses))

    @property
    def doubted(self) -> frozenset[str]:
        """The acts that are doubted in some clause, and heard in none."""
        return frozenset().union(*(clause.doubted for clause in self.clauses)) - self.heard

    @property
    def substance(self) -> str:
        """The text without the clauses that are acts and nothing else; empty if nothing is left."""
        kept = [clause.text for clause in self.clauses if clause.matter]
        return self.text if len(kept) == len(self.clauses) else " ".join(kept)

    @property
    def question(self) -> str:
        """What the text asks: its substance without what is denied in it; all of it where nothing else is left."""
        kept = [clause.text for clause in self.clauses if clause.matter and not clause.denied]
        return (self.text if len(kept) == len(self.clauses) else " ".join(kept)) or self.substance or self.text

    @property
    def asks(self) -> bool:
        """Whether a clause that tells something of a matter asks."""
        return any(clause.matter and clause.asked for clause in self.clauses)

    @property
    def denies(self) -> bool:
        """Whether all that is told of a matter is denied."""
        told = [clause for clause in self.clauses if clause.matter]
        return bool(told) and all(clause.denied for clause in told)

    @property
    def is_courteous(self) -> bool:
        """Whether each clause is a courtesy and tells nothing else, even if something is announced to follow it."""
        acts = [clause.heard for clause in self.clauses]
        return bool(acts) and all(heard & COURTESIES and heard <= PURE | {"unfinished"} for heard in acts)

    def without(self, act: str) -> Reading:
        """Return the reading in which this act is not heard."""
        clauses = [
            replace(clause, heard=clause.heard - {act}, doubted=clause.doubted - {act}) for clause in self.clauses
        ]
        return Reading(self.text, tuple(clauses))

    def saying(self, act: str) -> Reading:
        """Return the reading in which this act is heard in every clause."""
        return Reading(self.text, tuple(replace(clause, heard=clause.heard | {act}) for clause in self.clauses))

    def as_answer(self) -> Reading:
        """Return the reading of a text that answers a question: 有 is a yes there, and 嗯，没有 is a no."""
        answers = [agrees(clause.text) for clause in self.clauses]
        refused = False in answers
        clauses = [_answering(clause, answer) for clause, answer in zip(self.clauses, answers, strict=True)]
        return Reading(self.text, tuple(clauses)).without("yes") if refused else Reading(self.text, tuple(clauses))

    def uncontested(self) -> Reading:
        """Return the reading for a text that is like no question of the company's: what was contested is heard."""
        if not any(clause.contested for clause in self.clauses):
            return self
        return Reading(self.text, tuple(_uncontested(clause) for clause in self.clauses))

    def kind(self, act: str) -> str:
        """The kind of an act in the clause where it is likeliest; empty if it has none."""
        found = [(clause.chances.get(act, 0.0), clause.kinds[act]) for clause in self.clauses if act in clause.kinds]
        return max(found)[1] if found else ""

    @property
    def unfinished(self) -> bool:
        """Whether the text visibly goes on: it ends with a comma, or in a clause without an end."""
        is_open = bool(self.clauses) and "unfinished" in self.clauses[-1].heard
        return is_open or self.text.rstrip().endswith(_GOES_ON)

    @property
    def threatens(self) -> bool:
        """Whether a complaint threatens with an authority, a lawyer or the public."""
        return any(clause.kinds.get("complaint", "").startswith(THREAT) for clause in self.clauses)

    def chance(self, act: str) -> float:
        """The probability of an act, 0 to 1, in the clause where it is greatest."""
        return max((clause.chances.get(act, 0.0) for clause in self.clauses), default=0.0)


def _answering(clause: ClauseReading, answer: bool | None) -> ClauseReading:
    if answer is None:
        return clause
    return replace(clause, heard=clause.heard | {"yes" if answer else "no"}, matter=False)


def _uncontested(clause: ClauseReading) -> ClauseReading:
    heard = clause.heard | clause.contested
    matter = clause.matter and not (clause.contested and heard <= PURE)
    return replace(clause, heard=heard, doubted=clause.doubted - heard, matter=matter, contested=frozenset())
