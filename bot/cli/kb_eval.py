"""`jiedai kb eval`: evaluate the published knowledge base or a file's, on labelled messages or phrasings left out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bot.cli.command import Setup, argument
from bot.cli.kb_eval_words import ThresholdSource, as_json, foreign_share, picture_as_json, sentence, tables
from bot.cli.output import Result, Table
from bot.config.settings import Settings
from bot.files.knowledge_files import read_knowledge_file, read_message_file
from bot.knowledge.encoders import encoders_of
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from knowledge_base.adjusting.decision import shifted
from knowledge_base.articles import Article
from knowledge_base.evaluation.chart import chart_page, chart_svg
from knowledge_base.evaluation.left_out import EVERY, LeftOut, leave_out
from knowledge_base.evaluation.measurement import evaluate
from knowledge_base.matching.index import Index, build
from knowledge_base.model.progress import Progress, no_progress

Where = Annotated[Settings, Setup(nullcontext)]
_DRAWN = {".svg": chart_svg, ".html": chart_page, ".htm": chart_page}


def measure(
    settings: Where,
    kb: Annotated[
        str | None,
        argument("--kb", metavar="FILE", help="an FAQ file, or CSV with columns id,question (default: as published)"),
    ] = None,
    queries: Annotated[
        str | None,
        argument(
            "--queries",
            metavar="FILE",
            help="CSV with columns text,expected; empty: nothing answers it (default: phrasings that are left out)",
        ),
    ] = None,
    dev: Annotated[
        str | None,
        argument("--dev", metavar="FILE", help="choose the threshold on these messages, not on the KB alone"),
    ] = None,
    target: Annotated[
        str | None, argument("--target", metavar="SHARE", help="of answers to be right (default: as in the policy)")
    ] = None,
    picture: Annotated[
        str | None, argument("--picture", metavar="FILE", help="draw answered against right as .svg or .html")
    ] = None,
) -> Result:
    """Evaluate and return the figures; as JSON nothing else.

    Raises NotReady where no knowledge base is published, or nothing can be left out of it.
    """
    policy, drawing = read_policy(settings.policy), _picture(picture)
    share = policy.dialogue.precision if target is None else _target(target)
    given = _from_file(Path(kb)) if kb else _published(settings)
    known = {article.id for article in given.articles}
    chosen_on = read_message_file(Path(dev), known) if dev else ()
    messages = read_message_file(Path(queries), known) if queries else ()
    started = time.perf_counter()
    encoders = encoders_of(settings)
    with _bar("Learning") as progress:
        left = LeftOut(given.articles, messages) if queries else _left_out(given.articles, policy)
        index = given.index if queries else None
        if index is None:
            fillers = policy.words.get("filler", ())  # as the server has them
            index = build(left.articles, fillers=fillers, encoders=encoders, progress=progress)
    load_s = given.load_s + time.perf_counter() - started
    learned = (given.index or index).thresholds(share, policy.dialogue.suggest_precision)
    at = None if chosen_on else shifted(learned, given.shift)
    with _bar("Asking") as progress:
        found = evaluate(index, left.messages, target=share, dev=chosen_on, at=at, load_s=load_s, progress=progress)
    source = ThresholdSource(learned, given.shift, share, policy.dialogue.suggest_precision, chosen=bool(dev))
    words: list[str | Table] = list(tables(found, source))
    if drawing is not None:
        name = "/".join(Path(queries).parts[-2:]) if queries else "phrasings left out"
        drawing.write_text(_DRAWN[drawing.suffix.lower()](found, share, name), encoding="utf-8")
        words.append(f"The picture is in {picture}.")
    if queries:
        words.append(foreign_share(messages, policy.dialogue.foreign))
    else:
        words.append(_what_was_left_out(left, len(given.articles)))
    words.append(sentence(found, share, chosen=bool(dev)))
    return Result(as_json(found.figures) | picture_as_json(found, source), words)


@dataclass(frozen=True, slots=True)
class _EvaluatedBase:
    """The articles to evaluate; their index and the shift of its threshold, where they are published."""

    articles: tuple[Article, ...]
    load_s: float
    index: Index | None = None
    shift: float = 0.0


def _from_file(path: Path) -> _EvaluatedBase:
    started = time.perf_counter()
    return _EvaluatedBase(tuple(read_knowledge_file(path)), time.perf_counter() - started)


def _published(settings: Settings) -> _EvaluatedBase:
    from bot.cli.session import opened  # only now: it brings the whole service along

    started = time.perf_counter()
    with opened(settings, "best") as service:
        rules = service.rules
    if not rules.index.entries:
        raise _refusal(
            "No knowledge base is published yet; `jiedai kb import FILE` publishes one, --kb FILE reads one."
        )
    return _EvaluatedBase(rules.index.articles, time.perf_counter() - started, rules.index, rules.shift)


def _left_out(articles: tuple[Article, ...], policy: Policy) -> LeftOut:
    left = leave_out(articles, policy.dialogue.foreign)
    if not left.messages:
        raise _refusal(
            f"There are too few similar questions: every {EVERY}th one would be left out and asked. Give messages with "
            "--queries FILE."
        )
    return left


def _what_was_left_out(left: LeftOut, articles: int) -> str:
    foreign = sum(message.expected is None for message in left.messages)
    gone = articles - len(left.articles)
    return (
        f"The messages are phrasings that were left out and asked: {len(left.messages) - foreign:,} whose question "
        f"stayed, and {foreign:,} of {gone:,} questions that were left out as a whole. Strangers write otherwise: real "
        "messages (--queries FILE) say more."
    )


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
