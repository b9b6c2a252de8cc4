"""Builds the indexes of the service, with its encoders and its cache of trained levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.progress import Progress, no_progress
from knowledge_base.training.cache import file_for


@dataclass(frozen=True, slots=True)
class IndexBuilder:
    """The encoders, the cheapest first, and the cache folder; None: no cache."""

    encoders: tuple[Encoder, ...] = ()
    folder: Path | None = None

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
        return build(
            articles,
            revision=revision,
            fillers=fillers,
            encoders=self.encoders,
            folder=self.folder,
            progress=progress,
        )

    def at_once(self, articles: Iterable[Article], *, fillers: Iterable[str], revision: int = 0) -> Index:
        """Return the index if it is cached; else one without encoders, to answer with until `index` is done."""
        articles, fillers = tuple(articles), tuple(fillers)
        kept = self.folder is not None and file_for(self.folder, articles, fillers, self.encoders).exists()
        if kept or not articles:
            return self.index(articles, fillers=fillers, revision=revision)
        return build(articles, revision=revision, fillers=fillers, folder=self.folder)

    def is_finished(self, index: Index) -> bool:
        """Whether this index has all encoders, as `index` would build it."""
        return not index.entries or index.encoder == self.encoder
