"""How alike a message is to every phrasing, by the parts they share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.model import similarity
from knowledge_base.model.features import parts_of
from knowledge_base.model.similarity import InvertedIndex, build_inverted_index

PHRASINGS = ("打印机卡纸怎么办", "打印机连不上wifi", "发票怎么开", "怎么退货", "toner", "卡")


def likeness(index: InvertedIndex, text: str) -> list[float]:
    found: list[float] = index.likeness(index.vector(parts_of(text))).tolist()
    return found


@pytest.fixture(scope="module")
def index() -> InvertedIndex:
    return build_inverted_index(map(parts_of, PHRASINGS))


@pytest.mark.parametrize("place", range(len(PHRASINGS)))
def test_a_phrasing_is_exactly_like_itself_and_less_like_any_other(index: InvertedIndex, place: int) -> None:
    found = likeness(index, PHRASINGS[place])
    assert found[place] == pytest.approx(1, abs=1e-5)
    assert all(0 <= other < 0.99 for number, other in enumerate(found) if number != place)


def test_parts_nobody_wrote_lower_the_likeness(index: InvertedIndex) -> None:
    whole, half, less = (
        likeness(index, text)[2] for text in ("发票怎么开", "发票怎么开鼎鑫", "发票怎么开鼎鑫犇焱淼磊")
    )
    assert whole > half > less > 0


def test_rare_parts_say_more_than_common_ones() -> None:
    index = build_inverted_index(map(parts_of, ("打印机甲", "打印机乙", "打印机丙", "打印机丁")))
    assert likeness(index, "乙")[1] > likeness(index, "打")[1]


def test_what_shares_nothing_is_not_alike_at_all(index: InvertedIndex) -> None:
    assert likeness(index, "鼎鑫") == [0] * len(PHRASINGS)
    assert likeness(index, "") == [0] * len(PHRASINGS)


def test_the_vectors_of_the_phrasings_are_the_messages_they_would_be(index: InvertedIndex) -> None:
    own = index.own_vectors()
    assert len(own) == len(PHRASINGS)
    for text, vector in zip(PHRASINGS, own, strict=True):
        asked = index.vector(parts_of(text))
        order = np.argsort(asked.parts)
        assert vector.parts.tolist() == asked.parts[order].tolist()
        assert vector.weights == pytest.approx(asked.weights[order], abs=1e-5)


def test_too_many_entries_are_cut_by_the_commonest_parts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    index = build_inverted_index(parts_of(f"怎么办{chr(0x4E00 + number)}") for number in range(50))
    whole = likeness(index, "怎么办一")
    monkeypatch.setattr(similarity, "POSTINGS", 40)
    cut = likeness(index, "怎么办一")
    assert cut[0] == max(cut) > 0
    assert sum(each > 0 for each in whole) == 50
    assert sum(each > 0 for each in cut) < 10
    monkeypatch.setattr(similarity, "POSTINGS", 1)
    assert max(likeness(index, "怎么")) > 0  # one part is always looked at


def test_while_learning_nothing_is_cut(monkeypatch: pytest.MonkeyPatch, index: InvertedIndex) -> None:
    vector = index.vector(parts_of("打印机卡纸怎么办"))
    whole = index.likeness(vector)
    monkeypatch.setattr(similarity, "POSTINGS", 1)
    assert index.likeness(vector, whole=True).tolist() == whole.tolist()
    assert index.likeness(vector).tolist() != whole.tolist()


def test_nothing_can_be_inverted_too() -> None:
    index = build_inverted_index([])
    assert index.size == 0
    assert index.own_vectors() == []
    assert likeness(index, "打印机") == []


def test_a_word_a_hundred_thousand_times_is_counted_and_no_more() -> None:
    index = build_inverted_index([parts_of("打" * 100_000), parts_of("打印机")])
    assert likeness(index, "打" * 100_000)[0] == pytest.approx(1, abs=1e-3)


@given(st.lists(st.text("打印机卡纸ab 1", min_size=1, max_size=8).filter(str.strip), min_size=1, max_size=8))
def test_likenesses_are_a_kernel_between_nought_and_one(texts: list[str]) -> None:
    index = build_inverted_index(map(parts_of, texts))
    kernel = np.stack([index.likeness(vector) for vector in index.own_vectors()])
    assert kernel == pytest.approx(kernel.T, abs=1e-5)
    assert np.diag(kernel) == pytest.approx(1, abs=1e-5)
    assert kernel.min() >= 0
    assert np.linalg.eigvalsh(kernel.astype(np.float64)).min() > -1e-4
