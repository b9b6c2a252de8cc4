"""Titles of tickets say what the matter is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.matter_titles import LONGEST, is_unsaid, says_something, sent_file, sent_place, title, unsaid
from bot.wording.title_clauses import TitleClause


def by_length(clauses: Sequence[TitleClause]) -> list[float]:
    """The longest clause tells most."""
    return [len(clause.text) for clause in clauses]


def without(*noise: str) -> Callable[[Sequence[TitleClause]], list[float]]:
    """All clauses tell the same but for those that hold one of these words."""
    return lambda clauses: [0.0 if any(word in clause.text for word in noise) else 1.0 for clause in clauses]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["机器老是出毛病，隔三差五罢工", "是联想的那台"], "机器老是出毛病，隔三差五罢工（是联想的那台）"),
        (["你好，打印机卡纸了"], "打印机卡纸了"),
        (["您好 请问这个月的发票什么时候寄", "型号M7400"], "这个月的发票什么时候寄（型号M7400）"),
        (["净水器漏水，麻烦您了，谢谢"], "净水器漏水"),
        (["发票开错了吗？", "抬头少了一个字"], "发票开错了吗？抬头少了一个字"),
        (["那个打印机", "第二个", "嗯嗯", "连不上网"], "打印机，连不上网"),
        (["5", "对", "好的", "转人工", "？？？", "👌"], ""),
        (["电梯困人", "电梯困人"], "电梯困人"),
        (["师傅", "门禁刷不开"], "门禁刷不开"),
        ([], ""),
    ],
)
def test_a_title_is_what_was_said_of_the_matter(lines: list[str], told: str) -> None:
    assert title(lines, by_length) == told


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "对",
        "第二个",
        "2",
        "就这个",
        "好的好的",
        "转人工",
        "很急",
        "？",
        "嗯",
        "都不是",
        "OK",
        "",
        "订单号 20261128001",
        "我的手机是138****5678",
        "SN：AB1234567",
        "a.b@example.com1",
        "13800138000",
    ],
)
def test_a_bare_answer_says_nothing(line: str) -> None:
    assert not says_something(line)


@pytest.mark.parametrize(
    "line", ["卡纸", "退货", "第三条合同条款", "5台打印机坏了", "人工费多少", "WiFi", "还没收到货"]
)
def test_a_few_words_may_say_enough(line: str) -> None:
    assert says_something(line)


def test_a_long_matter_is_told_by_its_weightiest_clauses_in_their_order() -> None:
    lines = [
        "昨天早上我们同事来上班的时候就发现了这件事情",
        "复印机一开机就报错E03",
        "然后问了一圈也没有人知道该怎么处理它",
        "重启了三次都没用，纸也取出来了",
    ]
    told = title(lines, lambda said: [50 * ("E03" in each.text) + 40 * ("重启" in each.text) for each in said])
    assert "复印机一开机就报错E03" in told
    assert told.index("E03") < told.index("重启了三次都没用")
    assert len(told) <= LONGEST


def test_voice_typing_without_marks_is_cut_at_a_seam() -> None:
    said = "我们公司上个月在你们这边买的那台复印机现在打出来的纸全都是黑条根本没法用" + "但是我昨天换了硒鼓还是一样" * 3
    told = title([said], by_length)
    assert told.startswith("我们公司")
    assert "昨天换了硒鼓" in told
    assert len(told) <= LONGEST


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["发票抬头开错了", "另外还有件事，三楼打印机卡纸"], "发票抬头开错了；三楼打印机卡纸"),
        (["能开专票吗，顺便问一下运费谁出"], "能开专票吗；运费谁出"),
        (["invoice 发我一份", "also the copier 卡纸"], "invoice 发我一份；the copier 卡纸"),
    ],
)
def test_several_matters_stand_side_by_side(lines: list[str], told: str) -> None:
    assert title(lines, by_length) == told


def test_the_first_matter_is_told_whatever_else_was_said() -> None:
    lines = ["押金没退", *(f"另外{thing}号机器从昨天下午开始就一直报错打不开" for thing in "甲乙丙丁戊")]
    told = title(lines, by_length)
    assert told.startswith("押金没退；")
    assert len(told) <= LONGEST


def test_another_topic_begins_another_matter() -> None:
    told = title(["墨盒怎么退", "箱子里少了一包纸"], by_length, lambda said: ["退换", "配送"][: len(said)])
    assert told == "墨盒怎么退；箱子里少了一包纸"


def test_what_tells_nothing_of_the_matter_does_not_stand_in_the_title() -> None:
    lines = ["我靠，打印机又卡纸了，气死我了", "人呢", "是惠普的"]
    assert title(lines, without("气死", "人呢")) == "打印机又卡纸了（是惠普的）"


def test_where_nothing_tells_enough_the_weightiest_is_the_title() -> None:
    assert title(["随便说说看", "门坏"], lambda said: [-1.0] * len(said)) == "随便说说看"


def test_what_was_said_already_is_not_repeated() -> None:
    assert title(["大厅的传真收不到", "大厅传真收不到", "对方说占线"], by_length) == "大厅的传真收不到，对方说占线"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["我要订三箱B5的纸", "哎说错了，是A5的", "不是三箱是十二箱"], "我要订十二箱A5的纸"),
        (["想租一台黑白的打印机", "不是打印机是复印机"], "想租一台黑白的复印机"),
        (["周四来装吧", "打错了，是周五，门口有车位"], "周五来装吧，门口有车位"),
        (["墨盒卡住了", "不是墨盒的事"], "墨盒卡住了，不是墨盒的事"),
    ],
)
def test_what_was_put_right_stands_in_place_of_what_was_wrong(lines: list[str], told: str) -> None:
    assert title(lines, by_length) == told


def test_spoken_fillers_are_left_out() -> None:
    said = "哎你好那个我们租的那台大复印机啊现在打出来全是偏红的然后我们校准过两次了还是一样麻烦你们派个师傅"
    assert title([said], without("麻烦")) == "我们租的那台大复印机，现在打出来全是偏红的，我们校准过两次了还是一样"


@given(st.lists(st.text(alphabet="打印机坏了没反应，。！ 你好谢谢5对12abc？…", max_size=200), max_size=8))
def test_a_title_is_short_one_line_and_says_something_or_is_empty(lines: list[str]) -> None:
    told = title(lines, by_length)
    assert len(told) <= LONGEST
    assert told == " ".join(told.split())
    assert not told or says_something(told)


def test_a_title_without_words_says_what_there_is() -> None:
    assert unsaid("asked_for_person", "web") == "客户要求人工，尚未说明事由"
    assert unsaid("something_new", "telegram") == "客户通过Telegram来联系，尚未说明事由"
    assert sent_file("机器.jpg", "image/jpeg") == "客户发来图片：机器.jpg，未附文字"
    assert is_unsaid(unsaid("file", "web"))
    assert is_unsaid(unsaid("something_new", "web"))
    assert is_unsaid(sent_file("机器.jpg", "image/jpeg"))
    assert is_unsaid(sent_place("位置：南门"))
    assert not is_unsaid("打印机卡纸")


@pytest.mark.parametrize(
    "piece", ["1", "急", "嗯", "好啊", "你好", "是", "啊", "a1 ", "，", "谢谢", "打印机", "第一", "人"]
)
def test_no_text_takes_long(piece: str) -> None:
    began = time.process_time()
    for end in ("", "x", "机", "？"):
        title([(piece * 400)[:400] + end], by_length)
    assert time.process_time() - began < 0.5
