"""`jiedai acts eval`: evaluate act files on their own examples; needs neither data folder nor database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.config.settings import Settings, read_settings
from bot.knowledge.encoders import NONE, encoders_of
from knowledge_base.acts.act_files import SHIPPED, ActFile, read_acts
from knowledge_base.acts.training import training_of
from knowledge_base.evaluation.act_figures import ActFigures, Mistake, figures_of
from knowledge_base.files.faults import CatalogueFaults

_HEADINGS = ("act", "of", "heard", "seen", "not", "fires", "plain", "other", "from")
_LEGEND = (
    "of: utterances/groups; heard: in how many % of them the act is heard, each judged as if its group were not known; "
    "seen: heard, or doubted and asked about. not: counter-examples; fires: in how many % of them it is heard, "
    "plain: of ordinary questions, other: of other acts' utterances. from: probability from which it is heard/doubted."
)


ActFolder = Annotated[
    str | None,
    argument("--acts", metavar="FOLDER", help="act files of your own (JIEDAI_ACTS; default: the shipped ones)"),
]


def measure(
    acts: ActFolder = None,
    worst: Annotated[int, argument("--worst", metavar="N", help="mistakes shown of each kind (default: 2)")] = 2,
) -> Result:
    """Learn the acts and return their figures; failed for an act file with a fault, every line of which is named."""
    settings = read_settings(acts=acts)
    files = checked(settings)
    if isinstance(files, Result):
        return files
    encoder = next(iter(encoders_of(settings)), None)
    figures = figures_of(files, training_of(files, encoder))
    value = {"ok": True, "encoder": encoder.name() if encoder else None, "acts": [_as_json(each) for each in figures]}
    return Result(value, _words(figures, worst))


def checked(settings: Settings) -> tuple[ActFile, ...] | Result:
    """Return the acts of this installation, or a failed result that names every line at fault."""
    folder = Path(settings.acts) if settings.acts and settings.acts != NONE else SHIPPED
    try:
        return read_acts(folder)
    except CatalogueFaults as faults:
        found = [{"file": fault.file, "line": fault.line, "message": fault.message} for fault in faults.faults]
        return Result({"ok": False, "faults": found}, str(faults), failed=True)


def _as_json(figures: ActFigures) -> dict[str, Any]:
    found = asdict(figures)
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


def _words(figures: Sequence[ActFigures], worst: int) -> Iterator[str | Table]:
    examples = sum(each.utterances for each in figures)
    yield Table(f"{len(figures)} acts, {examples:,} utterances", _HEADINGS, [_row(each) for each in figures])
    yield _LEGEND
    for each in figures:
        name = f"{each.label} ({each.id})"
        for mistake in each.missed[:worst]:
            yield f"{name} is missed in {_where(mistake)}: {mistake.chance:.2f} of {each.heard_at:.2f} needed."
        for mistake in each.invented[:worst]:
            yield f"{name} is heard in {_where(mistake)}, which is none: {mistake.chance:.2f}."


def _row(figures: ActFigures) -> tuple[str, ...]:
    return (
        figures.id,
        f"{figures.utterances}/{figures.groups}",
        _percent(figures.recall),
        _percent(figures.noticed),
        str(figures.counter_examples),
        _percent(figures.counter),
        _percent(figures.ordinary),
        _percent(figures.others),
        f"{figures.heard_at:.2f}/{figures.doubted_at:.2f}",
    )


def _where(mistake: Mistake) -> str:
    return f"「{mistake.text}」 ({mistake.group})"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"
