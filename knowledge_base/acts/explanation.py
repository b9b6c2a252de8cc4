"""Explains a reading: what was looked at, how likely each act was there, and what took that back or added to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base.acts.clauses import windows_of
from knowledge_base.acts.polarity import Polarity
from knowledge_base.acts.reader import ActReader, Evidence, no_evidence, polarity_in, struck
from knowledge_base.acts.reading import ClauseReading, Reading

Seen = Mapping[str, Mapping[str, float]]  # per part of a text the probability of each act, as learned


@dataclass(frozen=True, slots=True)
class ActTrace:
    """How the probability of an act in a clause came about; probabilities are 0 to 1.

    `learned`: by the head, in `part`, the clause or the window of it where the act is likeliest. `taken_back`: names of
    what function words do there, if they lower it. `listed`: by the company's words, None without any. `chance`: what
    counts in the end, which may come from the whole text. `verdict`: heard, doubted or nothing.
    """

    act: str
    learned: float
    part: str
    taken_back: tuple[str, ...]
    listed: float | None
    chance: float
    heard_at: float
    doubted_at: float
    verdict: str


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """A clause as read, the windows that were looked at too, and its acts, the likeliest first."""

    reading: ClauseReading
    windows: tuple[str, ...]
    acts: tuple[ActTrace, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading and how each of its clauses came about."""

    reading: Reading
    clauses: tuple[ClauseTrace, ...]


def explained(reader: ActReader, text: str, evidence: Evidence = no_evidence) -> Explanation:
    """Return the reading of a text and how it came about; raises what an encoder raises."""
    reading = reader.read(text, evidence)
    seen = _seen(reader, text)
    traces = (_clause(reader, clause, seen, evidence(clause.text)) for clause in reading.clauses)
    return Explanation(reading, tuple(traces))


def _seen(reader: ActReader, text: str) -> Seen:
    parts = reader.sentences(text)
    if reader.head is None or not text.strip():
        return {}
    chances = reader.head.chances(reader.head.likeness(parts)).tolist()
    return {part: dict(zip(reader.head.names, row, strict=True)) for part, row in zip(parts, chances, strict=True)}


def _clause(reader: ActReader, clause: ClauseReading, seen: Seen, listed: Mapping[str, float]) -> ClauseTrace:
    windows = windows_of(clause.text)
    known = reader.head.names if reader.head is not None else ()
    acts = [
        _act(reader, act, clause, {part: seen.get(part, {}).get(act, 0.0) for part in (clause.text, *windows)}, listed)
        for act in dict.fromkeys((*known, *listed))
    ]
    return ClauseTrace(clause, windows, tuple(sorted(acts, key=lambda each: (-each.chance, -each.learned))))


def _act(
    reader: ActReader, act: str, clause: ClauseReading, parts: Mapping[str, float], listed: Mapping[str, float]
) -> ActTrace:
    part = max(parts, key=lambda each: parts[each])
    verdict = "heard" if act in clause.heard else "doubted" if act in clause.doubted else ""
    return ActTrace(
        act=act,
        learned=parts[part],
        part=part,
        taken_back=tuple(_taken_back(act, parts[part], polarity_in(clause.text, part))),
        listed=listed.get(act),
        chance=clause.chances.get(act, 0.0),
        heard_at=reader.heard_at(act),
        doubted_at=reader.doubted_at(act),
        verdict=verdict,
    )


def _taken_back(act: str, chance: float, polarity: Polarity) -> Iterable[str]:
    """The names of what function words do to a clause, if they lower the chance of this act."""
    if struck(act, chance, polarity) < chance:
        flags = ("negated", "supposed", "asked", "unfinished")
        yield from (flag for flag in flags if getattr(polarity, flag))
