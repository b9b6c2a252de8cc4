"""A turn is read clause by clause; function words and the company's own words count as much as what was learned."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from knowledge_base.acts.builder import FIRING, HIGHEST, fitted
from knowledge_base.acts.explanation import explained
from knowledge_base.acts.polarity import polarity_of
from knowledge_base.acts.reader import ActReader, struck
from tests.fakes.encoders import PaperEncoder

WORDS = ("冒烟", "着火", "鼓包")


def listed(clause: str) -> Mapping[str, float]:
    """A company's words: three for a danger, one clause for a person."""
    found = {"danger": 1.0} if any(word in clause for word in WORDS) else {}
    return found | ({"person": 1.0} if clause == "呼叫小秘书" else {})


@pytest.mark.parametrize(
    ("text", "heard", "left"),
    [
        ("复印机坏了，转人工", {"person"}, "复印机坏了"),
        ("机柜冒烟了", {"danger"}, "机柜冒烟了"),
        ("机柜冒烟了，叫师傅来跟我说", {"danger", "person"}, "机柜冒烟了"),
        ("硒鼓多少钱 谢谢师傅", {"thanks"}, "硒鼓多少钱"),
        ("硒鼓多少钱", set(), "硒鼓多少钱"),
        ("谢谢你们", {"thanks"}, ""),
        ("機櫃冒煙了", {"danger"}, "機櫃冒煙了"),
    ],
)
def test_acts_are_heard_beside_what_remains(reader: ActReader, text: str, heard: set[str], left: str) -> None:
    reading = reader.read(text)
    assert (reading.heard, reading.substance) == (heard, left)


def test_an_act_in_the_middle_of_what_is_dictated_is_heard(reader: ActReader) -> None:
    text = "我这边复印机昨天买的今天一开机机柜冒烟了你们说怎么安装的啊快过来看看吧"
    assert "danger" in reader.read(text).heard | reader.read(text).doubted


@pytest.mark.parametrize(
    "text",
    ["机柜没有冒烟", "机柜没冒烟", "不是机柜冒烟了", "如果机柜冒烟了", "万一机柜着火了", "机柜会不会冒烟"],
)
def test_what_is_denied_or_supposed_is_no_danger(reader: ActReader, text: str) -> None:
    assert "danger" not in reader.read(text, listed).heard


@pytest.mark.parametrize("text", ["机柜冒烟了吗", "上次机柜冒烟了"])
def test_what_is_asked_or_past_is_asked_about(reader: ActReader, text: str) -> None:
    reading = reader.read(text, listed)
    assert "danger" not in reading.heard
    assert "danger" in reading.doubted


@pytest.mark.parametrize("text", ["机柜冒烟了怎么办", "没多久机柜冒烟了", "别的机柜冒烟了", "机柜冒烟了快来人"])
def test_what_is_so_stays_a_danger(reader: ActReader, text: str) -> None:
    assert "danger" in reader.read(text, listed).heard


def test_a_negator_before_a_window_denies_what_the_window_says(reader: ActReader) -> None:
    text = "复印机昨天刚买的多少钱我忘记了现在并没有看到机柜冒烟就是想问怎么安装"
    assert "danger" not in reader.read(text).heard


@pytest.mark.parametrize(
    ("act", "clause", "left"),
    [
        ("danger", "冒烟了", 0.9),
        ("danger", "没冒烟", 0.29),
        ("danger", "如果冒烟", 0.6),
        ("danger", "冒烟了吗", 0.7),
        ("danger", "去年冒过烟", 0.7),
        ("danger", "冒烟了怎么办", 0.9),
        ("withdrawal", "好了", 0.9),
        ("withdrawal", "好了吗", 0.3),
        ("withdrawal", "还没好", 0.3),
        ("withdrawal", "要是好了", 0.3),
        ("person", "没有人吗", 0.9),
        ("person", "转人工要收费吗", 0.1),
        ("person", "客服几点上班", 0.1),
        ("urgency", "加急快递多少钱", 0.1),
        ("urgency", "几点能到我赶时间", 0.9),
        ("complaint", "我不是要投诉", 0.1),
        ("complaint", "没有不满意", 0.1),
        ("complaint", "是不是要我投诉", 0.9),
        ("person", "我没说要转人工", 0.1),
        ("withdrawal", "点错了不是要报修", 0.9),
        ("thanks", "不用谢", 0.9),
    ],
)
def test_function_words_lower_what_is_only_about_what_is(act: str, clause: str, left: float) -> None:
    assert struck(act, 0.9, polarity_of(clause)) == left
    assert struck(act, 0.1, polarity_of(clause)) == 0.1


def test_a_company_s_word_makes_a_doubtful_danger_an_alarm(reader: ActReader) -> None:
    text = "看到打印机鼓包啦"
    assert "danger" not in reader.read(text).heard
    assert "danger" in reader.read(text, listed).heard


def test_a_company_s_word_in_a_harmless_question_is_no_alarm(reader: ActReader) -> None:
    assert "danger" not in reader.read("打印机怎么安装才防鼓包", listed).heard


