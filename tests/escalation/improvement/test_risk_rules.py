"""What counts as a risk, by the thresholds of the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.wording import risks as words
from escalation.improvement.risk_rules import Late, Load, Risk, RiskFacts, risks_of
from escalation.policy.reader import read_policy
from escalation.policy.risks import RiskRules
from tests.escalation.policy.small_policy import SMALL, faults_of, written

RULES = RiskRules()


def only(facts: RiskFacts, rules: RiskRules = RULES) -> Risk:
    (risk,) = risks_of(rules, facts)
    return risk


def test_nothing_counted_is_no_risk() -> None:
    assert risks_of(RULES, RiskFacts()) == []


def test_late_deadlines_are_a_risk_when_their_share_is_up_by_points() -> None:
    risk = only(RiskFacts(late={"通用客服": (Late(5, 100), Late(10, 100))}))
    assert words.said(risk) == "通用客服最近 28 天超时率 10.0%，此前 28 天 5.0%。"
    assert words.rule(risk) == "超时率比此前 28 天高出 5 个百分点以上，且两段各有 20 个以上期限。"
    assert risk.queues == ["通用客服"]
    assert risks_of(RULES, RiskFacts(late={None: (Late(5, 100), Late(9, 100))})) == []
    assert risks_of(RULES, RiskFacts(late={None: (Late(0, 19), Late(10, 100))})) == []


def test_complaints_and_gaps_are_a_risk_when_there_are_more_by_percent() -> None:
    assert words.said(only(RiskFacts(complaints={None: (5, 6)}))) == "全部队列最近 28 天投诉 6 件，此前 28 天 5 件。"
    assert risks_of(RULES, RiskFacts(complaints={None: (10, 11), "a": (0, 4)})) == []
    assert words.said(only(RiskFacts(gaps=(0, 10)))) == "最近 28 天答不上来的问题 10 个，此前 28 天 0 个。"
    assert risks_of(RULES, RiskFacts(gaps=(0, 9))) == []


def test_one_person_alone_a_missing_year_and_a_load_above_capacity_are_risks() -> None:
    alone = only(RiskFacts(alone={"通用客服": "小李"}))
    assert words.said(alone) == "通用客服今后 7 天排班上只有小李一人。"
    missing = only(RiskFacts(missing_year=2027))
    assert words.said(missing) == "2027 年的节假日安排还没有录入，跨到那一年的期限只是暂定。"
    loaded = only(RiskFacts(loads=[Load("小李", ["通用客服"], 6, 5), Load("小何", [], 5, 5)]))
    assert words.said(loaded) == "小李手上有 6 张未结工单，上限 5 张。"
    assert words.in_english(loaded) == ("小李 holds 6 open tickets, 5 at most.", "1 or more above their capacity")


def test_the_policy_sets_thresholds_and_may_leave_some_out(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).risks == RULES
    some = read_policy(written(tmp_path, SMALL + "risks: {late_points: 3, alone_days: 14}\n")).risks
    assert (some.late_points, some.alone_days, some.late_least) == (3, 14, 20)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{alone_days: 32}", '"alone_days" must be a whole number from 1 to 31; found "32".'),
        ("{late_points: many}", '"late_points" must be a whole number from 1 to 1000; found "many".'),
    ],
)
def test_a_threshold_that_is_none_is_a_fault(tmp_path: Path, text: str, fault: str) -> None:
    line = SMALL.count("\n") + 1
    assert faults_of(written(tmp_path, SMALL + f"risks: {text}\n")) == [f"policy.yaml:{line}: {fault}"]
