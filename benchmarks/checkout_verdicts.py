"""What the bot of a checkout, this one or an earlier one, makes of messages; in a process of its own.

Run as a file, it takes knowledge bases with their messages as JSON from standard input, and ends with the verdicts as
one line of JSON. Nothing is imported but what every checkout has, under its name of today or of then.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import ours

ANSWERED, PRESUMED, LISTED, ASKED_BACK, UNKNOWN = "answered", "presumed", "listed", "asked back", "unknown"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_BATCH = 256  # messages that the encoder reads at once

Job = Mapping[str, Any]
Found = dict[str, Any]


def verdicts_of(checkout: Path, sets: Sequence[Job], *, level: str = ours.SEMANTIC, kept: Path) -> list[Found]:
    """Return for each set its thresholds and, per message, the verdict, as the bot of this checkout has them.

    A set is its `articles` (id, question, similar, answer) and `messages`. `kept`: the file of sentences' embeddings.
    """
    job = {"sets": list(sets), "level": level, "kept": str(kept)}
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(checkout)}
    words = [sys.executable, "-P", str(Path(__file__).resolve())]
    process = subprocess.run(
        words, cwd=checkout, env=environment, input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True
    )
    found: list[Found] = json.loads(process.stdout.splitlines()[-1])
    return found


class _Bot:
    """The matcher of the checkout whose modules are first on the path."""

    def __init__(self, level: str, kept: Path) -> None:
        self.article = _thing("Article", "knowledge_base.articles")
        self.build = _thing("build", "knowledge_base.index", "knowledge_base.matching.index")
        self.rank = _thing("rank", "knowledge_base.matching", "knowledge_base.matching.ranking")
        self.verdicts = _module("decide", "knowledge_base.answering", "knowledge_base.matching.decide")
        self.asks_back = _has("AskBack", "bot.dialogue.acts")  # a single question, in words
        self.limit = _thing("SUGGESTIONS", "knowledge_base.evaluation", "knowledge_base.evaluation.measurement")
        self.encoders = [ours.Sharing(one, kept) for one in ours.encoders(level) or ()]
        for encoder in self.encoders:
            encoder.learning = True
        self.indexes: dict[str, Any] = {}

    def judge(self, one: Job) -> Found:
        """Thresholds, and a verdict on each message."""
        index = self._index(one["articles"])
        at = index.thresholds()
        messages: list[str] = one["messages"]
        for begin in range(0, len(messages), _BATCH):
            index.read_ahead(messages[begin : begin + _BATCH])
        verdicts = [self._verdict(text, index, at.answer_at, at.suggest_at) for text in messages]
        return {"answer_at": at.answer_at, "suggest_at": at.suggest_at, "verdicts": verdicts}

    def _index(self, articles: Sequence[Job]) -> Any:
        key = json.dumps(articles)
        if key not in self.indexes:
            made = [
                self.article(one["id"], "", one["question"], tuple(one["similar"]), one["answer"]) for one in articles
            ]
            self.indexes = {key: self.build(made, encoders=self.encoders)}  # sets of the same questions stand together
        return self.indexes[key]

    def _verdict(self, text: str, index: Any, answer_at: float, suggest_at: float) -> Found:
        ranked = self.rank(text, index)
        kind, given = self._named(self.verdicts.decide(ranked, answer_at, suggest_at, self.limit))
        return {
            "kind": kind,
            "given": [candidate.article.id for candidate in given],
            "first": ranked[0].article.id if ranked else None,
            "confidence": sum(candidate.confidence for candidate in ranked),
        }

    def _named(self, verdict: Any) -> tuple[str, Sequence[Any]]:
        presumed = getattr(self.verdicts, "Presumed", None)  # 您是问: not every checkout has it
        if presumed is not None and isinstance(verdict, presumed):
            return PRESUMED, [verdict.candidate]
        if isinstance(verdict, self.verdicts.Answered):
            return ANSWERED, [verdict.candidate]
        if isinstance(verdict, self.verdicts.Unsure):
            is_list = len(verdict.candidates) > 1 or not self.asks_back
            return LISTED if is_list else ASKED_BACK, verdict.candidates
        return UNKNOWN, ()


def _module(attribute: str, *names: str) -> Any:
    """The first of these modules that has the attribute; the earlier name first.

    For an installed checkout lends another one the modules that it lacks.
    """
    for name in names:
        try:
            module = import_module(name)
        except ModuleNotFoundError:
            continue
        if hasattr(module, attribute):
            return module
    raise ModuleNotFoundError(f"None of {', '.join(names)} has {attribute}.")


def _has(attribute: str, *names: str) -> bool:
    try:
        _module(attribute, *names)
    except ModuleNotFoundError:
        return False
    return True


def _thing(attribute: str, *names: str) -> Any:
    return getattr(_module(attribute, *names), attribute)


def main() -> None:
    """In a process of its own, in whichever checkout: judge what standard input holds."""
    job = json.load(sys.stdin)
    bot = _Bot(job["level"], Path(job["kept"]))
    found = [bot.judge(one) for one in job["sets"]]
    for encoder in bot.encoders:
        encoder.keep()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