def test_a_company_s_words_for_a_wish_are_heard(reader: ActReader) -> None:
    assert reader.read("机柜多少钱，呼叫小秘书", listed).heard == {"person"}


def test_a_company_s_word_for_a_danger_is_asked_about_whatever_else_the_clause_is() -> None:
    reading = ActReader().read("好像冒烟了是不是", lambda _clause: {"danger": 1.0, "bot_question": 0.9})
    assert (reading.heard, reading.doubted) == ({"bot_question"}, {"danger"})
    assert reading.substance == reading.text  # and stands on the ticket that silence opens


def test_without_a_head_the_company_s_words_alone_count() -> None:
    reading = ActReader().read("机柜冒烟了，呼叫小秘书，谢谢", listed)
    assert reading.heard == {"danger", "person"}
    assert ActReader().read("机柜没冒烟", listed).heard == frozenset()
    assert ActReader().read("机柜冒烟正常吗", listed).doubted == {"danger"}


@pytest.mark.parametrize("text", ["", "  ", "？！", "👍"])
def test_nothing_is_heard_in_nothing(reader: ActReader, text: str) -> None:
    reading = reader.read(text, listed)
    assert reading.heard == frozenset()
    assert reading.text == text


def test_of_two_thousand_characters_the_middle_is_read_by_the_company_s_words(reader: ActReader) -> None:
    filler = "，".join(f"复印机{n}多少钱" for n in range(60))
    text = f"{filler}，机柜冒烟了，{filler}"
    assert "danger" in reader.read(text, listed).heard
    assert reader.read(text, listed).substance == text


@pytest.mark.parametrize("text", ["打印机" * 660, "啊，" * 1_000, "好 " * 1_000, "怎么安装" * 500, "a" * 2_000])
def test_however_long_a_text_is_little_of_it_is_encoded(reader: ActReader, text: str) -> None:
    assert len(reader.sentences(text)) <= 70
    began = time.process_time()
    reader.read(text, listed)
    assert time.process_time() - began < 0.5


def test_what_is_read_ahead_is_what_is_read(reader: ActReader) -> None:
    assert reader.sentences("转人工，转人工，谢谢") == ("转人工", "谢谢", "转人工，转人工，谢谢")


def test_at_most_one_phrasing_in_a_hundred_is_taken_for_an_act(reader: ActReader) -> None:
    phrasings = [f"工程师{n}号的上门费" for n in range(140)] + [f"找工程师{n}" for n in range(10)]
    bare = sum("person" in reader.read(each).heard for each in phrasings)
    raised = fitted(reader, phrasings)
    fires = sum("person" in raised.read(each).heard for each in phrasings)
    assert bare > FIRING * len(phrasings)
    assert fires <= FIRING * len(phrasings)
    assert raised.heard_at("person") > reader.heard_at("person")


def test_no_phrasing_silences_the_very_words_of_a_wish(reader: ActReader) -> None:
    raised = fitted(reader, ["转人工", "怎么转人工", "我要找客服"])
    assert raised.heard_at("person") <= HIGHEST
    assert "person" in raised.read("呼叫小秘书", listed).heard


def test_phrasings_raise_no_threshold_of_a_danger(reader: ActReader) -> None:
    raised = fitted(reader, ["打印机冒烟了怎么处理", "插座着火了"] * 5)
    assert raised.heard_at("danger") == reader.heard_at("danger")


def test_nothing_is_fitted_without_a_head_or_without_phrasings(reader: ActReader) -> None:
    assert fitted(ActReader(), ["转人工"]) == ActReader()
    assert fitted(reader, []) is reader


def test_an_explanation_tells_what_was_read(reader: ActReader) -> None:
    found = explained(reader, "机柜没冒烟，呼叫小秘书", listed)
    assert found.reading == reader.read("机柜没冒烟，呼叫小秘书", listed)
    smoke, wish = found.clauses
    danger = next(act for act in smoke.acts if act.act == "danger")
    assert (danger.taken_back, danger.verdict, danger.listed) == (("negated",), "", 1.0)
    assert danger.learned > danger.chance
    person = next(act for act in wish.acts if act.act == "person")
    assert (person.verdict, person.listed, person.chance) == ("heard", 1.0, 1.0)
    assert [act.chance for act in wish.acts] == sorted((act.chance for act in wish.acts), reverse=True)


def test_an_encoder_that_fails_is_told_to_whoever_reads(reader: ActReader) -> None:
    encoder = PaperEncoder()
    head = reader.head
    assert head is not None
    broken = replace(
        head, encoder=encoder, centre=np.zeros(64, np.float32), vectors=np.zeros((head.inverted.size, 64), np.float32)
    )
    encoder.fails = True
    with pytest.raises(RuntimeError, match="out of paper"):
        ActReader(broken).read("转人工")


@pytest.mark.parametrize("text", ["没有卡纸，可是机柜一直闪", "没卡纸，就是机柜冒烟了"])
def test_what_is_denied_for_the_next_clause_to_put_right_is_not_asked(reader: ActReader, text: str) -> None:
    assert reader.read(text).question == text.partition("，")[2]
