"""Sentences and labels for people stand in the room of wording; the list of exceptions is short."""

from __future__ import annotations

from benchmarks.structure import wording
from benchmarks.structure.source import HERE, read_modules


def test_chinese_stands_in_the_room_of_wording_or_is_a_named_exception() -> None:
    assert wording.misplaced(read_modules(HERE, "bot")) == []
