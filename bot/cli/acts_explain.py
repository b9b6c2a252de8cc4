"""`jiedai acts explain`: how a message is read, by the code that serves customers; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.acts_eval import ActFolder, checked
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import Where, opened
from bot.dialogue.understanding import LONGEST, evidence_of
from bot.first_start import load_samples
from bot.rules import Rules
from bot.service import Service
from bot.wording.sanitise import clean
from knowledge_base.acts.explanation import ActTrace, ClauseTrace, Explanation, explained
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import is_empty

_SHOWN = 3  # acts of a clause, and candidates
_WORTH_A_LINE = 0.2
_HEADINGS = ("act", "learned", "taken back", "words", "left", "from", "")
_LEGEND = (
    "learned: probability by the act files; taken back: what function words do to it; words: by the policy's lists; "
    "left: what counts; from: the probability from which it is heard/asked about."
)
_TAKEN_BACK = {"negated": "denied", "supposed": "supposed", "asked": "asked about", "unfinished": "not done yet"}


def explain(
    settings: Where,
    text: Annotated[str, argument(metavar="TEXT", help="what the customer writes, all lines of a turn")],
    acts: ActFolder = None,
    tier: Annotated[str | None, argument("--tier", metavar="T", help="questions that this tier may see")] = None,
) -> Result:
    """Return how a message is read; failed for an act file with a fault. Raises NotReady for an empty message."""
    settings = replace(settings, acts=acts or settings.acts)
    files = checked(settings)
    if isinstance(files, Result):
        return files
    cleaned = clean(text)
    if is_empty(cleaned):
        raise NotReady("The message is empty; write what a customer would write.")
    labels = {act.id: act.label for act in files}
    with opened(settings, "best") as service:
        load_samples(service)
        rules = service.rules
        found = explained(rules.acts, cleaned[:LONGEST], evidence_of(rules.policy))
        candidates = _candidates(service, rules, found, tier)
    return Result(_as_json(found, candidates), _words(found, candidates, labels))


def _candidates(service: Service, rules: Rules, found: Explanation, tier: str | None) -> tuple[Candidate, ...]:
    asked = _asked(found)
    return rules.rank(asked, tier or rules.policy.default_tier, service.clock())[:_SHOWN] if asked else ()


def _asked(found: Explanation) -> str:
    """What is left to answer: what is denied, and acts that say nothing of a matter, are no part of it."""
    return found.reading.question if found.reading.substance else ""


def _as_json(found: Explanation, candidates: tuple[Candidate, ...]) -> dict[str, Any]:
    reading = found.reading
    return {
        "heard": sorted(reading.heard),
        "doubted": sorted(reading.doubted),
        "question": _asked(found),
        "clauses": [
            {
                "text": clause.reading.text,
                "windows": list(clause.windows),
                "matter": clause.reading.matter,
                "denied": clause.reading.denied,
                "acts": [asdict(act) for act in clause.acts],
            }
            for clause in found.clauses
        ],
        "candidates": [
            {"id": each.article.id, "question": each.article.question, "confidence": each.confidence}
            for each in candidates
        ],
    }


def _words(found: Explanation, candidates: tuple[Candidate, ...], labels: Mapping[str, str]) -> Iterator[str | Table]:
    for clause in found.clauses:
        yield Table(f"「{clause.reading.text}」", _HEADINGS, [_row(act, labels) for act in _worth_showing(clause)])
        if clause.windows:
            yield f"Looked at in windows as well: {' | '.join(clause.windows)}"
    yield _LEGEND
    yield _said("Heard", found.reading.heard, labels)
    yield _said("Asked about", found.reading.doubted, labels)
    for clause in found.clauses:
        if clause.reading.denied and clause.reading.matter:
            yield f"「{clause.reading.text}」 says what is not so, or no longer."
    asked = _asked(found)
    yield f"What remains as the question: 「{asked}」" if asked else "Nothing remains as a question."
    if candidates:
        rows = [(f"{each.confidence:.2f}", each.article.question, each.article.id) for each in candidates]
        yield Table("Articles", ("confidence", "question", "id"), rows)


def _worth_showing(clause: ClauseTrace) -> Iterator[ActTrace]:
    for place, act in enumerate(clause.acts):
        if place < _SHOWN or act.verdict or max(act.learned, act.chance) >= _WORTH_A_LINE:
            yield act


def _row(act: ActTrace, labels: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"{labels.get(act.act, '')} {act.act}".strip(),
        f"{act.learned:.2f}",
        ", ".join(_TAKEN_BACK[flag] for flag in act.taken_back),
        "" if act.listed is None else f"{act.listed:.2f}",
        f"{act.chance:.2f}",
        f"{act.heard_at:.2f}/{act.doubted_at:.2f}",
        act.verdict,
    )


def _said(what: str, acts: frozenset[str], labels: Mapping[str, str]) -> str:
    names = ", ".join(f"{labels.get(act, '')} ({act})".strip() for act in sorted(acts))
    return f"{what}: {names or 'nothing'}."
