"""What is learned of the shipped content without an encoder takes seconds, and many tests begin with it: once only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from knowledge_base.acts import topic_reader
from knowledge_base.matching import index
from knowledge_base.training import lesson

A_LARGE_BASE = 500  # phrasings


@contextmanager
def shipped_learned_once() -> Iterator[None]:
    """Until the end, this process and those forked from it learn the sample's phrasings and the topics once."""
    learn, train = lesson._learn, topic_reader.train_acts
    sample: dict[tuple[Any, ...], lesson.Learned] = {}
    topics = cache(lambda files: train(files, None))

    def learn_once(given: lesson.Phrasings, encoders: Any, foreign: Any, progress: Any) -> lesson.Learned:
        if encoders or len(given.plain) < A_LARGE_BASE:
            return learn(given, encoders, foreign, progress)
        key = (tuple(given.plain), given.places.tobytes(), tuple(given.answers), tuple(one.key for one in foreign))
        if key not in sample:
            sample[key] = learn(given, encoders, foreign, progress)
        return sample[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesson, "_learn", learn_once)
        patch.setattr(index, "_foreign", cache(index._foreign))
        patch.setattr(topic_reader, "train_acts", lambda files, how: train(files, how) if how else topics(files))
        yield
