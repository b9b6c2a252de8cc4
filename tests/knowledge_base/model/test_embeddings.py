"""Where an encoder places phrasings and messages, seen from the middle of all phrasings."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.model.embeddings import embed_phrasings, likeness_of
from tests.fakes.encoders import PaperEncoder

SENTENCES = ("打印机卡纸", "打印机连不上", "发票怎么开", "怎么退货", "怎么退款")


def test_every_phrasing_has_a_direction_of_length_one_and_every_question_its_first() -> None:
    found = embed_phrasings(PaperEncoder(), SENTENCES, np.array([0, 2, 3]))
    assert np.linalg.norm(found.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert found.heads.tolist() == found.vectors[[0, 2, 3]].tolist()


def test_a_message_lies_closest_to_the_phrasing_it_repeats() -> None:
    found = embed_phrasings(PaperEncoder(), SENTENCES, np.array([0]))
    (direction,) = found.of(["怎么退货"])
    cosines = found.cosines(direction, slice(None))
    assert cosines.argmax() == 3
    assert cosines[3] == pytest.approx(1, abs=1e-4)
    assert found.cosines(direction, slice(1, 3)) == pytest.approx(cosines[1:3], abs=1e-6)


def test_a_single_phrasing_is_its_own_middle_and_has_no_direction() -> None:
    found = embed_phrasings(PaperEncoder(), SENTENCES[:1], np.array([0]))
    assert not found.vectors.any()
    assert np.isfinite(found.of(["怎么退货"])).all()


def test_sentences_are_read_in_batches_and_progress_rises_to_the_end() -> None:
    encoder, told = PaperEncoder(), []
    sentences = [f"问题{number}" for number in range(150)]
    found = embed_phrasings(encoder, sentences, np.array([0]), told.append)
    assert encoder.asked == sentences
    assert found.vectors.shape == (150, 64)
    assert told == sorted(told)
    assert (len(told), told[-1]) == (3, 1.0)


def test_likeness_fades_with_the_angle() -> None:
    near, far, opposite = likeness_of(np.array([1.0, 0.0, -1.0], np.float32))
    assert near == 1
    assert near > far > opposite > 0


def test_what_the_encoder_raises_is_raised() -> None:
    encoder = PaperEncoder()
    found = embed_phrasings(encoder, SENTENCES, np.array([0]))
    encoder.fails = True
    with pytest.raises(RuntimeError, match="out of paper"):
        found.of(["怎么退货"])
