"""An evaluation of a knowledge base in tables and a sentence, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.cli.output import Table
from knowledge_base.evaluation.coverage import ABOVE_ALL, wilson
from knowledge_base.evaluation.measurement import SHOWN, Evaluation, Figures
from knowledge_base.evaluation.reliability import ConfidenceBand, ConfidentMistake
from knowledge_base.evaluation.reliability_chart import DID
from knowledge_base.files.labelled import LabelledMessage
from knowledge_base.model.calibration import Thresholds

_LISTED = 60  # characters of a message in the table
_ONLY_EXACT = 1.0  # a threshold from here on is reached word for word only
_BANDS = ("so sure it was", "messages", "said", "right", "95 % interval", "")
_MISTAKES = ("sure", "message", "expected", "taken for", "the bot")


@dataclass(frozen=True, slots=True)
class ThresholdSource:
    """Where the thresholds come from: what was learned for these precisions, and by how much use has moved it.

    `chosen`: they are those of the development messages instead.
    """

    learned: Thresholds
    shift: float
    target: float
    suggest_precision: float
    chosen: bool = False


def as_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON; shares are fractions of 1."""
    return {name: _rounded(value) for name, value in asdict(figures).items()}


def picture_as_json(found: Evaluation, source: ThresholdSource) -> dict[str, Any]:
    """Return the thresholds, the bands of confidence and the most confident mistakes as JSON."""
    return {
        "thresholds": {
            "answer_at": found.answer_at if found.answer_at < ABOVE_ALL else None,
            "suggest_at": found.suggest_at,
            "learned": source.learned.answer_at,
            "shift": source.shift,
        },
        "reliability": [
            {name: _rounded(value) for name, value in asdict(band).items() if name != "interval"}
            | {"interval": [_rounded(end) for end in band.interval]}
            for band in found.bands
        ],
        "worst": [asdict(mistake) for mistake in found.worst],
    }


def tables(found: Evaluation, source: ThresholdSource) -> Iterator[Table]:
    """Yield the figures, the thresholds, said against realised, and the most confident mistakes."""
    yield _table(found)
    yield Table("Thresholds in force", ("what", "from", "where it comes from"), list(_thresholds(found, source)))
    yield Table("How sure it was, and how often right", _BANDS, list(map(_band, found.bands)))
    if found.worst:
        yield Table("The most confident mistakes", _MISTAKES, list(map(_mistake, found.worst)))


def foreign_share(messages: Sequence[LabelledMessage], expected: float) -> str:
    """Return how many of these messages nothing answers, against the share that the policy expects (0 to 1)."""
    none = sum(message.expected is None for message in messages)
    low, high = wilson(none, len(messages)) or (0.0, 1.0)
    said = f"Of these messages {_percent(none / len(messages))} have no answer ({100 * low:.1f}–{100 * high:.1f} %)"
    if low <= expected <= high:
        return f"{said}, as the policy expects ({100 * expected:g} %)."
    wrong = f"the policy expects {100 * expected:g} %: if they are like all that come, say so there (dialogue.foreign)"
    return f"{said}, and {wrong}."


def _thresholds(found: Evaluation, source: ThresholdSource) -> Iterator[tuple[str, str, str]]:
    exactly = found.answer_at >= _ONLY_EXACT
    learned = f"learned, so that {100 * source.target:g} % of the answers are right (policy: dialogue.precision)"
    if source.chosen:
        learned = "chosen on the development messages"
    elif source.shift:
        learned = f"{source.learned.answer_at:.4f} {learned}; moved by {source.shift:+.4f} by use (jiedai kb adjust)"
    yield "answered", "word for word" if exactly else f"{found.answer_at:.4f}", learned
    share = f"{100 * source.suggest_precision:g} %"
    suggested = f"learned, so that {share} of the lists hold the right question (policy: dialogue.suggest_precision)"
    yield "suggested", f"{found.suggest_at:.4f}", suggested


def _band(band: ConfidenceBand) -> tuple[str, ...]:
    low, high = band.interval
    name = "word for word" if band.exact else f"{band.low:.2f}–{band.high:.2f}"
    verdict = "" if band.exact or low <= band.said <= high else "too sure" if band.said > high else "too careful"
    shares = (_percent(band.said), _percent(band.realised), f"{100 * low:.1f}–{100 * high:.1f} %")
    return (name, f"{band.cases:,}", *shares, verdict)


def _mistake(one: ConfidentMistake) -> tuple[str, ...]:
    text = one.text if len(one.text) <= _LISTED else f"{one.text[:_LISTED]}…"
    return (f"{one.confidence:.2f}", text, one.expected or "nothing", f"{one.question} [{one.given}]", DID[one.did])


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _table(found: Evaluation) -> Table:
    figures = found.figures
    rows = [
        ("right question first", _percent(figures.top1), "of the messages that the knowledge base can answer"),
        (f"among the first {SHOWN}", _percent(figures.recall_at_3), f"mean reciprocal rank {_plain(figures.mrr_at_3)}"),
        ("in and out of scope told apart", _percent(figures.oos_auroc), "AUROC; half is guessing"),
        ("answered", _percent(figures.answered), "of all messages"),
        ("answers right", _percent(figures.precision), f"{found.right:,} of {found.given:,}"),
        ("presumed", _percent(figures.presumed), "of all messages: answered with the question that was understood"),
        ("presumed right", _percent(figures.presumed_right), "of those"),
        ("right one suggested", _percent(figures.suggested_hit), "of those that it could answer and did not"),
        ("loaded in", f"{figures.load_s:.2f} s", f"encoder: {figures.encoder or 'none'}"),
        ("a message takes", f"{figures.p50_ms:.2f} ms", f"99 of 100 at most {figures.p99_ms:.2f} ms"),
    ]
    title = f"{figures.messages:,} messages, {figures.questions:,} questions, {figures.phrasings:,} phrasings"
    return Table(title, ("figure", "value", "meaning"), rows)


def sentence(found: Evaluation, target: float, *, chosen: bool) -> str:
    """The result in a sentence."""
    figures = found.figures
    exactly = found.answer_at >= _ONLY_EXACT
    at = "is asked word for word" if exactly else f"it is at least {found.answer_at:.2f} sure of"
    whose = "as chosen on the development messages" if chosen else "as it chose by itself"
    if figures.precision is None:
        return f"Answering only what {at}, {whose}, the bot would answer none of these messages."
    verdict = "reached" if figures.precision >= target else "missed"
    return (
        f"Answering only what {at}, {whose}, the bot answers {_percent(figures.answered)} of these messages, and "
        f"{_percent(figures.precision)} of its answers are right: the target of {100 * target:g} % is {verdict}."
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
