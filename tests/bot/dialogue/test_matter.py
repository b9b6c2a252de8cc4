"""What a conversation is about is everything its customer said of it."""

from __future__ import annotations

import pytest

from bot.agents.actions import Reply, Resolve
from bot.dialogue.matter import (
    LINES,
    LONGEST,
    Matter,
    is_calm,
    matter_of,
    told_in,
    topic_of_act,
    urgency_of,
    urgency_of_addition,
    with_line,
)
from knowledge_base.acts.reading import ClauseReading, Reading
from tests.bot.scene import INVOICE, Scene, Visitor


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    """A customer whom nobody knows."""
    return scene.visitor()


def test_every_line_that_says_something_is_kept_once() -> None:
    matter = Matter()
    for line in ("打印机卡纸", "对", "打印机卡纸", "在三楼", "5"):
        matter = with_line(matter, line)
    assert matter.lines == ("打印机卡纸", "在三楼")


def test_of_a_long_talk_the_first_and_the_latest_lines_are_kept() -> None:
    matter = Matter()
    for number in range(1_000):
        matter = with_line(matter, f"第{number}件事情说起来话长")
    assert matter.lines[0] == "第0件事情说起来话长"
    assert matter.lines[-1] == "第999件事情说起来话长"
    assert len(matter.lines) <= LINES
    assert len(with_line(matter, "长" * 5_000).text) <= LONGEST + LINES


@pytest.mark.parametrize(
    ("act", "clause", "told"),
    [
        ("person", "读卡器卡纸了转客服", "读卡器卡纸了转客服"),
        ("unsolved", "机器又卡纸了", "机器又卡纸了"),
        ("chase", "押金还没退", "押金还没退"),
        ("person", "给我找个人来", ""),
        ("withdrawal", "卡纸自己好了", ""),
        ("thanks", "谢谢你们修好卡纸", ""),
    ],
)
def test_a_wish_that_names_a_topic_tells_of_the_matter(scene: Scene, act: str, clause: str, told: str) -> None:
    said = Reading(clause, (ClauseReading(clause, {act: 1.0}, frozenset({act}), matter=False),))
    assert told_in(scene.rules, said) == told


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (["电脑老是出毛病，隔三差五罢工", "是联想的那台", "转人工"], "电脑老是出毛病，隔三差五罢工（是联想的那台）"),
        (["你好", "净水器漏水了", "人工"], "净水器漏水了"),
        (["合同想改一下条款可以吗", "第三条", "转人工"], "合同想改一下条款可以吗"),
        (["转人工"], "客户要求人工，尚未说明事由"),
        (["打卡机识别不了，电话13812345678", "人工"], "打卡机识别不了"),
    ],
)
def test_the_title_is_what_was_said(scene: Scene, anna: Visitor, said: list[str], title: str) -> None:
    for text in said:
        anna.say(text)
    assert scene.ticket.subject == title


def test_a_picture_does_not_replace_what_was_said_before_it(scene: Scene, anna: Visitor) -> None:
    anna.say("特别急，门禁老是打不开")
    anna.send_file()
    assert (scene.ticket.subject, scene.ticket.urgency) == ("门禁老是打不开", "urgent")


def test_fragments_are_one_line_of_the_matter(scene: Scene, anna: Visitor) -> None:
    anna.say("我那台复印机", settle=False)
    anna.say("双面打就卡纸", settle=False)
    scene.pass_time(seconds=3)
    anna.say("转人工")
    assert scene.ticket.subject == "我那台复印机，双面打就卡纸"


def test_after_an_answer_another_question_begins_another_matter(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸怎么办")
    assert anna.say("怎么开发票") == [INVOICE.answer]
    anna.say("转人工")
    assert (scene.ticket.subject, scene.ticket.topic) == ("怎么开发票", "发票")


def test_after_an_answer_a_detail_belongs_to_what_was_asked(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸怎么办")
    anna.say("纸是从侧面进的那种")
    anna.say("转人工")
    assert scene.ticket.subject == "打印机卡纸怎么办，纸是从侧面进的那种"


def test_a_solved_matter_is_not_part_of_the_next(scene: Scene, anna: Visitor) -> None:
    anna.say("门禁老是打不开")
    anna.say("转人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("修好了。", "1"))
    scene.act(li, Resolve(why="当场解决"))
    anna.say("发票抬头写错了")
    anna.say("转人工")
    assert scene.ticket.subject == "发票抬头写错了"
    assert anna.conversation is not None
    assert matter_of(anna.conversation).lines == ("发票抬头写错了",)


def read(text: str, **chances: float) -> Reading:
    """A text of one clause in which these acts are heard."""
    return Reading(text, (ClauseReading(text, chances, frozenset(chances)),))


@pytest.mark.parametrize(("chance", "urgency"), [(0.7, "normal"), (0.87, "normal"), (0.97, "urgent")])
def test_an_addition_presses_only_where_that_is_nearly_certain(scene: Scene, chance: float, urgency: str) -> None:
    assert urgency_of_addition(scene.rules, read("我在店里坐着", urgency=chance)).id == urgency


def test_a_calm_that_is_only_likely_does_not_outweigh_a_deadline(scene: Scene) -> None:
    assert urgency_of_addition(scene.rules, read("十点半董事会要用", urgency=0.98, calm=0.76)).id == "urgent"


def test_an_addition_with_the_companys_own_word_presses(scene: Scene) -> None:
    assert urgency_of_addition(scene.rules, read("特别急")).id == "urgent"


@pytest.mark.parametrize(("chance", "urgency"), [(0.7, "normal"), (0.9, "urgent")])
def test_a_new_matter_presses_where_that_is_plain(scene: Scene, chance: float, urgency: str) -> None:
    assert urgency_of(scene.rules, Matter(), read("我在店里坐着", urgency=chance)).id == urgency


@pytest.mark.parametrize(
    ("said", "calm"),
    [
        (read("慢慢来", calm=0.97), True),
        (read("看着办", calm=0.7), False),
        (read("慢慢来，可是快点", calm=0.97, urgency=0.95), False),
        (read("不着急"), True),
    ],
)
def test_who_says_there_is_no_hurry_is_calm(scene: Scene, said: Reading, *, calm: bool) -> None:
    assert is_calm(scene.rules, said) is calm


def test_a_fault_mentioned_beside_a_tender_is_no_purchase(scene: Scene) -> None:
    lead = next(topic.id for topic in scene.policy.topics.values() if topic.act == "sales_lead")
    assert topic_of_act(scene.rules, lead, {"故障": 0.95, lead: 0.05}) == "故障"
    assert topic_of_act(scene.rules, lead, {"故障": 0.6, lead: 0.4}) == lead
    assert topic_of_act(scene.rules, lead, {"订单": 0.95, lead: 0.05}) == lead  # the same people answer for both


def test_what_goes_on_from_an_answer_belongs_to_it(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸怎么办")
    anna.say("那怎么开发票")
    anna.say("转人工")
    assert scene.ticket.subject == "打印机卡纸怎么办，怎么开发票"


def test_a_number_in_the_name_of_a_file_is_starred_in_the_title(scene: Scene, anna: Visitor) -> None:
    anna.send_file("王工13812345678.jpg")
    assert scene.ticket.subject == "客户发来图片：王工138****5678.jpg，未附文字"
