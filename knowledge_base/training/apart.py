"""Learning in a process of its own, which gives back all the memory it took; what it learns is read from disk."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge_base.articles import Article
from knowledge_base.model.progress import Progress, no_progress

log = logging.getLogger(__name__)

WORTH = 600  # texts from which on learning takes more than the start of a process
WORTH_UNREAD = 3_000  # the same where no encoder reads them

Job = Mapping[str, Any]  # as JSON


@dataclass(slots=True)
class LearningProcess:
    """Starts `python -m module`, which takes a job as a line of JSON and prints the share done, line by line.

    Its input stays open as long as this process lives, so that it can end with it.

    `always`: what every job says. Thread-safe; at most one failure is logged.
    """

    module: str
    always: Job = field(default_factory=dict)
    _has_failed: bool = field(default=False, init=False)

    def learn(self, job: Job, progress: Progress = no_progress) -> None:
        """Return when the process has ended; where it could not learn, which is logged, the caller learns itself."""
        try:
            code = self._run(job, progress)
        except OSError as error:
            self._say(error.strerror or str(error))
            return
        if code:
            self._say(f"it ended by signal {-code}" if code < 0 else f"it ended with exit code {code}")

    def _run(self, job: Job, progress: Progress) -> int:
        # In a session of its own, so that Ctrl-C at a terminal ends the server alone.
        with subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps({**self.always, **job}) + "\n")
                process.stdin.flush()
            except BrokenPipeError:  # its exit code says more
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
            for line in process.stdout:
                with contextlib.suppress(ValueError):  # a library's own word
                    progress(float(line))
        return process.returncode

    def _say(self, reason: str) -> None:
        if not self._has_failed:
            log.warning("a process of its own could not learn, so this one does: %s", reason)
        self._has_failed = True


def is_worth_it(texts: int, *, are_encoded: bool) -> bool:
    """Whether learning from so many texts is worth a process of its own."""
    return texts >= (WORTH if are_encoded else WORTH_UNREAD)


def as_job(articles: Iterable[Article]) -> list[list[str]]:
    """Return what is learned from of articles: the id, the answer and the phrasings of each."""
    return [[article.id, article.answer, *article.phrasings] for article in articles]


def articles_of(job: Iterable[list[str]]) -> tuple[Article, ...]:
    """Return articles from which the same is learned."""
    return tuple(Article(id_, "", question, tuple(similar), answer) for id_, answer, question, *similar in job)
