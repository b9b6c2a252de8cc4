"""Restoring on a bad day, in short: every way right, and no death leaves anything between old and new."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import restores

pytestmark = pytest.mark.proof


@pytest.fixture
def house(tmp_path: Path) -> restores.House:
    return restores.build(tmp_path)


def test_the_ways_that_failed_are_right(house: restores.House, tmp_path: Path) -> None:
    assert set(restores.ways(house, tmp_path).values()) == {True}


def test_death_before_each_call_leaves_the_old_house_or_the_new(house: restores.House, tmp_path: Path) -> None:
    found = restores.kills_at_each_call(house, tmp_path)
    assert (found["neither"], found["second run failed"]) == (0, 0)
    assert found["old"] > 0
    assert found["new"] > 0


def test_the_command_killed_at_random_leaves_the_old_house_or_the_new(house: restores.House, tmp_path: Path) -> None:
    found = restores.kills_at_random(house, tmp_path, 3)
    assert (found["neither"], found["second run failed"]) == (0, 0)
