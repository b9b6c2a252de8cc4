"""`jiedai kb eval`: evaluate a knowledge base on labelled messages; needs neither data folder nor database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.config.settings import read_settings
from bot.files.knowledge_files import read_knowledge_file, read_message_file
from bot.knowledge.encoders import encoders_of
from escalation.policy.reader import read_policy
from knowledge_base.evaluation.chart import chart_page, chart_svg
from knowledge_base.evaluation.coverage import ABOVE_ALL
from knowledge_base.evaluation.measurement import SHOWN, Evaluation, Figures, evaluate
from knowledge_base.matching.index import build
from knowledge_base.model.progress import Progress, no_progress

_DRAWN = {".svg": chart_svg, ".html": chart_page, ".htm": chart_page}


def measure(
    kb: Annotated[str, argument("--kb", metavar="FILE", help="an FAQ file, or CSV with columns id,question")],
    queries: Annotated[
        str,
        argument("--queries", metavar="FILE", help="CSV with columns text,expected; empty: nothing answers it"),
    ],
    dev: Annotated[
        str | None,
        argument("--dev", metavar="FILE", help="choose the threshold on these messages, not on the KB alone"),
    ] = None,
    target: Annotated[
        str, argument("--target", metavar="SHARE", help="of answers to be right (default: 0.95)")
    ] = "0.95",
    picture: Annotated[
        str | None, argument("--picture", metavar="FILE", help="draw answered against right as .svg or .html")
    ] = None,
) -> Result:
    """Evaluate and return the figures; as JSON nothing else."""
    share, drawing = _target(target), _picture(picture)
    started = time.perf_counter()
    articles = read_knowledge_file(Path(kb))
    reading = time.perf_counter() - started
    known = {article.id for article in articles}
    messages = read_message_file(Path(queries), known)
    chosen_on = read_message_file(Path(dev), known) if dev else ()
    started = time.perf_counter()
    settings = read_settings()
    encoders = encoders_of(settings)
    fillers = read_policy(settings.policy).words.get("filler", ())  # as the server has them
    with _bar("Learning") as progress:
        index = build(articles, fillers=fillers, encoders=encoders, progress=progress)
    load_s = reading + time.perf_counter() - started
    with _bar("Asking") as progress:
        found = evaluate(index, messages, target=share, dev=chosen_on, load_s=load_s, progress=progress)
    words: list[str | Table] = [_table(found)]
    if drawing is not None:
        name = "/".join(Path(queries).parts[-2:])
        drawing.write_text(_DRAWN[drawing.suffix.lower()](found, share, name), encoding="utf-8")
        words.append(f"The picture is in {picture}.")
    words.append(_sentence(found, share, chosen=bool(dev)))
    return Result(as_json(found.figures), words)


def as_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON; shares are fractions of 1."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(figures).items()}


def _target(text: str) -> float:
    try:
        target = float(text)
    except ValueError:
        target = 0.0
    if not 0 < target < 1:
        raise _refusal(f'The target must be a share between 0 and 1, such as 0.95; "{text}" is not.')
    return target


def _picture(text: str | None) -> Path | None:
    path = Path(text) if text else None
    if path is not None and path.suffix.lower() not in _DRAWN:
        raise _refusal(f"A picture is written as .svg or .html; {path.name} is neither.")
    return path


def _refusal(sentence: str) -> Exception:
    from bot.app import NotReady  # only now: it brings the whole service along

    return NotReady(sentence)


@contextmanager
def _bar(doing: str) -> Iterator[Progress]:
    """A progress bar on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=1.0)
        yield lambda share: bar.update(task, completed=share)


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


def _sentence(found: Evaluation, target: float, *, chosen: bool) -> str:
    """The result in a sentence."""
    figures = found.figures
    exactly = found.answer_at >= ABOVE_ALL
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
