"""What is written down beside the words: cards, labels, sealed names, the promise from the deadline row."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from bot.dialogue.satisfaction import hour_allows_rating, may_be_rated
from bot.rules import Rules
from bot.wording.labels import customer_label
from escalation.customers import customer_store
from escalation.working_hours.instants import parse_instant
from tests.bot.scene import FEE, JAM, ORDER, SCRIPT, UNKNOWN, WIFI, Scene
from tests.escalation.tickets.ticket_examples import RESOLVED

BANK_NAMES = ("周文博", "江海银行", "13800000001", "zhou.wenbo", "许雅琴")


def test_the_card_holds_everything_known(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.tap("unhelpful:order-query")
    anna.say("打印机有点问题")
    anna.say("人工")
    ticket = scene.ticket
    assert ticket.reason == "asked_for_person"
    title = "怎么查订单，打印机有点问题"
    assert (ticket.subject, ticket.topic, ticket.urgency) == (title, "故障", "normal")
    assert ticket.rejected == ["order-query"]
    expected = SCRIPT["打印机有点问题"][:5]
    assert ticket.candidates == [
        {
            "id": article.id,
            "question": article.question,
            "confidence": sure,
            "answer": article.answer,
            "phrasing": article.question,
            "sources": [],
        }
        for article, sure in expected
    ]
    assert ticket.suggested == WIFI.answer
    assert ticket.policy_version == scene.policy.version
    assert ticket.tier_reason == "未识别身份，按默认等级服务"


def test_a_rejected_answer_is_not_suggested_to_the_agent(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("卡纸了")
    anna.tap("unhelpful:paper-jam")
    anna.say("卡纸了")
    anna.tap("unhelpful:paper-jam")
    anna.say("人工")
    assert scene.ticket.suggested is None
    assert scene.ticket.rejected == [JAM.id]


def test_nothing_likely_nothing_suggested(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say(UNKNOWN)
    assert (scene.ticket.suggested, scene.ticket.candidates, scene.ticket.topic) == (None, [], None)


def test_urgent_words_shorten_the_first_contact(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("很着急，打印机没反应")
    anna.say("很着急，打印机没反应")
    assert (scene.ticket.urgency, scene.ticket.queue) == ("urgent", "技术支持")
    assert anna.lines()[-2].text == scene.sentence("handed_off", by="今天 10:30")


def test_the_promise_told_is_the_deadline_stored(scene: Scene) -> None:
    anna = scene.visitor()
    scene.clock.advance(seconds=59)
    [promise, _] = anna.say("人工")
    due = scene.clock_of("first_contact").due_at.astimezone(scene.policy.zone)
    assert f"今天 {due:%H:%M}" in promise


def test_nothing_personal_lies_in_the_file_after_import_and_hand_off(
    scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene.rules = replace(scene.rules, staff_chat="-100")
    with caplog.at_level(logging.DEBUG):
        bank = scene.visitor(customer="C1001")
        bank.say("怎么查订单")
        bank.say("催一下")
        li = scene.claimed_by(scene.staff())
        scene.pass_time(minutes=20)
        scene.act(li, Reply("您好", "1"))
        scene.act(li, Resolve(why="当场解决"))
    assert scene.posted("staff")
    with sqlite3.connect(tmp_path / "test.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("test.sqlite3*"))
    for name in BANK_NAMES:
        assert name.encode() not in stored
        assert name not in caplog.text
    found = scene.read(customer_store.find_customer, scene.vault, scene.policy, "C1001", scene.now)
    assert found is not None
    assert found.contact.name == "周文博"


def test_the_staff_chat_is_posted_to_only_where_there_is_one(scene: Scene) -> None:
    scene.visitor("a").say("人工")
    assert scene.posted("staff") == []
    scene.rules = replace(scene.rules, staff_chat="-100")
    scene.visitor("b").say("人工")
    assert [row.address for row in scene.posted("staff")] == ["-100"]


def test_a_customer_is_called_by_organisation_and_name(scene: Scene) -> None:
    scene.know("C1001")
    found = scene.read(customer_store.find_customer, scene.vault, scene.policy, "C1001", scene.now)
    assert customer_label(found) == "江海银行股份有限公司总行 周文博"
    assert customer_label(None) == "未识别客户"


@pytest.mark.parametrize(
    ("changes", "may"),
    [({}, True), ({"rating": 3}, True), ({"complaint": True}, True), ({"first_contact_at": None}, False)],
)
def test_what_may_be_rated(changes: dict[str, Any], may: bool) -> None:
    assert may_be_rated(replace(RESOLVED, **changes)) is may


def test_ratings_are_asked_for_between_eight_and_nine(scene: Scene) -> None:
    hours = {"07:59": False, "08:00": True, "20:59": True, "21:00": False, "03:00": False}
    instants = {hour: parse_instant(f"2026-11-23T{hour}+08:00") for hour in hours}
    assert {hour: hour_allows_rating(scene.policy, at) for hour, at in instants.items()} == hours


def test_a_sentence_in_the_transcript_of_the_web_is_its_delivery(scene: Scene) -> None:
    scene.visitor().say("安装人工费多少钱")
    assert scene.posted("web") == []
    telegram = scene.visitor("4711", "telegram")
    telegram.say("安装人工费多少钱")
    [row] = scene.posted("telegram")
    assert (row.text, row.ref) == (FEE.answer, None)
    assert [button["choice"] for button in row.buttons] == ["helpful:install-fee", "unhelpful:install-fee", "person"]


def test_the_same_words_are_judged_alike_whatever_the_matching_finds(rules: Rules, scene: Scene) -> None:
    """The sample content, through the real matching: a hit is answered, a wish is granted."""
    scene.rules = rules
    anna = scene.visitor()
    assert anna.say("怎么查订单") == [next(e.article.answer for e in rules.index.entries if e.article.id == ORDER.id)]
    anna.say("人工")
    assert scene.ticket.reason == "asked_for_person"
    scene.act(scene.staff(), Claim())
