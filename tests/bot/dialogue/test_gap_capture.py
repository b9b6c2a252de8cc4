"""What the bot was no help with is kept to learn from: which messages, with which label, and nothing personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.agents.actions import Note, Reply, Resolve
from bot.dialogue import gap_capture, intake
from bot.dialogue.gap_capture import LONGEST_TEXT, is_question
from escalation.policy.model import Policy
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import Gap
from knowledge_base.gaps.gap_store import gaps
from knowledge_base.matching.index import build
from tests.bot.scene import FEE, INVOICE, JAM, ORDER, SCRIPT, UNKNOWN, WIFI, Scene, Visitor

VAGUE = "打印机有点问题"  # five suggestions, the first of them likely
OTHER = "你们招聘维修师傅吗"


def kept(scene: Scene) -> list[Gap]:
    """Oldest first."""
    return list(reversed(scene.read(gap_store.open_gaps)))


def labels(scene: Scene) -> list[tuple[str, str, str | None]]:
    return [(gap.reason, gap.text, gap.article_id) for gap in kept(scene)]


def agent_answers(scene: Scene, *texts: str) -> None:
    li = scene.claimed_by(scene.staff())
    for number, text in enumerate(texts):
        scene.act(li, Reply(text, f"key-{number}"))


# Which messages


def test_a_message_that_nothing_comes_near_is_kept_in_its_own_transaction(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor().say(UNKNOWN)
    [gap] = kept(scene)
    assert (gap.reason, gap.text, gap.reply, gap.article_id, gap.ticket_id) == ("unanswered", UNKNOWN, None, None, None)
    assert timedelta() <= scene.now - gap.at <= timedelta(seconds=3)


def test_a_transaction_that_fails_keeps_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: Any) -> None:
        raise RuntimeError

    anna = scene.visitor()
    anna.send("text", text=UNKNOWN)
    monkeypatch.setattr(intake.conversations, "save_conversation", breaks)
    with pytest.raises(RuntimeError):
        scene.pass_time(seconds=3)
    assert kept(scene) == []


def test_fragments_are_one_message_and_a_redelivery_is_none(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("帮我写一首", settle=False, key="a")
    anna.say("关于秋天的诗", key="b")
    anna.say("关于秋天的诗", key="b")
    assert [gap.text for gap in kept(scene)] == ["帮我写一首 关于秋天的诗"]


def test_an_answered_question_is_not_kept(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.tap("helpful:order-query")
    anna.say("纸卡在里面出不来")
    assert kept(scene) == []


def test_two_misses_are_two_gaps_and_the_ticket_is_filed_with_both(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say(OTHER)
    assert labels(scene) == [("unanswered", UNKNOWN, None), ("unanswered", OTHER, None)]
    assert [gap.ticket_id for gap in kept(scene)] == [scene.ticket.id] * 2


def test_who_reaches_a_person_at_once_is_learned_from_too(scene: Scene) -> None:
    bank = scene.visitor(customer="C1001")
    bank.say(UNKNOWN)
    assert scene.ticket.reason == "own_person"
    assert [(gap.reason, gap.text, gap.ticket_id) for gap in kept(scene)] == [("unanswered", UNKNOWN, scene.ticket.id)]


def test_a_question_the_bot_could_have_answered_is_no_gap_of_the_hand_off(scene: Scene) -> None:
    scene.visitor(customer="C1001").say("怎么查订单")
    assert scene.ticket.reason == "own_person"
    assert kept(scene) == []


def test_a_question_beside_the_wish_for_a_person_is_kept(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(OTHER, settle=False)
    anna.say("转人工")
    assert labels(scene) == [("unanswered", OTHER, None)]


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "你好",
        "谢谢",
        "催一下",
        "我要投诉",
        "你们怎么回事，太差了，投诉",
        "打印机冒烟了",
        "？？？",
        "20261121001",
        "13800000001",
        "我叫周文博，电话13800000001",
    ],
)
def test_wishes_greetings_outcries_dangers_and_mere_data_are_no_questions(
    scene: Scene, policy: Policy, text: str
) -> None:
    scene.visitor().say(text)
    assert kept(scene) == []
    assert not is_question(policy, text)


@pytest.mark.parametrize("text", [UNKNOWN, "投诉到哪里查进度", "can you print photos", "寄到幸福路12号要多久"])
def test_everything_else_is_a_question(policy: Policy, text: str) -> None:
    assert is_question(policy, text)


def test_a_complaint_is_kept_only_for_a_question_in_it(scene: Scene) -> None:
    scene.visitor("a").say("服务态度太差了我要投诉你们这帮人")
    assert kept(scene) == []
    scene.visitor("b").say("你们多久才能给个说法，投诉电话打哪个")
    assert [gap.reason for gap in kept(scene)] == ["unanswered"]


def test_files_are_not_kept(scene: Scene) -> None:
    anna = scene.visitor()
    anna.send_file()
    agent_answers(scene, "您好，这是定影器故障，需要更换。")
    assert kept(scene) == []


# Suggestions


def test_the_suggestion_a_customer_taps_labels_the_message(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say(VAGUE)
    assert labels(scene) == [("suggested", VAGUE, None)]
    anna.tap("ask:paper-jam")
    assert labels(scene) == [("suggested", VAGUE, JAM.id)]


def test_of_several_taps_the_last_counts(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(VAGUE)
    anna.tap("ask:paper-jam")
    anna.tap("ask:wifi-failed")
    assert labels(scene) == [("suggested", VAGUE, WIFI.id)]


def test_faint_suggestions_are_suggestions_though_the_turn_counts_as_a_miss(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast("dict[str, Any]", SCRIPT), OTHER, [(WIFI, 0.4), (JAM, 0.3)])
    anna = scene.visitor()
    anna.say(OTHER)
    assert anna.conversation is not None
    assert anna.conversation.misses == 1
    assert labels(scene) == [("suggested", OTHER, None)]


def test_a_tapped_answer_that_was_no_help_is_the_same_message_refused(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(VAGUE)
    anna.tap("ask:paper-jam")
    anna.tap("unhelpful:paper-jam")
    assert labels(scene) == [("rejected", VAGUE, JAM.id)]
    anna.tap("ask:wifi-failed")
    assert labels(scene) == [("suggested", VAGUE, WIFI.id)]


def test_a_tap_on_what_the_page_offered_unasked_labels_nothing(scene: Scene) -> None:
    scene.visitor("anna").say(VAGUE)
    scene.visitor("bert").tap("ask:order-query")
    assert labels(scene) == [("suggested", VAGUE, None)]


# Answers that were no help


def test_an_answer_that_was_no_help_keeps_the_question_it_was_given_for(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say("纸卡在里面出不来")
    anna.tap("unhelpful:paper-jam")
    assert labels(scene) == [("rejected", "纸卡在里面出不来", JAM.id)]


def test_it_is_the_question_of_that_answer_whatever_was_asked_since(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("纸卡在里面出不来")
    anna.say("怎么查订单")
    anna.tap("unhelpful:paper-jam")
    assert labels(scene) == [("rejected", "纸卡在里面出不来", JAM.id)]


def test_in_words_it_is_the_last_answer_that_was_no_help(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.say("没用")
    assert labels(scene) == [("rejected", "怎么查订单", ORDER.id)]


def test_a_question_tapped_on_the_page_and_refused_stands_in_its_own_words(scene: Scene) -> None:
    anna = scene.visitor()
    anna.tap("ask:invoice-how")
    anna.tap("unhelpful:invoice-how")
    assert labels(scene) == [("rejected", INVOICE.question, INVOICE.id)]


def test_refused_twice_leads_to_a_person_whose_words_belong_to_the_refused(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.tap("unhelpful:order-query")
    anna.say(UNKNOWN)
    agent_answers(scene, "您的订单要切换到企业账号才能看到。")
    assert [(gap.reason, gap.reply) for gap in kept(scene)] == [
        ("rejected", "您的订单要切换到企业账号才能看到。"),
        ("unanswered", "您的订单要切换到企业账号才能看到。"),
    ]


# What a person answered


def test_the_first_reply_fills_the_gaps_of_the_ticket(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say("转人工")
    agent_answers(scene, "抱歉，我们不写诗。", "还有别的需要吗？")
    [gap] = kept(scene)
    assert (gap.reason, gap.reply, gap.ticket_id) == ("unanswered", "抱歉，我们不写诗。", scene.ticket.id)


def test_a_ticket_without_a_gap_makes_one_when_a_person_answers(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say("想了解一下租机")  # answered
    anna.say("转人工")
    agent_answers(scene, "租机三年起，月租 199 元。", "合同稍后发您。")
    [gap] = kept(scene)
    assert (gap.reason, gap.text, gap.reply) == ("human", "租机", "租机三年起，月租 199 元。")
    assert gap.ticket_id == scene.ticket.id


def test_after_a_bare_wish_the_question_is_what_was_written_next(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("转人工")
    anna.say("20261121001")
    anna.say(OTHER)
    agent_answers(scene, "招聘请看官网「加入我们」。")
    assert [(gap.reason, gap.text) for gap in kept(scene)] == [("human", OTHER)]


def test_a_bare_wish_that_stays_alone_teaches_nothing(scene: Scene) -> None:
    scene.visitor().say("转人工")
    agent_answers(scene, "您好，请问有什么可以帮您？")
    assert kept(scene) == []


def test_a_greeting_is_no_answer(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say("转人工")
    agent_answers(scene, "您好", "在吗？", "我们不写诗。")
    assert [gap.reply for gap in kept(scene)] == ["我们不写诗。"]


def test_notes_and_moves_are_no_answers_and_a_form_sent_twice_is_one(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("想了解一下租机")
    anna.say("转人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Note("客户很急"))
    assert kept(scene) == []
    for _ in range(2):
        scene.act(li, Reply("租机三年起。", "same"))
    scene.act(li, Resolve(why="当场解决"))
    assert [gap.reply for gap in kept(scene)] == ["租机三年起。"]


def test_dangers_and_outcries_answered_by_a_person_teach_nothing(scene: Scene) -> None:
    scene.visitor("a").say("打印机冒烟了")
    agent_answers(scene, "请立即断电，工程师马上到。")
    assert kept(scene) == []


def test_the_gaps_of_an_earlier_matter_are_not_this_tickets(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(UNKNOWN)
    anna.say("怎么查订单")
    anna.tap("helpful:order-query")
    scene.pass_time(minutes=5)
    anna.say(OTHER)
    anna.say("转人工")
    assert [(gap.text, gap.ticket_id) for gap in kept(scene)] == [(UNKNOWN, None), (OTHER, scene.ticket.id)]


# Nothing personal


def test_texts_and_replies_are_masked_before_they_are_written(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("我叫周小文，电话13800000001，幸福路12号3栋501室能上门收旧机器吗")
    anna.say("转人工")
    agent_answers(scene, "周小文您好，已安排到幸福路12号3栋，师傅会打13800000001。")
    [gap] = kept(scene)
    assert gap.text == "我叫***，电话138****0001，幸福路**号*栋***室能上门收旧机器吗"
    assert gap.reply == "***您好，已安排到幸福路**号*栋，师傅会打138****0001。"


def test_what_the_crm_knows_of_a_customer_is_masked_too(scene: Scene) -> None:
    bank = scene.visitor(customer="C1001")
    bank.say("江海银行股份有限公司总行的许可以写诗吗，找周文博")
    agent_answers(scene, "周文博您好，不可以。")
    [gap] = kept(scene)
    assert "周文博" not in gap.text + (gap.reply or "")
    assert "江海银行股份有限公司总行" not in gap.text


def test_a_story_is_kept_as_far_as_anybody_reads_it(scene: Scene) -> None:
    scene.visitor().say("说来话长" + "我家的机器又这样那样了" * 100)
    assert len(kept(scene)[0].text) == LONGEST_TEXT


# Once somebody has dealt with it


def test_a_settled_gap_is_not_changed_any_more(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(VAGUE)
    [gap] = kept(scene)
    assert scene.write(gap_store.settle, [gap.id], "dismissed", "李雷", scene.now) == 1
    assert scene.write(gap_store.settle, [gap.id], "accepted", "韩梅", scene.now) == 0
    anna.tap("ask:paper-jam")
    anna.tap("unhelpful:paper-jam")
    assert labels(scene) == [("rejected", VAGUE, JAM.id)]  # a gap of its own
    row = scene.read(lambda db: db.execute(gaps.select().where(gaps.c.id == gap.id)).one())
    assert (row.state, row.article_id, row.settled_by, row.settled_at) == ("dismissed", None, "李雷", scene.now)


def test_gaps_of_no_ticket_cost_nothing_to_look_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    real = gap_capture.message_store.latest
    monkeypatch.setattr(gap_capture.message_store, "latest", lambda *args: looked.append(args) or real(*args))
    anna: Visitor = scene.visitor()
    anna.say("怎么查订单")
    anna.say(f"{UNKNOWN}，每一句都要押韵")  # too long to leave its subject to the question before
    assert [limit for *_, limit in looked if limit == gap_capture.LOOKED_BACK] == []


# At night


def test_outside_the_tiers_hours_an_articles_night_answer_is_given(scene: Scene) -> None:
    night = replace(ORDER, night_answer="人工明早八点上班，订单可在「我的订单」查看。")
    scene.rules = replace(scene.rules, index=build([night, FEE], revision=2, fillers=scene.policy.words["filler"]))
    anna = scene.visitor()
    assert anna.say("怎么查订单") == [ORDER.answer]
    scene.clock.advance(hours=12)  # 22:00
    assert anna.say("怎么查订单") == [night.night_answer]
    assert anna.say("安装人工费多少钱") == [FEE.answer]
