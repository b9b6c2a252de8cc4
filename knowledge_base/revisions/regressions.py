"""Regression messages, which must keep their answers: read from tables, written to CSV, checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.files.csv_file import write_csv
from knowledge_base.files.faults import CatalogueFaults, FaqFault, FaqFaultCollector
from knowledge_base.files.labelled import MESSAGES, Rows, read_messages
from knowledge_base.matching.decide import Answered, Presumed, Unknown, Unsure, Verdict, given
from knowledge_base.matching.index import key_of
from knowledge_base.text.normalise import FILLERS


@dataclass(frozen=True, slots=True)
class Regression:
    """A message and the id of the article that must answer it; None: none may."""

    text: str
    expected: str | None


def read_regressions(rows: Rows, known: Collection[str], faults: FaqFaultCollector) -> tuple[Regression, ...]:
    """Return the messages of a table (`text`, `expected`: an id of `known`); raises CatalogueFaults."""
    rows = tuple(rows)
    found = tuple(Regression(one.text, one.expected) for one in read_messages(rows, known, faults))
    seen: dict[str, tuple[int, str]] = {}
    for (line, _), one in zip(rows, found, strict=True):
        key = key_of(one.text, FILLERS)
        if not key:
            faults.add(line, f'The message "{one.text}" holds no words; write what the customer wrote.')
        elif key in seen:
            first, text = seen[key]
            faults.add(line, f'"{one.text}" says the same as "{text}" in line {first}; keep one of them.')
        seen.setdefault(key, (line, one.text))
    faults.raise_if_any()
    return found


def write_regressions(path: Path, regressions: Iterable[Regression]) -> None:
    """Write a CSV file that `read_regressions` reads; raises CatalogueFaults for another suffix."""
    if path.suffix.lower() != ".csv":
        raise CatalogueFaults([FaqFault(str(path), 1, f'The format "{path.suffix}" is unknown; use .csv.')])
    write_csv(path, [MESSAGES, *((one.text, one.expected or "") for one in regressions)])


def failure_of(regression: Regression, verdict: Verdict, known: Collection[str]) -> str | None:
    """Return in a whole sentence how this verdict on the message is wrong; None if it is as expected."""
    answer = given(verdict)
    answered_by = answer.article.id if answer is not None else None
    if answered_by == regression.expected:
        return None
    if regression.expected is None:
        return f'"{regression.text}" must not be answered; revision would answer it by {answered_by}.'
    what = "revision has no such question" if regression.expected not in known else _instead(verdict)
    return f'"{regression.text}" must be answered by {regression.expected}; {what}.'


def _instead(verdict: Verdict) -> str:
    match verdict:
        case Answered(candidate) | Presumed(candidate):
            return f"revision would answer it by {candidate.article.id}"
        case Unsure(candidates):
            return f"revision would only suggest {', '.join(one.article.id for one in candidates)}"
        case Unknown():
            return "revision would not answer it"
