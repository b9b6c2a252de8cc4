"""What is heard in the midst of a talk: most of what is said there are details, so more must speak for an act; pure.

A customer who begins a talk complains, chases or reports a danger far more often than one who goes on with it. Measured
on talks whose every clause was labelled (`python -m benchmarks.later_turns`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from knowledge_base.acts.reading import PURE, ClauseReading, Reading

# Per act the probabilities from which it is heard, and from which it is doubted, when a talk goes on; others as ever.
BARS: Mapping[str, tuple[float, float]] = {
    "danger": (0.95, 0.8),
    "complaint": (0.9, 0.85),
    "withdrawal": (0.92, 0.8),
    "chase": (0.8, 0.8),
    "person": (0.85, 0.75),
    "urgency": (0.9, 0.9),
    "thanks": (0.65, 0.65),
    "calm": (0.75, 0.75),
    "unsolved": (0.75, 0.75),
    "small_talk": (0.95, 0.95),
    "bot_question": (0.88, 0.88),
    "wrong_shop": (0.97, 0.97),
    "haggling": (0.93, 0.93),
    "sales_lead": (0.85, 0.85),
    "feedback": (0.88, 0.88),
}


_ASKED_ABOUT = frozenset({"danger", "withdrawal", "person"})  # acts that are asked about where they are doubted
_NO_BARS = (0.0, 0.0)
_EXPECTED = {"danger": (0.85, 0.7)}  # of what was just asked about: an answer that is none must not say yes to it


def when_going_on(reading: Reading, expected: frozenset[str] = frozenset()) -> Reading:
    """Return the reading of a text that goes on with a talk; `expected`: acts that were just asked about."""
    return Reading(reading.text, tuple(_clause(clause, expected) for clause in reading.clauses))


def _clause(clause: ClauseReading, expected: frozenset[str]) -> ClauseReading:
    bars = {act: (_EXPECTED if act in expected else BARS).get(act, _NO_BARS) for act in clause.chances}
    weak = {act for act in clause.heard - clause.listed if clause.chances.get(act, 1.0) < bars.get(act, _NO_BARS)[0]}
    doubts = (clause.doubted - clause.listed) | (weak & _ASKED_ABOUT)
    likely = {act for act in doubts if clause.chances.get(act, 0.0) >= bars.get(act, _NO_BARS)[1]}
    doubted = frozenset(likely) | (clause.doubted & clause.listed)
    heard = clause.heard - weak
    if heard == clause.heard and doubted == clause.doubted:
        return clause
    return replace(clause, heard=heard, doubted=doubted, matter=clause.matter or not heard or not heard <= PURE)
