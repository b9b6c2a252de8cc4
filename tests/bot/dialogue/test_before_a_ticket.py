"""What the bot says before a person is concerned: to what is told, to what goes on, to two questions, to a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.dialogue.acts import Answer, AskBack, Either, HandOff, Helped, Miss, Say
from bot.dialogue.mild_acts import as_meant
from bot.dialogue.plan import plan
from bot.dialogue.questions import questions_in
from bot.dialogue.ranked_turn import RankedCandidates
from bot.dialogue.situation import Turn
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.decide import Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate
from tests.bot.dialogue.situations import OWN_PERSON, SURE, WITH_BOT, candidate, hears, said
from tests.bot.scene import FEE, INVOICE, JAM, SCRIPT, WIFI, Scene

NEEDS_PERSON = "这个情况需要专人来看。要为您转人工吗？也可以再说说具体情况。"
UNKNOWN_SAID = "抱歉，这个问题我暂时答不上来。您可以换个说法再问一次，或点「转人工」，由专人为您处理。"
HANDED_OFF = "已为您安排专人，最晚今天 12:00 前与您联系（首次联系）。您之前说的内容已一并转交，不用再重复。"
EITHER = "您是想找人工，还是想了解下面的问题？点一下即可。"


def found(scene: Scene, monkeypatch: pytest.MonkeyPatch, **near: list[tuple[Any, float]]) -> None:
    """What the matching finds for these texts."""
    for text, candidates in near.items():
        monkeypatch.setitem(cast("dict[str, Any]", SCRIPT), text, candidates)


def read(*clauses: tuple[str, dict[str, float]], matter: tuple[bool, ...] = ()) -> Reading:
    """A text of these clauses; an act of 0.6 or more is heard."""
    parts = [
        ClauseReading(text, acts, frozenset(act for act, chance in acts.items() if chance >= 0.6), matter=told)
        for (text, acts), told in zip(clauses, matter or (True,) * len(clauses), strict=True)
    ]
    return Reading(" ".join(text for text, _ in clauses), tuple(parts))


def heard_in(reading: Reading, *near: Candidate, **known: Any) -> Turn:
    turn = hears(*reading.heard, text=reading.text, bare=not reading.substance, **known)
    return as_meant(replace(turn, verdict=Unsure(near) if near else Unknown()), reading, near)


# ── what is told ──────────────────────────────────────────────────────


def test_a_fault_that_nothing_answers_needs_a_person_and_one_is_offered() -> None:
    assert plan(said(about=True), WITH_BOT) == (Miss(), Say("ask_person", offer_person=True))
    assert plan(said(about=True), replace(WITH_BOT, misses=1)) == (HandOff("missed_twice"),)


def test_a_remark_about_nothing_is_noted_and_no_miss() -> None:
    assert plan(said(about=False), WITH_BOT) == (Say("told_noted", offer_person=True),)
    assert plan(said(about=False), replace(WITH_BOT, last_answer="a1")) == (Say("helped"),)


def test_a_question_that_nothing_answers_is_admitted_to_be_unknown() -> None:
    for asked in (said(about=True, asks=True), said(about=True, text="贵司有证书？"), said()):
        assert plan(asked, WITH_BOT) == (Miss(), Say("unknown", offer_person=True))


def test_a_telephone_number_beside_a_matter_that_nothing_answers_is_a_wish_for_a_person() -> None:
    turn = hears("callback_number", bare=False, about=True)
    assert plan(turn, WITH_BOT) == (HandOff("asked_for_person"),)
    likely = replace(turn, verdict=Unsure((candidate(sure=0.6),)))
    assert plan(likely, WITH_BOT) == (AskBack(candidate(sure=0.6)),)


def test_thanks_at_the_end_of_a_remark_are_answered_but_not_those_before_a_matter() -> None:
    remark = hears("thanks", bare=False, about=False, closes=True)
    assert plan(remark, WITH_BOT) == (Say("thanks"),)
    assert plan(replace(remark, about=True), WITH_BOT) == (Miss(), Say("ask_person", offer_person=True))
    assert plan(replace(remark, closes=False), WITH_BOT) == (Say("told_noted", offer_person=True),)


def test_a_success_is_met_with_joy() -> None:
    assert plan(hears("withdrawal", solved=True, bare=False), WITH_BOT) == (Helped(), Say("glad"))


def test_a_success_with_a_further_matter_behind_it_is_none() -> None:
    further = read(("知道了", {"withdrawal": 1.0}), ("我们A3纸少送了一包", {}))
    assert not heard_in(further, solved=True).solved
    assert heard_in(read(("好使了", {"withdrawal": 1.0}), ("字儿贼清楚", {})), solved=True).solved


def test_that_something_is_so_already_ends_nothing_that_was_not_answered() -> None:
    told = hears("withdrawal", "no", text="已经拆封但是没装过", about=True)
    assert plan(told, WITH_BOT) == (Miss(), Say("ask_person", offer_person=True))
    assert plan(told, replace(WITH_BOT, last_answer="a1")) == (Helped(), Say("helped"))


@pytest.mark.parametrize("turn", [hears("yes"), hears("yes", "thanks"), hears("calm"), said(assents=True)])
def test_a_mere_yes_accepts_an_answer_however_many_the_tier_gets(turn: Turn) -> None:
    spent = replace(WITH_BOT, last_answer="a1", answers_at_most=1, bot_answers=1)
    assert plan(turn, spent) == (Helped(), Say("helped"))
    assert plan(turn, OWN_PERSON) == (HandOff("own_person"),)


def test_a_long_no_is_no_mere_no() -> None:
    told = hears("no", text="正确的是 24536806，不是 24536860", about=True)
    assert plan(told, WITH_BOT) == (Miss(), Say("ask_person", offer_person=True))


# ── what goes on ──────────────────────────────────────────────────────


def test_what_was_just_answered_and_is_no_help_to_what_goes_on_is_not_listed_again() -> None:
    known = replace(WITH_BOT, last_answer="a1")
    again = Unsure((candidate(1, sure=0.9),))
    assert plan(said(verdict=again, about=True), known) == (Miss(), Say("ask_person", offer_person=True))
    detail = said(repeats=True, asks=True)
    assert plan(detail, known) == (Miss("a1"), Say("unknown_detail", offer_person=True))


def test_what_was_asked_about_and_is_meant_again_is_answered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found(scene, monkeypatch, 保几年=[(FEE, 0.6)], 整机都保还是只保零件=[(FEE, 0.5)], 那别的事情呢=[(INVOICE, 0.5)])
    anna = scene.visitor()
    assert anna.say("保几年") == ["您是想问“安装人工费多少钱”吗？"]
    assert anna.say("整机都保还是只保零件") == [FEE.answer]
    assert anna.say("那别的事情呢") == ["您是想问“怎么开发票”吗？"]


def test_what_was_just_asked_about_is_not_asked_about_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found(scene, monkeypatch, 两箱纸多少钱=[(FEE, 0.6)], 说错了是四号的=[(FEE, 0.35), (JAM, 0.2)])
    anna = scene.visitor()
    assert anna.say("两箱纸多少钱") == ["您是想问“安装人工费多少钱”吗？"]
    assert anna.say("说错了是四号的") == [UNKNOWN_SAID]


# ── two questions ─────────────────────────────────────────────────────


def test_a_second_question_is_asked_back_or_admitted_to_be_unknown() -> None:
    other = candidate(2, sure=0.7)
    assert plan(said(verdict=SURE, other=(other,)), WITH_BOT) == (Answer(SURE.candidate), AskBack(other))
    open_one = said(verdict=SURE, unanswered=True)
    assert plan(open_one, WITH_BOT) == (Answer(SURE.candidate), Say("other_unknown", offer_person=True))


def test_each_clause_that_asks_is_looked_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found(scene, monkeypatch, 能开发票给学校吗=[(INVOICE, 0.95)], 纸送到楼上吗=[(FEE, 0.7)], 收不收学生=[(FEE, 0.2)])
    asks = [ClauseReading(text, asked=True) for text in ("能开发票给学校吗", "纸送到楼上吗", "收不收学生")]
    two = Reading("能开发票给学校吗？纸送到楼上吗？", tuple(asks[:2]))
    questions = questions_in(scene.rules, two, "三级", scene.now)
    assert [each.article.id for each in questions.answers] == [INVOICE.id]
    assert [each.article.id for each in questions.likely] == [FEE.id]
    assert (questions.several, questions.unanswered) == (True, False)
    beside = Reading("能开发票给学校吗，收不收学生", (asks[0], asks[2]))
    assert not questions_in(scene.rules, beside, "三级", scene.now).unanswered
    apart = Reading("能开发票给学校吗？收不收学生", (asks[0], asks[2]))
    assert questions_in(scene.rules, apart, "三级", scene.now).unanswered


# ── a choice ──────────────────────────────────────────────────────────


def test_a_place_at_which_nothing_was_offered_is_asked_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found(scene, monkeypatch, 扫描不行了=[(WIFI, 0.6)])
    anna = scene.visitor()
    assert anna.say("扫描不行了") == ["您是想问“打印机连不上wifi怎么办”吗？"]
    assert anna.say("第二个") == [EITHER]
    assert anna.say("第一个") == [WIFI.answer]


def test_a_misplaced_choice_offers_what_was_offered() -> None:
    offered = (candidate(1, exact=True),)
    assert plan(said("no_more", either=offered), WITH_BOT) == (Either(offered),)


@pytest.mark.parametrize("yes", ["好的", "可以", "嗯"])
def test_a_yes_to_the_person_who_was_offered_is_a_wish_for_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, yes: str
) -> None:
    agreed = read((yes, {"yes": 1.0}), matter=(False,))
    monkeypatch.setattr(
        "bot.dialogue.ranked_turn.understand", lambda _rules, text: agreed if text == yes else read((text, {}))
    )
    monkeypatch.setattr(RankedCandidates, "turn", _about(RankedCandidates.turn))
    anna = scene.visitor()
    assert anna.say("秤和收银对不上重量") == [NEEDS_PERSON]
    assert HANDED_OFF in anna.say(yes)


def _about(turn: Any) -> Any:
    def changed(ranked: RankedCandidates, rules: Any, *, settled: bool) -> Turn:
        found: Turn = turn(ranked, rules, settled=settled)
        return replace(found, about=True)

    return changed


# ── acts that are hardly what a turn is ───────────────────────────────


def test_haggling_is_one_only_where_no_clause_tells_of_anything_else() -> None:
    fewer = read(("少一包", {"haggling": 0.84}), ("买十包来九包", {"haggling": 0.94}), ("补给我", {"chase": 0.4}))
    assert "haggling" not in heard_in(fewer).heard
    cheaper = read(("工资不高", {"haggling": 0.83}), ("便宜个几十块也好的", {"haggling": 1.0}))
    assert "haggling" in heard_in(cheaper).heard


@pytest.mark.parametrize(("chance", "other", "kept"), [(0.79, 0.0, False), (0.8, 0.0, True), (0.9, 0.95, False)])
def test_an_act_is_answered_in_one_line_if_it_is_clear_and_nothing_is_likelier(
    chance: float, other: float, kept: bool
) -> None:
    reading = read(("保修期内上门也是免费的", {"haggling": chance, "chase": other, "sales_lead": other}))
    assert ("haggling" in heard_in(reading).heard) is kept


def test_where_all_is_small_talk_a_question_must_be_likelier_still() -> None:
    asleep = read(("睡没", {"small_talk": 0.99}), matter=(False,))
    assert isinstance(heard_in(asleep, candidate(sure=0.72)).verdict, Unknown)
    assert isinstance(heard_in(asleep, candidate(sure=0.995)).verdict, Unsure)
    sure = as_meant(hears("small_talk", verdict=SURE), asleep, (SURE.candidate,))
    assert isinstance(sure.verdict, Answered)


def test_small_talk_that_sounds_like_a_chase_is_greeted() -> None:
    meal = read(
        ("晚上好啊", {"greeting": 1.0}), ("吃过饭了没有", {"chase": 0.67, "small_talk": 1.0}), matter=(False,) * 2
    )
    turn = heard_in(meal, intent="urge")
    assert plan(turn, WITH_BOT) == (Say("greeting", offer_person=True),)


def test_who_asks_or_tells_at_length_takes_no_leave() -> None:
    asked = Reading(
        "你能不能别复制了",
        (ClauseReading("你能不能别复制了", {"no": 0.8}, frozenset({"no"}), matter=False, asked=True),),
    )
    assert heard_in(asked, intent="no_more").intent is None
    told = read(("已经拆封但是没装过", {"no": 0.9}), matter=(False,))
    assert heard_in(told, intent="no_more").intent is None
    printed = read(("印出来了耶👏👏👏", {"withdrawal": 0.9}), matter=(False,))
    assert heard_in(printed, intent="solved").intent == "solved"
    listed = read(("暂时没有别的问题了", {"no": 1.0}), matter=(False,))
    assert heard_in(listed, intent="no_more").intent == "no_more"
