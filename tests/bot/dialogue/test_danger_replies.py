"""A danger that nobody has taken up yet: what helps, another sentence each time, and of an outage no word of fire."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.dialogue.understanding import critical_of
from bot.wording.danger_kinds import SAFETY_TEXTS, SECOND_TEXTS, UNKNOWN, first_text
from escalation.policy.default_wording import DEFAULT_WORDING
from escalation.policy.model import Policy
from tests.bot.scene import Scene, Visitor

BY = "今天 10:15"
MORE = (
    "能安全断电的请断电，够不到插头就拉总闸；人离远一些，不要再通电。手脚发麻或不舒服请尽快就医；"
    "有烟有火请撤离并拨打 119，有人受伤请拨打 120。"
)
NOTED = (
    f"收到，已补充到您的紧急情况里，最晚{BY} 前与您联系（首次联系）。情况有变化请直接告诉我们，危急请拨打 119 或 120。"
)
HOLD = (
    "收到。值班人员联系您之前，请先不要再使用或靠近，以人身安全为先；情况有变化请直接告诉我们，危急请拨打 119 或 120。"
)
CHASED = f"已再次为您催促，最晚{BY} 前与您联系（首次联系）。情况有变化请直接告诉我们，危急请拨打 119 或 120。"


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    visitor = scene.visitor()
    visitor.say("机器冒烟了")
    return visitor


def test_what_to_do_otherwise_is_told_once_and_then_short_sentences_in_turn(scene: Scene, anna: Visitor) -> None:
    assert anna.say("插座在柜子后头够不着") == [MORE]
    assert anna.say("那我怎么办？") == [NOTED]
    assert anna.say("我去楼道里看看") == [HOLD]
    assert anna.say("味道小一点了") == [NOTED]


def test_a_chase_hears_the_time_and_is_counted(scene: Scene, anna: Visitor) -> None:
    assert anna.say("人呢") == [CHASED]
    assert scene.ticket.urged == 1


def test_thanks_are_returned(scene: Scene, anna: Visitor) -> None:
    assert anna.say("谢谢") == [
        "不客气。值班人员仍会与您联系，请先照顾好自己；情况有变化请马上告诉我们，危急请拨打 119 或 120。"
    ]
    assert anna.say("谢谢") == [NOTED]


def test_what_is_over_is_still_looked_at(scene: Scene, anna: Visitor) -> None:
    assert anna.say("已经解决了") == [
        "好的，已记下。值班人员仍会与您联系确认，在此之前请先别再使用；情况有变化请马上告诉我们。"
    ]
    assert scene.ticket.state == "waiting"


def test_a_question_is_no_complaint_beside_a_danger(scene: Scene, anna: Visitor) -> None:
    anna.say("正在冲，自来水可以的吧？")
    assert not scene.ticket.complaint


def test_once_nobody_came_in_time_no_broken_promise_is_repeated(scene: Scene, anna: Visitor) -> None:
    scene.pass_time(minutes=20)
    anna.read()
    assert [anna.say(words) for words in ("还在冒", "又大了", "好呛")] == [
        [MORE],
        [HOLD],
        ["收到，已补充到您的问题里，专人会一并看到。"],
    ]


def test_no_sentence_stands_twice_in_a_row(scene: Scene, anna: Visitor) -> None:
    for words in (
        "还在冒",
        "人呢",
        "快点",
        "谢谢",
        "谢谢",
        "怎么办？",
        "好的",
        "没有人受伤",
        "已经解决了",
        "已经解决了",
    ):
        anna.say(words)
    told = [line.text for line in anna.lines() if line.author == "bot"]
    assert all(one != after for one, after in pairwise(told))


@pytest.mark.parametrize(
    ("kind", "said", "text"),
    [
        ("火", "冒烟了", "safety_fire"),
        ("化学", "粉进眼睛了", "safety_chemical"),
        ("化学", "有一股煤气味", "safety_gas"),
        ("化学", "I smell gas", "safety_gas"),
        ("伤", "手被电得一哆嗦", "safety_shock"),
        ("伤", "隻手會麻下麻下", "safety_shock"),
        ("火", "扫码枪电池鼓起来了，拔了", "safety_battery"),
        ("", "电池鼓起来了", "safety_battery"),
        ("伤", "手被夹住了", "safety_injury"),
        ("电", "手指头被夹住了出不来", "safety_injury"),
        ("电", "触电了，摔下来还流血", "safety_shock"),
        ("火", "着火了，跑出来扭伤了脚", "safety_fire"),
        ("全停", "电池都没电，全停了", "safety_outage"),
        ("火", "我们整栋楼的打印机一台都打不起了", "safety_outage"),
        ("火", "集团总部五个楼层的打印机目前全部无法打印", "safety_outage"),
        ("火", "全公司都打不出来，机房还冒烟", "safety_fire"),
        ("", "什么", UNKNOWN),
    ],
)
def test_each_kind_of_danger_has_its_text(kind: str, said: str, text: str) -> None:
    assert first_text(kind, said) == text


def test_each_first_text_has_a_second() -> None:
    assert set(SECOND_TEXTS) == {*SAFETY_TEXTS.values(), UNKNOWN}


@pytest.mark.parametrize("wording", [name for name in DEFAULT_WORDING if "outage" in name])
def test_an_outage_hears_nothing_of_fire_shock_or_keeping_away(wording: str) -> None:
    text = DEFAULT_WORDING[wording]
    assert not [word for word in ("119", "120", "远离", "靠近", "断电", "烟", "电到") if word in text]


@pytest.mark.parametrize("wording", ["safety_shock", "danger_more_shock", "safety_injury", "danger_more"])
def test_a_shock_taken_for_an_injury_is_told_of_the_mains(wording: str, policy: Policy) -> None:
    assert "总闸" in policy.wording[wording]
    assert critical_of(policy) == "critical"
