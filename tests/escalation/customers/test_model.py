"""Which tier holds, and how the reason reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.files.escalation_files import read_customer_file
from escalation.customers.model import ManualTier, Organisation, TierDecision, amount_in_words, tier_of
from escalation.policy.model import Adjustment, Dialogue, Policy
from escalation.policy.tiers import Criteria, Tier

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_FIGURES = Criteria(annual_amount=None, orders_per_year=None, in_words={})
BANDS = {
    "特级": Criteria(5_000_000, None, {}),
    "一级": Criteria(1_000_000, None, {}),
    "二级": Criteria(100_000, 48, {}),
    "三级": Criteria(0, None, {}),
}


def policy_with(bands: Mapping[str, Criteria], default: str = "三级", zone: ZoneInfo = SHANGHAI) -> Policy:
    tiers = {name: Tier(name, rank, "全天", "answers", bands[name], ()) for rank, name in enumerate(bands, start=1)}
    gap = timedelta(seconds=3)
    return Policy(
        name="样例",
        version="1",
        zone=zone,
        default_tier=default,
        calendars={},
        tiers=tiers,
        adjustment=Adjustment(raise_from=5, lower_to=1),
        queues={},
        routes=(),
        topics={},
        urgencies={},
        default_urgency="normal",
        facts={},
        dialogue=Dialogue(0.86, 0.6, 5, 2, gap, gap, gap, "每日"),
        words={},
        wording={},
    )


POLICY = policy_with(BANDS)
HOSPITAL = Organisation("o1", "市一医院", 2_860_000, 18, influence=3, complexity=4)


def decided(**changes: object) -> TierDecision:
    return tier_of(POLICY, replace(HOSPITAL, **changes), NOW)  # type: ignore[arg-type]


def test_somebody_unknown_is_served_in_the_default_tier() -> None:
    assert tier_of(POLICY, None, NOW) == TierDecision("三级", "未识别身份，按默认等级服务")


def test_the_highest_band_that_is_met_holds() -> None:
    assert decided() == TierDecision("一级", "年采购额 286 万元（一级标准 ≥ 100 万元），影响力 3、复杂度 4，不作调整")


@pytest.mark.parametrize(
    ("amount", "tier"),
    [
        (5_000_000, "特级"),
        (4_999_999, "一级"),
        (1_000_000, "一级"),
        (999_999, "二级"),
        (100_000, "二级"),
        (99_999, "三级"),
        (0, "三级"),
    ],
)
def test_a_band_begins_exactly_at_its_figure(amount: int, tier: str) -> None:
    assert decided(annual_amount=amount).tier == tier


def test_an_amount_just_short_of_a_band_is_not_rounded_in_words() -> None:
    assert "年采购额 999,999 元（二级标准 ≥ 10 万元）" in decided(annual_amount=999_999).reason


def test_frequency_is_a_second_way_in_where_the_policy_gives_a_figure() -> None:
    assert decided(annual_amount=80_000, orders_per_year=60) == TierDecision(
        "二级", "年采购额 8 万元，年采购 60 次（二级标准 ≥ 48 次），影响力 3、复杂度 4，不作调整"
    )


def test_frequency_opens_no_tier_without_a_figure() -> None:
    assert decided(annual_amount=80_000, orders_per_year=47).tier == "三级"
    assert decided(annual_amount=200_000, orders_per_year=9_000).tier == "二级"


def test_below_every_band_the_reason_names_the_band_that_was_missed() -> None:
    assert decided(annual_amount=46_000) == TierDecision(
        "三级", "年采购额 4.6 万元（未达到二级标准 10 万元），影响力 3、复杂度 4，不作调整"
    )


def test_influence_and_complexity_together_raise_by_one() -> None:
    assert decided(influence=5, complexity=5) == TierDecision(
        "特级", "年采购额 286 万元（一级标准 ≥ 100 万元），影响力 5、复杂度 5 均不低于 5，上调一级"
    )


def test_one_of_the_two_alone_raises_nothing() -> None:
    assert decided(influence=5, complexity=4).tier == "一级"
    assert decided(influence=4, complexity=5).tier == "一级"


def test_influence_and_complexity_together_lower_by_one() -> None:
    assert decided(influence=1, complexity=1) == TierDecision(
        "二级", "年采购额 286 万元（一级标准 ≥ 100 万元），影响力 1、复杂度 1 均不高于 1，下调一级"
    )
    assert decided(influence=1, complexity=2).tier == "一级"


def test_the_ladder_ends_at_the_top_and_at_the_bottom() -> None:
    top = decided(annual_amount=620_000_000, influence=5, complexity=5)
    assert top == TierDecision(
        "特级", "年采购额 6.2 亿元（特级标准 ≥ 500 万元），影响力 5、复杂度 5 均不低于 5，已是最高等级"
    )
    bottom = decided(annual_amount=980, influence=1, complexity=1)
    assert bottom == TierDecision(
        "三级", "年采购额 980 元（未达到二级标准 10 万元），影响力 1、复杂度 1 均不高于 1，已是最低等级"
    )


def test_tiers_are_tried_by_rank_and_not_by_their_place_in_the_file() -> None:
    shuffled = dict(reversed(POLICY.tiers.items()))
    assert tier_of(replace(POLICY, tiers=shuffled), HOSPITAL, NOW).tier == "一级"


def test_a_tier_without_figures_takes_everyone() -> None:
    policy = policy_with({"金": Criteria(10, None, {}), "银": NO_FIGURES}, default="银")
    assert tier_of(policy, replace(HOSPITAL, annual_amount=3), NOW) == TierDecision(
        "银", "年采购额 3 元（未达到金标准 10 元），影响力 3、复杂度 4，不作调整"
    )
    alone = policy_with({"唯一": NO_FIGURES}, default="唯一")
    assert tier_of(alone, HOSPITAL, NOW).reason == "年采购额 286 万元，影响力 3、复杂度 4，不作调整"


def test_who_meets_no_band_at_all_is_served_in_the_default_tier() -> None:
    policy = policy_with({"金": Criteria(10_000_000, None, {}), "银": Criteria(9_000_000, None, {})}, default="银")
    assert tier_of(policy, HOSPITAL, NOW) == TierDecision("银", "年采购额 286 万元，未达到任何等级标准，按默认等级服务")


def test_a_manual_tier_wins_while_it_lasts() -> None:
    manual = ManualTier("特级", "战略合作框架协议", date(2027, 3, 31))
    assert decided(manual=manual) == TierDecision("特级", "人工指定为特级：战略合作框架协议（有效期至 2027-03-31）")


def test_a_manual_tier_may_also_lower() -> None:
    assert decided(manual=ManualTier("三级", "逾期未付款", date(2027, 3, 31))).tier == "三级"


def test_a_manual_tier_holds_through_its_last_day_in_the_policys_zone() -> None:
    given = replace(HOSPITAL, manual=ManualTier("特级", "试用", date(2026, 11, 21)))
    last_second = datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert tier_of(POLICY, given, last_second).tier == "特级"
    assert tier_of(POLICY, given, last_second + timedelta(seconds=1)) == TierDecision(
        "一级",
        "年采购额 286 万元（一级标准 ≥ 100 万元），影响力 3、复杂度 4，不作调整；人工指定的特级已于 2026-11-21 到期",
    )


def test_a_manual_tier_the_policy_no_longer_knows_falls_back_to_the_rule() -> None:
    decision = decided(manual=ManualTier("金卡", "旧系统", date(2027, 3, 31)))
    assert decision.tier == "一级"
    assert decision.reason.endswith("；人工指定的等级「金卡」不在现行政策中，未采用")


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (0, "0 元"),
        (9_600, "9,600 元"),
        (10_000, "1 万元"),
        (10_100, "1.01 万元"),
        (1_234_567, "1,234,567 元"),
        (12_800_000, "1280 万元"),
        (99_999_900, "9999.99 万元"),
        (100_000_000, "1 亿元"),
        (123_450_000, "12345 万元"),
        (1_250_000_000, "12.5 亿元"),
    ],
)
def test_amounts_are_exact_in_words(yuan: int, words: str) -> None:
    assert amount_in_words(yuan) == words


def test_the_sample_customers_spread_over_all_four_tiers() -> None:
    sample = Path(__file__).parents[3] / "escalation" / "sample" / "customers.csv"
    expected = {
        "特级": {"江海银行股份有限公司总行", "云州市政府采购中心", "澜江证券股份有限公司"},
        "一级": {"云州市第一人民医院", "东湖大学", "云州中医院", "青山职业技术学院", "启明星幼教集团"},
        "二级": {"诚远会计师事务所", "恒信建筑设计有限公司", "南岸物流有限公司", "德正律师事务所"},
    }
    found: dict[str, set[str]] = {}
    for record in read_customer_file(sample, tuple(POLICY.tiers)):
        figures = (record.annual_amount, record.orders_per_year, record.influence, record.complexity)
        decision = tier_of(POLICY, Organisation("o", record.organisation, *figures, record.manual), NOW)
        found.setdefault(decision.tier, set()).add(record.organisation)
    assert {tier: found[tier] for tier in expected} == expected
    assert len(found["三级"]) == 7
