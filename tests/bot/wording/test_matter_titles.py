"""Titles of tickets say what the matter is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.matter_titles import LONGEST, is_unsaid, says_something, sent_file, sent_place, title, unsaid


def by_length(clause: str) -> float:
    """The longest clause tells most."""
    return len(clause)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["机器老是出毛病，隔三差五罢工", "是联想的那台"], "机器老是出毛病，隔三差五罢工（是联想的那台）"),
        (["你好，打印机卡纸了"], "打印机卡纸了"),
        (["您好 请问这个月的发票什么时候寄", "型号M7400"], "这个月的发票什么时候寄（型号M7400）"),
        (["净水器漏水，麻烦您了，谢谢"], "净水器漏水"),
        (["发票开错了吗？", "抬头少了一个字"], "发票开错了吗？抬头少了一个字"),
        (["那个打印机", "第二个", "嗯嗯", "连不上网"], "那个打印机，连不上网"),
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
    told = title(lines, lambda clause: 50 * ("E03" in clause) + 40 * ("重启" in clause))
    assert "复印机一开机就报错E03" in told
    assert told.index("E03") < told.index("重启了三次都没用")
    assert len(told) <= LONGEST


def test_voice_typing_without_marks_is_cut_at_a_seam() -> None:
    said = "我们公司上个月在你们这边买的那台复印机现在打出来的纸全都是黑条根本没法用" + "但是我昨天换了硒鼓还是一样" * 3
    told = title([said], by_length)
    assert told.startswith(("我们公司", "但是"))
    assert len(told) <= LONGEST


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
