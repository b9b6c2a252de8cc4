"""Builds the indexes of the service, with its encoders and its cache of trained levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.progress import Progress, no_progress
from knowledge_base.training.apart import LearningProcess, as_job, is_worth_it
from knowledge_base.training.cache import file_for


@dataclass(frozen=True, slots=True)
class IndexBuilder:
    """The encoders, the cheapest first, and the cache folder; None: no cache.

    `apart`: the process that learns what is not in the cache, where that takes much memory; None: this one. `names`:
    what the company deals in, as `build` takes it.
    """

    encoders: tuple[Encoder, ...] = ()
    folder: Path | None = None
    apart: LearningProcess | None = field(default=None, compare=False)
    names: tuple[str, ...] = ()

    @property
    def encoder(self) -> str | None:
        """The name of the strongest encoder, as `Index.encoder`."""
        return self.encoders[-1].name() if self.encoders else None

    def index(
        self,
        articles: Iterable[Article],
        *,
        fillers: Iterable[str],
        revision: int = 0,
        progress: Progress = no_progress,
    ) -> Index:
        """Build the index; takes seconds for thousands of phrasings that are not cached."""
        return self._built(articles, fillers, self.encoders, revision, progress)

    def at_once(self, articles: Iterable[Article], *, fillers: Iterable[str], revision: int = 0) -> Index:
        """Return the index if it is cached; else one without encoders, to answer with until `index` is done."""
        articles, fillers = tuple(articles), tuple(fillers)
        kept = self.folder is not None and file_for(self.folder, articles, fillers, self.encoders).exists()
        if kept or not articles:
            return self.index(articles, fillers=fillers, revision=revision)
        return self._built(articles, fillers, (), revision)

    def _built(
        self,
        articles: Iterable[Article],
        fillers: Iterable[str],
        encoders: tuple[Encoder, ...],
        revision: int,
        progress: Progress = no_progress,
    ) -> Index:
        articles, fillers = tuple(articles), tuple(fillers)
        if self.apart is not None and self._is_much(articles, fillers, encoders):
            names = [encoder.name() for encoder in encoders]
            self.apart.learn({"articles": as_job(articles), "fillers": fillers, "encoders": names}, progress)
        return build(
            articles,
            revision=revision,
            fillers=fillers,
            encoders=encoders,
            folder=self.folder,
            progress=progress,
            names=self.names,
        )

    def _is_much(self, articles: tuple[Article, ...], fillers: tuple[str, ...], encoders: tuple[Encoder, ...]) -> bool:
        """Whether much is not in the cache, and would be."""
        texts = sum(len(article.phrasings) for article in articles)
        if self.folder is None or not is_worth_it(texts, are_encoded=bool(encoders)):
            return False
        return not file_for(self.folder, articles, fillers, encoders).exists()

    def is_finished(self, index: Index) -> bool:
        """Whether this index has all encoders, as `index` would build it."""
        return not index.entries or index.encoder == self.encoder
