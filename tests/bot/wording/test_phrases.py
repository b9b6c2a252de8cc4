"""Instants, names and numbers in the policy's words; every sentence ends as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.wording import phrases
from bot.wording.phrases import REFUSALS, by, in_script, late, refusal, say
from escalation.policy.model import Policy
from escalation.tickets.lifecycle import RefusalCode

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 23, 6, 35, tzinfo=UTC), "今天 14:35"),
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), "今天 23:59"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "11月24日（周二）00:00"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "今天 00:00"),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "11月22日（周日）23:59"),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "12月31日（周四）23:00"),
        (datetime(2027, 1, 4, 1, 30, tzinfo=UTC), "2027年1月4日（周一）09:30"),
    ],
)
def test_a_promise_names_date_and_weekday_whenever_it_is_not_today(policy: Policy, at: datetime, words: str) -> None:
    assert by(policy, at, NOW) == words


def test_seconds_are_cut_off_never_rounded_up(policy: Policy) -> None:
    assert by(policy, NOW + timedelta(minutes=14, seconds=59.9), NOW) == "今天 10:14"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"seconds": 0}, "1 分钟"),
        ({"seconds": 59}, "1 分钟"),
        ({"minutes": 25}, "25 分钟"),
        ({"minutes": 60}, "1 小时"),
        ({"hours": 3, "minutes": 10}, "3 小时 10 分钟"),
        ({"days": 2, "hours": 4, "minutes": 59}, "2 天 4 小时"),
        ({"days": 1}, "1 天"),
        ({"days": 1, "minutes": 5}, "1 天"),
    ],
)
def test_how_late_something_is(span: dict[str, float], words: str) -> None:
    assert late(timedelta(**span)) == words


def test_every_refusal_is_a_whole_sentence() -> None:
    assert set(REFUSALS) == set(get_args(RefusalCode))
    for code in get_args(RefusalCode):
        sentence = refusal(code, "王芳")
        assert sentence.endswith("。")
        assert "{" not in sentence
    assert refusal("claimed_by_other", "王芳") == "这张工单已由王芳认领。"
    assert refusal("claimed_by_other", None) == "这张工单已由其他同事认领。"


def test_traditional_readers_get_taiwans_words(policy: Policy) -> None:
    assert in_script("打印机无法联系", "zh-Hant") == "印表機無法聯絡"
    assert in_script("打印机", "zh-Hans") == "打印机"
    assert say(policy, "button_person", "zh-Hant") == "轉人工"


def test_buttons_carry_the_article_they_judge(policy: Policy) -> None:
    assert [button.choice for button in phrases.answer_buttons(policy, "a1", "zh-Hans")] == [
        "helpful:a1",
        "unhelpful:a1",
        "person",
    ]
    assert [button.as_json() for button in phrases.rating_buttons()] == [
        {"choice": f"rate:{score}", "label": str(score)} for score in range(1, 6)
    ]
