"""A figure that misses its aim says so, and by how much."""

from __future__ import annotations

import pytest

from benchmarks.ours import LEVELS, NONE, SEMANTIC
from benchmarks.quality import Row
from benchmarks.robustness import Cost
from benchmarks.targets import judge_costs, judge_quality, judge_speed


def _row(level: str, *, top1: float, given: int, right: int) -> Row:
    return Row(LEVELS[level], 371, top1, 0.99, given, right, 0.9, 0.8, 1.0, 2.0)


def test_a_set_is_judged_by_what_is_shipped() -> None:
    found = judge_quality({"telecom": [_row(SEMANTIC, top1=0.955, given=280, right=270)]})
    said = {verdict.what: verdict.said for verdict in found}
    assert said == {
        "telecom, top-1": "short by 0.50",
        "telecom, AUROC": "reached",
        "telecom, answered": "reached",
        "telecom, right: interval up to": "reached",
        "all sets, right": "reached",
    }


def test_without_encoder_only_some_sets_have_an_aim() -> None:
    rows = [_row(NONE, top1=0.94, given=0, right=0)]
    assert [verdict.said for verdict in judge_quality({"telecom": rows, "telecom5": rows})] == ["short by 1.00"]


def test_no_answer_at_all_does_not_reach_a_precision() -> None:
    found = judge_quality({"telecom": [_row(SEMANTIC, top1=0.97, given=0, right=0)]})
    assert [verdict.said for verdict in found if "right" in verdict.what] == ["short by 95.00", "short by 95.00"]


@pytest.mark.parametrize(
    ("perturbation", "top1", "said"),
    [
        ("fillers", 0.87, "reached"),
        ("fillers", 0.86, "short by 1.00"),
        ("three clauses", 0.84, "reached"),
        ("pinyin only, spaced", 0.85, "reached"),
        ("pinyin only, in one", 0.84, "short by 1.00"),
    ],
)
def test_a_perturbation_may_cost_three_points_clauses_six_and_pinyin_has_a_floor(
    perturbation: str, top1: float, said: str
) -> None:
    cost = Cost(perturbation, 100, 100, 0.9, top1, 0.5, 0.5)
    assert [verdict.said for verdict in judge_costs("telecom", SEMANTIC, [cost])] == [said]


def test_speed_memory_and_learning_are_judged_at_the_sizes_that_were_measured() -> None:
    one = {"p99_ms": 2.5, "resident_mib": 310.0, "build_s": 21.0, "restart_s": 1.0}
    found = judge_speed({LEVELS[NONE]: {"10000": one}})
    assert [(verdict.what, verdict.said) for verdict in found] == [
        ("10,000 phrasings, p99", "short by 0.50"),
        ("10,000 phrasings, resident", "short by 10.00"),
        ("1,000 × 10, learning", "short by 1.00"),
        ("1,000 × 10, restart", "reached"),
    ]
