"""What was understood is said: an answer under its question, a question back, and what follows a 不是."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.agents.actions import Resolve
from bot.dialogue.acts import (
    Answer,
    AskBack,
    Either,
    Forward,
    HandOff,
    Hold,
    Miss,
    Presume,
    Reject,
    Say,
    Suggest,
    SuggestMeanwhile,
    TakeNote,
    Urge,
)
from bot.dialogue.choices import is_offered
from bot.dialogue.identity import identify
from bot.dialogue.not_meant import only_refuses, refuses, without
from bot.dialogue.plan import plan
from bot.dialogue.plan_question import SHOWN_TO_DETAILS
from bot.dialogue.questions import Questions
from bot.dialogue.understanding import evidence_of
from bot.messages import Incoming
from escalation.policy.model import Policy
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.articles import Article
from knowledge_base.gaps import gap_store
from knowledge_base.matching.decide import PROBABLE, Presumed, Unsure
from knowledge_base.matching.index import build
from knowledge_base.model.calibration import Thresholds
from tests.bot.dialogue.situations import OWN_PERSON, SURE, WAITING, WITH_BOT, candidate, hears, said
from tests.bot.scene import FEE, INVOICE, JAM, SCRIPT, TONER, WIFI, Scene, ScriptedRules, Visitor

ASKED = "机器上不了网"
ANSWER = f"您是问“打印机连不上wifi怎么办”吧？\n{WIFI.answer}"
LIST = "抱歉，是我理解错了。您想了解的是不是下面这些？点一下即可查看；都不是的话，请换个说法，或点「转人工」。"
BACK = "抱歉，是我理解错了。那您是想问“打印机卡纸怎么办”吗？"
PLAIN = "抱歉，是我理解错了。请您换个说法，或再具体说说；也可以点「转人工」，由专人为您处理。"
UNKNOWN_SAID = "抱歉，这个问题我暂时答不上来。您可以换个说法再问一次，或点「转人工」，由专人为您处理。"
HANDED_OFF = "已为您安排专人，最晚今天 12:00 前与您联系（首次联系）。您之前说的内容已一并转交，不用再重复。"
PRESUMED = Presumed(candidate(sure=0.8))
NOS = ["不是", "不是的", "不对", "不是这个", "不是这个问题", "不是啊"]


@pytest.fixture(autouse=True)
def presumes_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 0.7 to 0.85, where the scripted confidences are."""
    monkeypatch.setattr(ScriptedRules, "thresholds", Thresholds(0.7, 0.15))


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the matching finds for further texts."""

    def found(**near: list[tuple[Any, float]]) -> None:
        for text, candidates in near.items():
            monkeypatch.setitem(cast("dict[str, Any]", SCRIPT), text, candidates)

    found(**{ASKED: [(WIFI, 0.75), (JAM, 0.2), (TONER, 0.05)]})
    return found


def labels(visitor: Visitor) -> list[str]:
    return [button["label"] for button in visitor.lines()[-1].meta["buttons"]]


# ── an answer under its question ──────────────────────────────────────


def test_what_stands_far_above_the_rest_is_answered_under_the_question_that_was_understood(
    scene: Scene, script: Any
) -> None:
    anna = scene.visitor()
    assert anna.say(ASKED) == [ANSWER]
    assert labels(anna) == ["不是", "有帮助", "没帮助", "转人工"]
    assert anna.tap("helpful:wifi-failed") == ["好的，还有其他问题，随时告诉我。"]


def test_in_traditional_script_all_of_it_is(scene: Scene, script: Any) -> None:
    script(機器上不了網=[(WIFI, 0.75), (JAM, 0.2)])
    anna = scene.visitor()
    assert anna.say("機器上不了網") == ["您是問“印表機連不上wifi怎麼辦”吧？\n請重啟路由器後再試。"]
    assert labels(anna) == ["不是", "有幫助", "沒幫助", "轉人工"]
    assert anna.tap("notmeant:wifi-failed") == ["抱歉，是我理解錯了。那您是想問“印表機卡紙怎麼辦”嗎？"]
    assert labels(anna) == ["是的", "不是", "轉人工"]


def test_a_question_brings_no_mark_of_its_own_into_the_sentence(scene: Scene, script: Any) -> None:
    marked = replace(WIFI, question="打印机连不上wifi怎么办？")
    scene.rules = replace(scene.rules, index=build((marked,), revision=2, fillers=()))
    script(**{ASKED: [(marked, 0.75)]})
    assert scene.visitor().say(ASKED) == [ANSWER]


def test_at_night_the_night_answer_stands_under_it(scene: Scene, script: Any) -> None:
    asleep = replace(WIFI, night_answer="夜里请先重启路由器，明早 8 点起有人协助。")
    script(**{ASKED: [(asleep, 0.75)]})
    scene.clock.now += timedelta(hours=12)
    assert scene.visitor().say(ASKED) == [
        "您是问“打印机连不上wifi怎么办”吧？\n夜里请先重启路由器，明早 8 点起有人协助。"
    ]


def test_it_counts_as_an_answer_of_the_few_that_a_tier_gets(scene: Scene, script: Any) -> None:
    anna = scene.visitor(customer="C1007")
    assert scene.rules.policy.tiers["一级"].bot_answers_at_most == 1
    assert anna.say(ASKED) == [ANSWER]
    assert anna.conversation is not None
    assert (anna.conversation.bot_answers, anna.conversation.last_answer) == (1, WIFI.id)
    anna.say("怎么查订单")
    assert scene.ticket.reason == "bot_held_long_enough"


def test_a_no_to_the_only_answer_that_a_tier_gets_leads_to_a_person(scene: Scene, script: Any) -> None:
    anna = scene.visitor(customer="C1007")
    anna.say(ASKED)
    anna.tap("notmeant:wifi-failed")
    assert (scene.ticket.reason, scene.ticket.rejected) == ("missed_twice", [WIFI.id])


def test_a_fragment_waits_for_the_next_one_before_anything_is_presumed() -> None:
    assert plan(said(verdict=PRESUMED, settled=False), WITH_BOT) == (Hold(),)


def test_it_is_presumed_although_something_was_missed_before() -> None:
    assert plan(said(verdict=PRESUMED), replace(WITH_BOT, misses=1)) == (Presume(PRESUMED.candidate),)


def test_a_second_question_that_nothing_answers_is_admitted_beside_it() -> None:
    assert plan(said(verdict=PRESUMED, unanswered=True), WITH_BOT) == (
        Presume(PRESUMED.candidate),
        Say("other_unknown", offer_person=True),
    )


def test_a_second_question_that_is_only_likely_is_asked_back_below_the_first_answer() -> None:
    other = candidate(2, sure=0.7)
    assert plan(said(verdict=SURE, other=(other,)), WITH_BOT) == (Answer(SURE.candidate), AskBack(other))


def test_nothing_is_presumed_where_several_questions_are_likely() -> None:
    first, second = candidate(1, sure=0.8), candidate(2, sure=0.6)
    several = Questions(likely=(second,), several=True)
    assert several.beside(Presumed(first)).listed([first]) == (first, second)
    assert replace(several, several=False).beside(Presumed(first)).listed([first]) == (first,)
    assert replace(several, likely=(first,)).beside(Presumed(first)).listed([first]) == (first,)


@pytest.mark.parametrize(
    "known",
    [{"rejected": frozenset({"a9"})}, {"declined": frozenset({"a1"})}],
)
def test_after_a_no_the_next_question_is_asked_back(known: Any) -> None:
    assert plan(said(verdict=PRESUMED), replace(WITH_BOT, **known)) == (AskBack(PRESUMED.candidate),)


def test_what_was_just_answered_is_not_presumed_again() -> None:
    acts = plan(said(verdict=PRESUMED), replace(WITH_BOT, last_answer="a1"))
    assert acts == (Miss(), Say("unknown", offer_person=True))


def test_what_is_denied_is_asked_back_and_beside_a_doubted_wish_it_is_either() -> None:
    assert plan(said(verdict=PRESUMED, denies=True), WITH_BOT) == (AskBack(PRESUMED.candidate),)
    assert plan(hears(doubted=("person",), verdict=PRESUMED), WITH_BOT) == (Either((PRESUMED.candidate,)),)


def test_a_detail_of_a_matter_is_presumed_to_ask_something_only_where_that_is_very_likely() -> None:
    begun = replace(WITH_BOT, begun=True)
    likely, unlikely = (Presumed(candidate(sure=SHOWN_TO_DETAILS - less)) for less in (0, 0.01))
    assert plan(said(verdict=likely), begun) == (Presume(likely.candidate),)
    assert plan(said(verdict=unlikely), begun) == (Miss(), Say("unknown", offer_person=True))
    assert plan(said(verdict=unlikely, asks=True), begun) == (Presume(unlikely.candidate),)


def test_a_tier_with_its_own_person_reaches_them_and_nothing_is_presumed() -> None:
    assert plan(said(verdict=PRESUMED), OWN_PERSON) == (HandOff("own_person"),)


# ── 不是 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("no", [*NOS, ""])
def test_after_a_no_what_else_may_be_meant_is_listed(scene: Scene, script: Any, no: str) -> None:
    script(**{ASKED: [(WIFI, 0.74), (JAM, 0.15), (TONER, 0.1)]})
    anna = scene.visitor()
    anna.say(ASKED)
    assert (anna.say(no) if no else anna.tap("notmeant:wifi-failed")) == [LIST]
    assert labels(anna) == ["打印机卡纸怎么办", "硒鼓多少钱", "转人工"]
    assert anna.say("第一个") == [JAM.answer]


@pytest.mark.parametrize("no", [*NOS, ""])
def test_after_a_no_a_single_other_question_is_asked_back(scene: Scene, script: Any, no: str) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    assert (anna.say(no) if no else anna.tap("notmeant:wifi-failed")) == [BACK]
    assert labels(anna) == ["是的", "不是", "转人工"]


@pytest.mark.parametrize("no", [*NOS, ""])
def test_after_a_no_without_anything_else_near_the_question_is_asked_plainly(
    scene: Scene, script: Any, no: str
) -> None:
    script(**{ASKED: [(WIFI, 0.75)]})
    anna = scene.visitor()
    anna.say(ASKED)
    assert (anna.say(no) if no else anna.tap("notmeant:wifi-failed")) == [PLAIN]
    assert labels(anna) == ["转人工"]


def test_a_second_no_leads_to_a_person_who_sees_both(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    anna.say("不是")
    assert HANDED_OFF in anna.say("不是")
    assert (scene.ticket.reason, scene.ticket.rejected) == ("missed_twice", [WIFI.id, JAM.id])
    assert [each["id"] for each in scene.ticket.candidates] == [WIFI.id, JAM.id, TONER.id]
    assert scene.ticket.suggested is None


def test_no_is_typed_in_two_pieces_and_understood_as_one(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    assert anna.say("不是", settle=False) == []
    assert anna.say("怎么开发票") == [INVOICE.answer]
    assert anna.conversation is not None
    assert anna.conversation.rejected == [WIFI.id]


def test_no_with_a_wish_for_a_person_beside_it_is_kept_for_them() -> None:
    turn = hears("person", not_meant="a1")
    assert plan(turn, WITH_BOT) == (Miss("a1"), HandOff("asked_for_person"))


def test_beside_the_no_the_question_is_answered_and_a_miss_counts_once() -> None:
    known = said(verdict=SURE, not_meant="a2")
    assert plan(known, WITH_BOT) == (Miss("a2"), Answer(SURE.candidate))
    assert plan(said(not_meant="a2"), WITH_BOT) == (Miss("a2"), Say("unknown", offer_person=True))
    assert plan(said(not_meant="a2", settled=False), WITH_BOT) == (Hold(),)
    assert plan(known, replace(WITH_BOT, rejected=frozenset({"a2"}))) == (Answer(SURE.candidate),)


def test_danger_beside_a_no_is_a_danger() -> None:
    assert plan(said(not_meant="a2", critical=True), WITH_BOT) == (HandOff("critical"),)


def test_the_same_no_tapped_twice_counts_once(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    anna.tap("notmeant:wifi-failed")
    assert anna.tap("notmeant:wifi-failed") == []


def test_nobody_is_told_wrongly_twice_in_a_row_what_they_ask(scene: Scene, script: Any) -> None:
    script(票的事情怎么弄=[(INVOICE, 0.8), (FEE, 0.1)])
    anna = scene.visitor()
    anna.say(ASKED)
    anna.say("不是")
    assert anna.say("票的事情怎么弄") == ["您是想问“怎么开发票”吗？"]
    assert anna.say("是的") == [INVOICE.answer]


def test_what_was_not_meant_is_not_presumed_again_in_another_matter_of_the_talk(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    anna.say("不是")
    anna.say("怎么查订单")
    anna.tap("helpful:order-query")
    assert anna.conversation is not None
    assert anna.conversation.rejected == []
    assert anna.say(ASKED) == ["您是想问“打印机连不上wifi怎么办”吗？"]
    script(票的事情怎么弄=[(INVOICE, 0.8), (FEE, 0.1)])
    assert anna.say("票的事情怎么弄") == [f"您是问“怎么开发票”吧？\n{INVOICE.answer}"]


def test_what_was_called_no_help_is_not_presumed_again_either(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    assert anna.say("没用") == [
        "抱歉，没能帮到您。请再具体说说您的情况，设备问题请带上型号和屏幕提示；也可以点「转人工」。"
    ]
    anna.say("怎么查订单")
    anna.tap("helpful:order-query")
    assert anna.say(ASKED) == ["您是想问“打印机连不上wifi怎么办”吗？"]


@pytest.mark.parametrize("leave", ["不用了", "没有了", "好的", "谢谢"])
def test_taking_leave_of_an_answer_refuses_nothing(scene: Scene, script: Any, leave: str) -> None:
    anna = scene.visitor()
    anna.say(ASKED)
    assert anna.say(leave)[0] in {
        scene.sentence("helped"),
        scene.sentence("thanks"),
    }
    assert anna.conversation is not None
    assert anna.conversation.rejected == []


def test_what_is_left_when_something_is_not_meant_is_as_likely_as_it_then_is() -> None:
    near = (candidate(1, sure=0.6), candidate(2, sure=0.2), candidate(3, sure=0.1))
    assert [each.confidence for each in without(near, {"a1"})] == [0.5, 0.25]
    assert [each.confidence for each in without((candidate(1, sure=0.95), candidate(2, sure=0.06)), {"a1"})] == [0.9999]


def test_a_text_refuses_a_question_or_takes_leave_or_calls_it_no_help(policy: Policy) -> None:
    def read(text: str) -> Reading:
        return ActReader().read(text, evidence_of(policy))

    assert all(refuses(policy, read(no)) and only_refuses(read(no)) for no in NOS)
    assert not any(refuses(policy, read(text)) for text in ("没用", "不用了", "没有了", "好的", "怎么开发票"))
    beside = Reading("不是，转人工", (ClauseReading("不是", heard=frozenset({"no"})), _person("转人工")))
    assert refuses(policy, beside)
    assert not only_refuses(beside)


def _person(text: str) -> ClauseReading:
    return ClauseReading(text, heard=frozenset({"person"}), matter=False)


# ── what is learned of it ─────────────────────────────────────────────


def test_a_presumed_answer_is_a_gap_only_once_it_was_not_meant(scene: Scene, script: Any) -> None:
    script(**{ASKED: [(WIFI, 0.74), (JAM, 0.15), (TONER, 0.1)]})
    anna = scene.visitor()
    anna.say(ASKED)
    assert scene.count(gap_store.gaps) == 0
    anna.say("不是")
    [gap] = scene.read(lambda db: db.execute(gap_store.gaps.select()).all())
    assert (gap.text, gap.reason, gap.article_id) == (ASKED, "rejected", WIFI.id)
    anna.tap("ask:paper-jam")
    [gap] = scene.read(lambda db: db.execute(gap_store.gaps.select()).all())
    assert gap.article_id == JAM.id


def test_what_is_asked_back_is_a_gap_that_learns_what_was_meant(scene: Scene, script: Any) -> None:
    script(网络的事=[(WIFI, 0.6)])
    anna = scene.visitor()
    anna.say("网络的事")
    anna.tap("meant:wifi-failed")
    [gap] = scene.read(lambda db: db.execute(gap_store.gaps.select()).all())
    assert (gap.text, gap.reason, gap.article_id) == ("网络的事", "suggested", WIFI.id)


# ── a question back ───────────────────────────────────────────────────


def test_a_single_likely_question_is_asked_back_and_no_list_of_one(scene: Scene, script: Any) -> None:
    script(网络的事=[(WIFI, 0.6)])
    anna = scene.visitor()
    assert anna.say("网络的事") == ["您是想问“打印机连不上wifi怎么办”吗？"]
    assert labels(anna) == ["是的", "不是", "转人工"]
    assert anna.say("是的") == [WIFI.answer]


def test_a_no_to_a_question_back_asks_for_other_words(scene: Scene, script: Any) -> None:
    script(网络的事=[(WIFI, 0.6)])
    anna = scene.visitor()
    anna.say("网络的事")
    assert anna.tap("notmeant:wifi-failed") == [PLAIN]


@pytest.mark.parametrize(("sure", "asked"), [(PROBABLE, True), (PROBABLE - 0.01, False)])
def test_a_single_question_that_is_less_likely_right_than_wrong_is_not_asked_back(sure: float, asked: bool) -> None:
    only = candidate(sure=sure)
    acts = plan(said(verdict=Unsure((only,))), WITH_BOT)
    assert acts == ((AskBack(only),) if asked else (Miss(), Say("unknown", offer_person=True)))


def test_yes_counts_as_long_as_the_question_above_it_is_the_articles(scene: Scene, script: Any) -> None:
    script(网络的事=[(WIFI, 0.6)])
    anna = scene.visitor("77", "telegram")
    anna.say("网络的事")

    def counts(key: str) -> bool:
        tap = Incoming("telegram", "77", key, "choice", choice="meant:wifi-failed")
        found: bool = scene.read(is_offered, scene.rules, tap, scene.now)
        return found

    assert counts("tap:1")
    other = Article(WIFI.id, "故障", "打印机怎么连网线", (), "插上即可。")
    scene.rules = replace(scene.rules, index=build((other,), revision=2, fillers=()))
    assert not counts("tap:2")


# ── while a person is on the way ──────────────────────────────────────


def test_while_waiting_a_question_is_presumed_and_a_detail_noted() -> None:
    asked = said(verdict=PRESUMED, asks=True)
    assert plan(asked, WAITING) == (Forward(), Presume(PRESUMED.candidate))
    assert plan(said(verdict=PRESUMED), WAITING) == (Forward(), TakeNote("detail"))
    assert plan(asked, replace(WAITING, overdue=True)) == (Forward(), Urge(asks=True))
    assert plan(asked, replace(WAITING, bot="suggests")) == (Forward(), TakeNote("question"))


@pytest.mark.parametrize("known", [{"rejected": frozenset({"a9"})}, {"declined": frozenset({"a1"})}])
def test_while_waiting_it_is_asked_back_after_a_no(known: Any) -> None:
    asked = said(verdict=PRESUMED, asks=True)
    assert plan(asked, replace(WAITING, **known)) == (Forward(), SuggestMeanwhile((PRESUMED.candidate,)))


def test_while_waiting_a_no_is_left_to_the_person_or_to_what_is_asked_beside_it() -> None:
    alone = said(not_meant="a1", rejects=True)
    assert plan(alone, WAITING) == (Forward(), Reject("a1"), TakeNote("question"))
    assert plan(alone, replace(WAITING, overdue=True)) == (Forward(), Reject("a1"), Urge(asks=True))
    assert plan(said(not_meant="a2", verdict=SURE), WAITING) == (Forward(), Reject("a2"), Answer(SURE.candidate))


def test_while_waiting_a_single_likely_question_is_asked_back(scene: Scene, script: Any) -> None:
    script(**{"网络的事怎么弄？": [(WIFI, 0.6)]})
    anna = scene.visitor()
    anna.say("转人工")
    assert anna.say("网络的事怎么弄？") == [
        "已经记下，专人联系您时一并答复。您是想问“打印机连不上wifi怎么办”吗？是的话，我先为您解答。"
    ]
    assert labels(anna) == ["是的", "不是"]
    assert anna.say("是的") == [WIFI.answer]


def test_while_waiting_what_was_not_meant_is_remembered(scene: Scene, script: Any) -> None:
    script(机器上不了网怎么办=[(WIFI, 0.75)])
    anna = scene.visitor()
    anna.say("转人工")
    assert anna.say("机器上不了网怎么办？") in ([ANSWER], [scene.sentence("question_noted", "今天 12:00")])
    anna.tap("notmeant:wifi-failed")
    assert anna.conversation is not None
    assert anna.conversation.rejected == [WIFI.id]
    assert anna.conversation.misses == 0


# ── one talk, several devices ─────────────────────────────────────────


def test_who_writes_from_two_devices_refuses_on_one_what_was_understood_on_the_other(scene: Scene, script: Any) -> None:
    scene.know("C1015")
    phone, desk = scene.visitor("77", "telegram"), scene.visitor("anna")
    for visitor in (phone, desk):
        scene.write(identify, scene.rules, visitor.channel, visitor.address, "C1015", "token", scene.now)
    assert phone.say(ASKED) == [ANSWER]
    assert desk.read() == [ANSWER]
    assert desk.say("不是") == [BACK]


def test_after_a_solution_a_no_is_no_reason_for_the_score(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say("转人工")
    scene.act(scene.claimed_by(scene.staff()), Resolve(why="当场解决"))
    scene.pass_time(minutes=2)
    anna.say(ASKED)
    assert anna.tap("notmeant:wifi-failed") == [BACK]


def test_lists_hold_at_least_two() -> None:
    two = (candidate(1), candidate(2))
    assert plan(said(verdict=Unsure(two)), WITH_BOT) == (Miss(), Suggest(two))


def test_an_answer_that_was_accepted_after_the_no_breaks_the_row() -> None:
    accepted = replace(WITH_BOT, rejected=frozenset({"a9"}), last_answer="a8")
    assert plan(said(verdict=PRESUMED), accepted) == (Presume(PRESUMED.candidate),)
    assert plan(said(verdict=PRESUMED, asks=True), replace(accepted, ticket="waiting")) == (
        Forward(),
        Presume(PRESUMED.candidate),
    )


def test_what_else_is_hardly_meant_is_not_asked_about() -> None:
    faint = (candidate(1, sure=PROBABLE - 0.01),)
    turn = said(not_meant="a9", rejects=True, instead=faint)
    assert plan(turn, WITH_BOT) == (Miss("a9"), Say("not_meant", offer_person=True))


def test_a_no_to_a_sure_answer_asks_what_is_meant_and_still_no_is_no_help(scene: Scene, script: Any) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    assert anna.say("不是") == [PLAIN]
    assert anna.conversation is not None
    assert anna.conversation.rejected == ["order-query"]
    ben = scene.visitor("ben")
    ben.say("怎么开发票")
    assert ben.say("没用") == [
        "抱歉，没能帮到您。请再具体说说您的情况，设备问题请带上型号和屏幕提示；也可以点「转人工」。"
    ]


def test_what_goes_on_beside_the_no_is_found_with_what_was_asked_before(scene: Scene, script: Any) -> None:
    script(
        新疆能送吗=[(FEE, 0.75)],
        **{
            "不是，要加钱吗": [(TONER, 0.1)],
            "新疆能送吗 不是，要加钱吗": [(FEE, 0.6), (INVOICE, 0.3)],
        },
    )
    anna = scene.visitor()
    anna.say("新疆能送吗")
    assert anna.say("不是，要加钱吗") == ["您是想问“怎么开发票”吗？"]
