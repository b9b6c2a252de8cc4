"""What was read in a text: its clauses, the acts in each of them, and what is left when the acts are taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# An act is named by the id of its file in this folder, for example "person" or "danger".
COURTESIES = frozenset({"greeting", "thanks", "yes", "no", "calm", "small_talk", "bot_question"})
WISHES = frozenset({"person", "chase", "withdrawal", "unsolved", "callback_number", "identity_claim"})
PURE = COURTESIES | WISHES  # a clause of nothing else says nothing of the matter


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """A clause as it was written, the probability (0 to 1) of each act in it, and the acts that are heard.

    `doubted`: acts too probable to be passed over and not probable enough to be heard. `matter`: whether the clause
    tells something of the matter, even if it is an act as well.
    """

    text: str
    chances: Mapping[str, float] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    kind: str = ""  # of a danger: fire, shock, battery, injury, chemical, outage
    matter: bool = True


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

    def chance(self, act: str) -> float:
        """The probability of an act, 0 to 1, in the clause where it is greatest."""
        return max((clause.chances.get(act, 0.0) for clause in self.clauses), default=0.0)
