"""The measurement of exports runs in short, and says what it found."""

from __future__ import annotations

from benchmarks.exports import WAYS, write_once


def test_each_way_writes_its_file_and_tells_time_and_memory() -> None:
    for way in WAYS:
        found = write_once(way, 200)
        assert found["size"] > 0
        assert found["seconds"] > 0
        assert found["growth"] >= 0
