"""A draw takes a share of each agent's tickets by tier, the same for everybody who draws by its seed."""

from __future__ import annotations

import random

import pytest

from escalation.supervision.sampling import EndedTicket, SampleSize, choose, quotas_of

CANDIDATES = [EndedTicket(number, number % 3, "一级" if number % 4 == 0 else "三级") for number in range(1, 301)]


def test_the_same_seed_draws_the_same_whatever_order_the_tickets_come_in() -> None:
    mixed = random.Random(1).sample(CANDIDATES, len(CANDIDATES))
    size = SampleSize(500, 1)
    assert choose(mixed, size, "s1") == choose(CANDIDATES, size, "s1")
    assert choose(CANDIDATES, size, "s1") != choose(CANDIDATES, size, "s2")


def test_every_agent_and_tier_has_its_share() -> None:
    drawn = choose(CANDIDATES, SampleSize(2_000, 1), "s1")
    assert [sum(each.agent_id == agent for each in drawn) for agent in range(3)] == [20, 20, 20]
    assert [sum((each.agent_id, each.tier) == (agent, "一级") for each in drawn) for agent in range(3)] == [5, 5, 5]


@pytest.mark.parametrize(
    ("counts", "size", "quotas"),
    [
        ({"一级": 100}, SampleSize(500, 0), {"一级": 5}),
        ({"一级": 101}, SampleSize(500, 0), {"一级": 6}),  # a begun ticket is a whole one
        ({"一级": 100}, SampleSize(700, 0), {"一级": 7}),
        ({"一级": 2, "三级": 8}, SampleSize(1_000, 3), {"一级": 1, "三级": 2}),  # the least of an agent wins
        ({"一级": 1, "三级": 1}, SampleSize(100, 5), {"一级": 1, "三级": 1}),  # no more than there are
        ({"一级": 1, "三级": 1}, SampleSize(10_000, 0), {"一级": 1, "三级": 1}),
        ({"一级": 1, "三级": 1}, SampleSize(100, 1), {"一级": 1, "三级": 0}),
    ],
)
def test_a_quota_is_a_share_at_least_so_many_and_at_most_all(
    counts: dict[str, int], size: SampleSize, quotas: dict[str, int]
) -> None:
    assert quotas_of(counts, size) == quotas


def test_a_draw_may_be_limited() -> None:
    drawn = choose(CANDIDATES, SampleSize(10_000, 0, most=7), "s1")
    assert len(drawn) == 7
    assert choose([], SampleSize(500, 1), "s1") == []


def test_every_ticket_is_as_likely_to_be_drawn() -> None:
    pool = [EndedTicket(number, 1, "三级") for number in range(20)]
    counts = dict.fromkeys(range(20), 0)
    for seed in range(2_000):
        for each in choose(pool, SampleSize(1_000, 0), str(seed)):
            counts[each.ticket_id] += 1
    # 2 of 20 in 2,000 draws: 200 each, with a standard deviation of 13.4.
    assert all(abs(count - 200) < 60 for count in counts.values())
