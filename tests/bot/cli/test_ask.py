"""`jiedai ask` decides as the service would, and writes nothing about it."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from bot.cli.ask import Asked, answer
from escalation.customers.model import TierDecision
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene

MONDAY = "2026-11-23T10:00+08:00"
FRIDAY_NIGHT = "2026-11-27T22:00+08:00"


def asked(terminal: Terminal, text: str, *words: str, at: str = MONDAY) -> Any:
    return terminal.json("ask", text, "--at", at, *words)


def test_a_common_question_is_answered(terminal: Terminal) -> None:
    found = asked(terminal, "怎么查订单")
    assert (found["outcome"], found["confidence"], found["language"]) == ("answered", 1.0, "zh-Hans")
    assert found["answer"].startswith("请登录官网")
    assert found["candidates"][0] == {
        "id": "order-query",
        "question": "怎么查订单",
        "confidence": 1.0,
        "phrasing": "怎么查订单",
        "sources": ["exact"],
    }
    assert (found["tier"], found["tier_reason"]) == ("三级", "未识别身份，按默认等级服务")
    assert (found["queue"], found["promise"]) == ("通用客服", None)
    assert found["deadlines"][0] == {
        "milestone": "first_contact",
        "starts_on": "received",
        "within": "2h",
        "basis": "working",
        "warn_at": "2026-11-23T11:30:00+08:00",
        "due_at": "2026-11-23T12:00:00+08:00",
    }


def test_a_bank_is_handed_over_with_the_real_promise(terminal: Terminal) -> None:
    found = asked(terminal, "怎么查订单", "--customer", "C1001")
    assert (found["outcome"], found["tier"], found["queue"]) == ("handed_off", "特级", "特级专席")
    assert "今天 10:15" in found["promise"]
    assert "1280 万元" in found["tier_reason"]


def test_at_night_the_promise_names_the_day(terminal: Terminal) -> None:
    found = asked(terminal, "转人工", at=FRIDAY_NIGHT)
    assert "人工服务时间" in found["promise"]
    assert "11月30日（周一）10:00" in found["promise"]


def test_danger_goes_to_the_people_on_call_whatever_the_tier(terminal: Terminal) -> None:
    found = asked(terminal, "打印机冒烟了", "--tier", "三级", at=FRIDAY_NIGHT)
    assert (found["outcome"], found["queue"], found["urgency"]) == ("handed_off", "特级专席", "critical")
    assert "今天 22:15" in found["promise"]


def test_traditional_in_traditional_out(terminal: Terminal) -> None:
    found = asked(terminal, "怎麼查訂單")
    assert (found["outcome"], found["language"]) == ("answered", "zh-Hant")
    assert "訂單" in found["answer"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("在吗", "greeted"), ("谢谢", "greeted"), ("今天天气怎么样", "suggested"), ("人工", "handed_off")],
)
def test_outcomes(terminal: Terminal, text: str, outcome: str) -> None:
    assert asked(terminal, text)["outcome"] == outcome


def test_for_a_person_it_prints_the_same_in_lines(terminal: Terminal) -> None:
    printed = terminal.here("ask", "怎么查订单", "--at", MONDAY)
    assert printed.startswith("answered · 三级（未识别身份，按默认等级服务）· 通用客服\n")
    assert "  1.00  怎么查订单  [order-query]" in printed


def test_nothing_is_written_about_it(terminal: Terminal) -> None:
    asked(terminal, "转人工")
    with sqlite3.connect(terminal.data / "jiedai.sqlite3") as database:
        counts = [database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("conversations", "tickets")]
    database.close()
    assert counts == [0, 0]


def test_every_refusal_is_a_sentence(terminal: Terminal) -> None:
    assert terminal.refused_here("ask", "在吗", "--customer", "C9999") == (
        'jiedai: There is no customer "C9999"; import the CRM with `jiedai customers import`.'
    )
    assert terminal.refused_here("ask", "在吗", "--tier", "五级") == (
        'jiedai: The policy has no tier "五级"; it has 特级, 一级, 二级, 三级.'
    )
    assert terminal.refused_here("ask", "在吗", "--at", "tomorrow") == (
        'jiedai: An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "tomorrow".'
    )
    for empty in ("", "  ", "👍", "\u200b\u202e", "\x00\x07"):
        assert terminal.refused_here("ask", empty) == (
            "jiedai: The message is empty; write what a customer would write."
        )


@pytest.mark.parametrize(
    "text", ["人工", "我要投诉", "气死我了", "太坑了", "漏电了", "我要投诉你们打印机老卡纸", "急用，打印机没反应"]
)
@pytest.mark.parametrize("tier", ["特级", "二级", "三级"])
def test_what_it_says_is_what_the_house_does(scene: Scene, text: str, tier: str) -> None:
    """The same queue and the same promise as when somebody really writes it."""
    said = answer(scene.rules, Asked(text, TierDecision(tier, ""), scene.now, "zh-Hans"))
    customer = {"特级": "C1001", "二级": "C1015"}.get(tier)
    anna = scene.visitor(customer=customer)
    told = anna.say(text, settle=False)
    if said["outcome"] == "handed_off":
        assert scene.ticket.queue == said["queue"]
        assert said["promise"] in told
    else:
        assert scene.tickets == []
