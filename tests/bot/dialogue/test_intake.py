"""One message is one transaction: what a customer's words become, through all the rooms, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.agents.actions import Claim, Record, Release, Reply, Resolve
from bot.delivery import customer_messages, outbox
from bot.delivery.undeliverable import mark_unreachable
from bot.dialogue import intake, ranked_turn, turn_context, written_line
from bot.messages import File, Incoming
from bot.notifications import notice_inbox
from bot.notifications.notice_tables import notices
from bot.transcript import channel_message_ids, conversations, filing, processed_keys
from bot.transcript.attachments import attachments, get_attachment
from bot.transcript.message_store import messages
from bot.transcript.processed_keys import inbox
from bot.wording.choices import parse_choice
from bot.wording.matter_titles import LONGEST
from bot.wording.surveys import ASK_DIMENSIONS
from escalation.customers.model import TierDecision
from escalation.tickets import deadline_store, history, rerouting, ticket_store
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets
from tests.bot.complaints import settle_complaint
from tests.bot.monday import at
from tests.bot.scene import FEE, JAM, ORDER, UNKNOWN, WIFI, Scene, Visitor

BANK, HOSPITAL, FIRM = "C1001", "C1007", "C1015"  # 特级, 一级, 二级
FRIDAY_NIGHT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai; Monday the 30th is the next working day
NOON = "今天 12:00"


# ── answered by the bot ───────────────────────────────────────────────


def test_a_common_question_is_answered_with_three_buttons(scene_anywhere: Scene) -> None:
    anna = scene_anywhere.visitor()
    assert anna.say("怎么查订单") == [ORDER.answer]
    assert anna.buttons() == ["helpful:order-query", "unhelpful:order-query", "person"]
    assert scene_anywhere.tickets == []


@pytest.mark.parametrize("before", [(), ("你好",), ("怎么查订单",)])
def test_a_lone_mark_of_question_is_asked_what_is_wanted(anna: Visitor, before: tuple[str, ...]) -> None:
    for text in before:
        anna.say(text)
    anna.read()
    assert anna.say("？") == ["请问您想了解哪方面？请用一句话告诉我，也可以点「转人工」，由专人为您处理。"]
    assert anna.buttons() == ["person"]
    assert anna.scene.tickets == []


@pytest.mark.parametrize(
    "text", ["怎么查订单，转人工", "转人工，怎么查订单", "怎么查订单。我要投诉你们", "怎么查订单 找人工"]
)
def test_a_wish_beside_a_question_word_for_word_is_heard(anna: Visitor, text: str) -> None:
    anna.say(text)
    assert anna.scene.ticket.complaint is ("投诉" in text)


def test_an_exact_hit_is_answered_at_once_without_suggestions(anna: Visitor) -> None:
    assert anna.say("怎么查订单", settle=False) == [ORDER.answer]


def test_installation_labour_cost_is_a_question_and_no_wish_for_a_person(scene: Scene, anna: Visitor) -> None:
    assert anna.say("安装人工费多少钱") == [FEE.answer]
    assert scene.tickets == []


def test_when_unsure_at_most_five_questions_are_suggested(scene: Scene, anna: Visitor) -> None:
    assert anna.say("打印机有点问题") == [scene.sentence("unsure")]
    assert [choice.partition(":")[0] for choice in anna.buttons()] == ["ask"] * 5 + ["person"]


def test_a_tapped_suggestion_is_answered(anna: Visitor) -> None:
    anna.say("打印机有点问题")
    assert anna.tap("ask:paper-jam") == [JAM.answer]


def test_a_tapped_suggestion_that_no_longer_exists_is_told_so(scene: Scene, anna: Visitor) -> None:
    assert anna.tap("ask:long-gone") == [scene.sentence("unknown")]


def test_traditional_in_traditional_out_and_back(scene: Scene, anna: Visitor) -> None:
    [answer] = anna.say("怎麼查訂單")
    assert answer == "點「我的訂單」即可檢視。"
    assert [button["label"] for button in anna.lines()[-1].meta["buttons"]] == ["有幫助", "沒幫助", "轉人工"]
    assert anna.say("怎么查订单") == [ORDER.answer]


def test_words_both_scripts_share_do_not_change_the_script(scene: Scene, anna: Visitor) -> None:
    anna.say("怎麼查訂單")
    [promise, *_] = anna.say("我要人工")
    assert promise == scene.sentence("handed_off", by=NOON, language="zh-Hant")


def test_suggestions_come_in_the_readers_script(scene: Scene, anna: Visitor) -> None:
    anna.say("謝謝")
    anna.tap("ask:long-gone")
    assert anna.lines()[-1].text == scene.sentence("unknown", language="zh-Hant")


def test_english_leaves_the_script_as_it_was(scene: Scene, anna: Visitor) -> None:
    anna.say("怎麼查訂單")
    assert anna.say("hello") == [scene.sentence("greeting", language="zh-Hant")]


# ── fragments ─────────────────────────────────────────────────────────


def test_fragments_within_the_gather_time_are_one_message_answered_once(scene_anywhere: Scene) -> None:
    anna = scene_anywhere.visitor()
    for fragment in ("在吗", "你好", "那个打印机"):
        assert anna.say(fragment, settle=False) == []
        scene_anywhere.clock.advance(seconds=1)
    assert anna.say("连不上wifi了", settle=False) == [WIFI.answer]
    scene_anywhere.pass_time(minutes=10)
    assert anna.read() == []
    assert scene_anywhere.tickets == []


def test_a_lonely_greeting_is_greeted_once_after_the_gather_time(scene: Scene, anna: Visitor) -> None:
    assert anna.say("在吗", settle=False) == []
    scene.pass_time(seconds=2.9)
    assert anna.read() == []
    scene.pass_time(seconds=0.1)
    assert anna.read() == [scene.sentence("greeting")]
    scene.pass_time(minutes=10)
    assert anna.read() == []


def test_every_fragment_renews_the_wait(scene: Scene, anna: Visitor) -> None:
    for _ in range(4):
        anna.say("那个打印机", settle=False)
        scene.pass_time(seconds=2)
    assert anna.read() == []


def test_unknown_fragments_are_one_miss(scene: Scene, anna: Visitor) -> None:
    anna.say("那个", settle=False)
    anna.say("这个嘛", settle=False)
    assert anna.say(UNKNOWN) == [scene.sentence("unknown")]
    assert scene.tickets == []


def test_while_fragments_are_gathered_the_receipt_says_so(scene: Scene, anna: Visitor) -> None:
    assert anna.send("text", text="在吗").composing
    assert not anna.send("text", text="怎么查订单").composing


def test_a_wish_for_a_person_among_fragments_is_heard_with_what_was_said_before(scene: Scene, anna: Visitor) -> None:
    anna.say("那个打印机", settle=False)
    anna.tap("person")
    assert scene.ticket.subject == "打印机"
    scene.pass_time(minutes=5)
    assert len(scene.tickets) == 1


def test_a_tap_on_a_suggestion_right_after_a_greeting_is_answered(anna: Visitor) -> None:
    anna.say("打印机有点问题")
    anna.say("你好", settle=False)
    assert JAM.answer in anna.tap("ask:paper-jam")


def test_gathered_fragments_are_cut_at_the_longest_turn(scene: Scene, anna: Visitor) -> None:
    for _ in range(3):
        anna.say(UNKNOWN * 90, settle=False)
    scene.pass_time(seconds=3)
    anna.tap("person")
    assert len(ranked_turn.join_fragments([UNKNOWN * 90] * 3)) == ranked_turn.LONGEST_TURN
    assert 0 < len(scene.ticket.subject) <= LONGEST


# ── to a person ───────────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["人工", "转人工 谢谢", "轉人工", "找个真人", "转人工！！！", "人 工"])
def test_a_bare_wish_for_a_person_is_granted_with_the_real_time(scene: Scene, anna: Visitor, words: str) -> None:
    language = "zh-Hant" if words == "轉人工" else "zh-Hans"
    assert anna.say(words)[0] == scene.sentence("handed_off", by=NOON, language=language)
    assert (scene.ticket.tier, scene.ticket.queue, scene.ticket.reason) == ("三级", "通用客服", "asked_for_person")


def complaint_taken(scene: Scene) -> list[str]:
    """What a stranger hears of a complaint made at ten: when somebody is in touch, and when the result is told."""
    return [
        scene.sentence("complaint_apology"),
        scene.sentence("handed_off", by=NOON),
        scene.sentence("complaint_result", by="11月24日（周二）10:00"),
        scene.sentence("ask_contact"),
    ]


@pytest.mark.parametrize("words", ["我要投诉", "投诉", "气死我了", "我要投诉你们打印机老卡纸"])
def test_a_complaint_wins_over_any_match_and_is_told_to_the_lead(scene: Scene, anna: Visitor, words: str) -> None:
    assert anna.say(words) == complaint_taken(scene)
    assert (scene.ticket.queue, scene.ticket.topic, scene.ticket.complaint) == ("投诉处理", "投诉", True)
    assert scene.notices() == [("new", "queue", "投诉处理"), ("new", "role", "lead")]
    assert scene.clock_of("complaint_settled").due_at == scene.now + timedelta(hours=24)


def test_two_misses_in_a_row_go_to_a_person_ticket_first_order_number_asked_afterwards(scene: Scene) -> None:
    firm = scene.visitor(customer=FIRM)
    assert firm.say(UNKNOWN) == [scene.sentence("unknown")]
    assert firm.say(UNKNOWN) == [scene.sentence("handed_off", by="今天 11:00"), scene.sentence("ask_order_number")]
    assert scene.ticket.reason == "missed_twice"
    assert scene.ticket.subject == UNKNOWN


def test_the_order_number_is_not_asked_when_it_was_given(scene: Scene) -> None:
    firm = scene.visitor(customer=FIRM)
    firm.say("订单 YY20261101 一直没动静")
    assert firm.say("订单 YY20261101 一直没动静") == [scene.sentence("handed_off", by="今天 11:00")]


def test_whom_nobody_knows_how_to_reach_is_asked_for_a_contact_once(scene: Scene, anna: Visitor) -> None:
    assert anna.say("人工") == [scene.sentence("handed_off", by=NOON), scene.sentence("ask_contact")]
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("好了", "1"))
    scene.act(li, Resolve(why="当场解决"))
    anna.read()
    assert anna.say("人工") == [scene.sentence("handed_off", by=NOON), scene.sentence("ask_order_number")]


def test_a_contact_that_was_given_is_not_asked_for(scene: Scene, anna: Visitor) -> None:
    assert scene.sentence("ask_contact") not in anna.say("转人工，我的手机13800000001")
    assert len(scene.tickets) == 1


def test_a_greeting_between_two_misses_counts_neither_way(scene: Scene, anna: Visitor) -> None:
    anna.say(UNKNOWN)
    assert anna.say("你好") == [scene.sentence("greeting")]
    anna.say(UNKNOWN)
    assert scene.ticket.reason == "missed_twice"


def test_no_help_is_a_miss_and_the_same_one_tapped_twice_is_one(scene: Scene, anna: Visitor) -> None:
    anna.say("怎么查订单")
    assert anna.tap("unhelpful:order-query") == [scene.sentence("try_again")]
    assert anna.tap("unhelpful:order-query") == []
    assert scene.tickets == []
    anna.say(UNKNOWN)
    assert scene.ticket.reason == "missed_twice"
    assert scene.ticket.rejected == ["order-query"]


def test_no_help_under_an_older_answer_rejects_that_one_and_counts_once(scene: Scene, anna: Visitor) -> None:
    anna.say("怎么查订单")
    anna.say("安装人工费多少钱")
    anna.tap("unhelpful:order-query")
    assert anna.tap("unhelpful:order-query") == []
    assert scene.tickets == []
    assert anna.conversation is not None
    assert anna.conversation.rejected == ["order-query"]


def test_an_answer_followed_by_another_question_was_not_rejected(scene: Scene, anna: Visitor) -> None:
    anna.say("怎么查订单")
    anna.say(UNKNOWN)
    anna.tap("person")
    assert scene.ticket.rejected == []


def test_an_accepted_answer_breaks_the_row_of_misses(scene: Scene, anna: Visitor) -> None:
    anna.say(UNKNOWN)
    anna.say("怎么查订单")
    assert anna.say(UNKNOWN) == [scene.sentence("unknown")]
    assert anna.conversation is not None
    assert anna.conversation.misses == 1


def test_two_rejected_answers_in_a_row_go_to_a_person_and_the_card_names_both(scene: Scene, anna: Visitor) -> None:
    anna.say("怎么查订单")
    anna.tap("unhelpful:order-query")
    anna.say("安装人工费多少钱")
    anna.tap("unhelpful:install-fee")
    assert scene.ticket.rejected == ["order-query", "install-fee"]
    assert scene.ticket.subject == "怎么查订单，安装人工费多少钱"
    assert scene.ticket.suggested is None


def test_helped_forgets_the_misses(scene: Scene, anna: Visitor) -> None:
    anna.say(UNKNOWN)
    anna.say("怎么查订单")
    assert anna.tap("helpful:order-query") == [scene.sentence("helped")]
    anna.say(UNKNOWN)
    assert scene.tickets == []


def test_a_bare_wish_for_a_person_takes_the_question_before_it_along(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机有点问题")
    anna.say("转人工")
    ticket = scene.ticket
    assert (ticket.subject, ticket.topic, ticket.queue) == ("打印机有点问题", "故障", "技术支持")
    assert [candidate["id"] for candidate in ticket.candidates][:2] == ["wifi-failed", "paper-jam"]
    assert ticket.suggested == WIFI.answer


@pytest.mark.parametrize("customer", [None, FIRM, HOSPITAL, BANK])
def test_danger_goes_to_the_people_on_call_at_once_for_every_tier(scene: Scene, customer: str | None) -> None:
    anna = scene.visitor(customer=customer)
    assert anna.say("打印机卡纸还冒烟") == [
        scene.sentence("safety"),
        scene.sentence("handed_off_critical", by="今天 10:15"),
    ]
    assert (scene.ticket.queue, scene.ticket.urgency) == ("特级专席", "critical")


def test_danger_at_night_is_promised_for_now(scene: Scene, anna: Visitor) -> None:
    scene.clock.now = FRIDAY_NIGHT
    assert anna.say("机器漏电了")[1] == scene.sentence("handed_off_critical", by="今天 22:15")
    assert scene.ticket.reason == "critical"


def test_at_night_the_bot_serves_and_a_hand_off_says_the_real_day(scene: Scene, anna: Visitor) -> None:
    scene.clock.now = FRIDAY_NIGHT
    assert anna.say("怎么查订单") == [ORDER.answer]
    assert anna.say("人工")[0] == scene.sentence("handed_off_night", by="11月30日（周一）10:00")


def test_at_night_a_bank_still_reaches_a_person(scene: Scene) -> None:
    scene.clock.now = FRIDAY_NIGHT
    assert scene.visitor(customer=BANK).say("怎么查订单") == [scene.sentence("handed_off", by="今天 22:15")]


def test_a_customer_is_never_told_a_tier_or_a_queue(scene: Scene) -> None:
    words = {*scene.policy.tiers, *scene.policy.queues}
    for number, customer in enumerate((None, FIRM, HOSPITAL, BANK)):
        visitor = scene.visitor(f"v{number}", customer=customer)
        said = [text for line in ("人工", "催一下", "催一下", UNKNOWN, "漏电了") for text in visitor.say(line)]
        assert not [text for text in said if any(word in text for word in words)]


def test_a_file_is_stored_and_handed_over(scene_anywhere: Scene) -> None:
    anna = scene_anywhere.visitor()
    said = anna.send_file("卡住了.jpg", content=b"\x00\xffpicture")
    assert said[0] == scene_anywhere.sentence("acknowledged_file", by=NOON)
    assert (scene_anywhere.ticket.reason, scene_anywhere.ticket.subject) == (
        "file",
        "客户发来图片：卡住了.jpg，未附文字",
    )
    found = scene_anywhere.read(get_attachment, anna.lines()[0].id)
    assert found is not None
    assert found[1].content == b"\x00\xffpicture"


def test_a_typed_telephone_number_changes_nothing_but_is_kept_as_said(scene: Scene, anna: Visitor) -> None:
    scene.know(BANK)
    anna.say("我是江海银行的周文博，电话13800000001")
    anna.say("人工")
    assert anna.lines()[0].text.endswith("13800000001")
    assert (scene.ticket.tier, scene.ticket.contact_id) == ("三级", None)
    assert scene.ticket.subject == "我是江海银行的周文博"


# ── one tier each ─────────────────────────────────────────────────────


def test_a_bank_reaches_a_person_at_once_with_the_best_answer_on_the_card(scene_anywhere: Scene) -> None:
    bank = scene_anywhere.visitor(customer=BANK)
    assert bank.say("怎么查订单") == [scene_anywhere.sentence("handed_off", by="今天 10:15")]
    ticket = scene_anywhere.ticket
    assert (ticket.tier, ticket.queue, ticket.contact_id) == ("特级", "特级专席", BANK)
    assert ticket.suggested == ORDER.answer
    assert ticket.topic == "订单"
    assert "1280 万元" in ticket.tier_reason


@pytest.mark.parametrize("words", ["又坏了", "还是不行", "在吗", "催一下"])
def test_whatever_a_bank_says_a_person_comes(scene: Scene, words: str) -> None:
    scene.visitor(customer=BANK).say(words)
    assert scene.ticket.queue == "特级专席"
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(minutes=15)


def test_a_hospital_gets_one_answer_then_a_person(scene: Scene) -> None:
    hospital = scene.visitor(customer=HOSPITAL)
    assert hospital.say("怎么查订单") == [ORDER.answer]
    assert hospital.say("安装人工费多少钱")[0] == scene.sentence("handed_off", by="今天 10:30")
    assert (scene.ticket.queue, scene.ticket.reason) == ("一级专属", "bot_held_long_enough")


def test_a_hospital_the_only_answer_did_not_help_reaches_a_person_at_once(scene: Scene) -> None:
    hospital = scene.visitor(customer=HOSPITAL)
    hospital.say("怎么查订单")
    hospital.tap("unhelpful:order-query")
    assert scene.ticket.queue == "一级专属"


def test_the_bot_holds_a_hospital_two_minutes_and_not_a_second_more(scene: Scene) -> None:
    hospital = scene.visitor(customer=HOSPITAL)
    hospital.say("打印机有点问题", settle=False)
    scene.pass_time(seconds=119)
    assert scene.tickets == []
    scene.pass_time(seconds=1)
    assert scene.ticket.reason == "bot_held_long_enough"
    assert scene.ticket.subject == "打印机有点问题"
    assert scene.ticket.raised_at == at(10)
    assert scene.clock_of("first_contact").due_at == at(10, 30)


def test_a_hospitals_clock_starts_when_it_asked_not_when_it_was_handed_over(scene: Scene) -> None:
    hospital = scene.visitor(customer=HOSPITAL)
    hospital.say("打印机有点问题")
    scene.pass_time(seconds=60)
    hospital.say("人工")
    assert scene.clock_of("first_contact").due_at == at(10, 30)
    assert scene.clock_of("assessed").due_at == at(12, 1, 3)


@pytest.mark.parametrize("words", ["你好", "谢谢", "没有了", "怎么查订单"])
@pytest.mark.parametrize("customer", [None, FIRM, HOSPITAL])
def test_forty_minutes_with_the_bot_and_no_ticket_is_born_overdue(
    scene: Scene, words: str, customer: str | None
) -> None:
    visitor = scene.visitor(customer=customer)
    visitor.say(words)
    visitor.say("谢谢")
    scene.pass_time(minutes=40)
    visitor.say("人工")
    assert scene.clock_of("first_contact").due_at >= scene.now + timedelta(minutes=28)


def test_a_stranger_who_turns_out_to_be_a_hospital_after_forty_minutes_is_not_born_overdue(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say(UNKNOWN)
    scene.pass_time(minutes=40)
    scene.know(HOSPITAL)
    anna.identify(HOSPITAL)
    scene.pass_time(minutes=2)
    assert scene.ticket.tier == "一级"  # the bot may not keep them longer than that
    assert scene.clock_of("first_contact").due_at == at(11, 10, 3)


def test_after_the_rating_a_new_matter_has_a_new_beginning(scene: Scene) -> None:
    hospital, li = scene.visitor(customer=HOSPITAL), scene.staff()
    hospital.say("人工")
    scene.claimed_by(li)
    scene.act(li, Reply("好了", "1"))
    scene.act(li, Resolve(why="当场解决"))
    hospital.read()
    assert hospital.say("谢谢") == [scene.sentence("thanks"), scene.sentence("ask_rating")]
    scene.pass_time(hours=2)
    hospital.say("人工")
    assert scene.ticket.raised_at == scene.now


def test_a_firm_is_answered_by_the_bot_and_then_by_its_own_agent(scene: Scene) -> None:
    firm = scene.visitor(customer=FIRM)
    assert firm.say("怎么查订单") == [ORDER.answer]
    assert firm.say("安装人工费多少钱") == [FEE.answer]
    assert firm.say("人工")[0] == scene.sentence("handed_off", by="今天 11:00")
    assert (scene.ticket.tier, scene.ticket.queue) == ("二级", "二级专员")


# ── waiting ───────────────────────────────────────────────────────────


def test_while_waiting_what_the_bot_knows_is_answered_and_all_else_is_filed(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    assert anna.say("就是昨天买的那台") == [scene.sentence("appended")]
    assert anna.say("纸卡在里面出不来") == [JAM.answer]
    assert anna.say("怎么查订单") == [ORDER.answer]
    assert anna.say("那个打印机") == [scene.sentence("appended")]
    assert len(scene.tickets) == 1
    assert {line.ticket_id for line in anna.lines()} == {scene.ticket.id}


def test_additions_are_acknowledged_once_a_minute(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    assert anna.say("就是昨天买的那台") == [scene.sentence("appended")]
    scene.pass_time(seconds=59)
    assert anna.say("放在三楼前台旁边") == []
    scene.pass_time(seconds=1)
    assert anna.say("序列号贴在背面") == [scene.sentence("appended_again")]


def test_hurrying_gets_the_unchanged_promise_and_the_second_time_the_lead(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    scene.pass_time(minutes=30)
    assert anna.say("催一下") == [scene.sentence("waiting", by=NOON)]
    assert scene.notices("urge") == [("urge", "queue", "通用客服")]
    scene.pass_time(minutes=30)
    assert anna.say("怎么还没人") == [scene.sentence("waiting_again", by=NOON)]
    assert scene.notices("urge")[1:] == [("urge", "queue", "通用客服"), ("urge", "role", "lead")]
    assert [row.due_at for row in scene.clocks("first_contact")] == [at(12)]


def test_put_back_after_the_first_contact_a_person_is_owed_and_promised_anew(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("您好", "1"))
    scene.pass_time(minutes=30)
    scene.act(li, Release())
    anna.read()
    assert scene.clock_of("first_contact").due_at == at(12, 30)
    assert anna.say("催一下") == [scene.sentence("waiting", by="今天 12:30")]


def test_put_back_before_the_first_contact_the_clock_goes_on(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    li = scene.claimed_by(scene.staff())
    scene.pass_time(minutes=30)
    scene.act(li, Release())
    assert [row.due_at for row in scene.clocks("first_contact")] == [at(12)]


def test_danger_while_waiting_brings_the_safety_text_and_shortens_the_clock(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    scene.pass_time(minutes=5)
    assert anna.say("现在冒烟了") == [
        scene.sentence("safety"),
        scene.sentence("handed_off_critical", by="今天 10:20"),
    ]
    assert (scene.ticket.queue, scene.ticket.urgency) == ("特级专席", "critical")
    assert scene.clock_of("first_contact").due_at == at(10, 20)  # from the moment the danger is told


def test_the_people_on_call_hear_of_danger_in_a_ticket_that_is_theirs_already(scene: Scene) -> None:
    bank = scene.visitor(customer=BANK)
    bank.say("怎么查订单")
    before = len(scene.notices())
    bank.say("机器冒烟了")
    assert scene.notices()[before:]


def test_whoever_holds_the_ticket_hears_of_danger(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    li = scene.claimed_by(scene.staff())
    anna.read()
    before = len(scene.notices())
    assert anna.say("机器冒烟了") == [scene.sentence("safety")]
    assert ("staff", str(li.id)) in [(audience, name) for _, audience, name in scene.notices()[before:]]


def test_a_complaint_while_waiting_is_flagged_and_told_to_the_lead(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    anna.say("我要投诉")
    assert scene.ticket.complaint
    assert "lead" in [name for _, _, name in scene.notices()]


# ── after the claim ───────────────────────────────────────────────────


@pytest.mark.parametrize("words", ["怎么查订单", "催一下", "谢谢", "你好", "我要投诉", UNKNOWN])
def test_from_the_claim_on_the_bot_is_silent(scene: Scene, anna: Visitor, words: str) -> None:
    anna.say("人工")
    scene.claimed_by(scene.staff())
    anna.read()
    assert anna.say(words) == []
    assert anna.lines()[-1].ticket_id == scene.ticket.id


def test_a_reply_being_composed_is_dropped_at_the_claim(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    scene.act(li := scene.staff(), Claim())
    scene.act(li, Resolve(why="当场解决"))  # then something new begins while the old ticket comes back
    anna.read()
    anna.say("那个打印机", settle=False)
    scene.write(_reopen_ticket, scene)
    scene.act(li, Claim())
    scene.pass_time(minutes=1)
    assert anna.read() == []


def _reopen_ticket(db: Any, scene: Scene) -> None:
    from escalation.tickets import opening

    opening.reopen(db, scene.policy, scene.ticket.id, scene.now)


# ── afterwards ────────────────────────────────────────────────────────


def served(scene: Scene, anna: Visitor, words: str = "人工", cause: str | None = None) -> Any:
    """A matter that a person has solved."""
    anna.say(words)
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("已为您处理好。", "1"))
    if cause is not None:
        settle_complaint(scene, li, cause)
    scene.act(li, Resolve(cause, "当场解决"))
    anna.read()
    return li


def test_after_the_resolution_it_asks_whether_anything_else_is_needed(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("好了。", "1"))
    anna.read()
    scene.act(li, Resolve(why="当场解决"))
    assert anna.read() == [scene.sentence("anything_else")]


def test_thanks_then_one_rating_with_a_reason(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    assert anna.say("没有了，谢谢") == [scene.sentence("ask_rating")]
    assert anna.buttons() == [f"rate:{score}:{scene.ticket.id}:1" for score in range(1, 6)]
    assert anna.tap("rate:4") == [scene.sentence("ask_reason") + ASK_DIMENSIONS]
    assert anna.say("回复很及时") == [scene.sentence("rated_thanks")]
    ticket = scene.ticket
    assert (ticket.rating, ticket.rating_reason, ticket.state) == (4, "回复很及时", "closed")
    assert scene.clock_of("survey").state == "met"


def test_the_rating_is_asked_by_itself_after_a_while_once(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    scene.pass_time(minutes=9, seconds=59)
    assert anna.read() == []
    scene.pass_time(seconds=1)
    assert anna.read() == [scene.sentence("ask_rating")]
    scene.pass_time(hours=80)
    assert anna.read() == []
    assert scene.ticket.state == "closed"


def test_nobody_is_asked_for_a_rating_at_night(scene: Scene, anna: Visitor) -> None:
    scene.clock.now = at(20, 55)
    served(scene, anna)
    scene.pass_time(hours=11)
    assert anna.read() == []
    scene.pass_time(minutes=5)  # 08:00 on Tuesday
    assert anna.read() == [scene.sentence("ask_rating")]


def test_nobody_is_asked_for_a_rating_amid_a_complaint(scene: Scene, anna: Visitor) -> None:
    served(scene, anna, "我要投诉", cause="流程")
    scene.pass_time(hours=80)
    assert anna.read() == []


def test_a_case_no_person_answered_is_not_rated(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    scene.act(scene.claimed_by(scene.staff()), Resolve(why="当场解决"))
    anna.read()
    scene.pass_time(hours=1)
    assert anna.read() == []


def test_the_last_score_counts(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.rate(1)
    anna.rate(5)
    assert (scene.ticket.rating, scene.ticket.rating_reason) == (5, None)
    anna.say("师傅很专业")
    assert scene.ticket.rating_reason == "师傅很专业"


@pytest.mark.parametrize("words", ["5", "5分", "五分"])
def test_a_typed_score_is_a_score(scene: Scene, anna: Visitor, words: str) -> None:
    served(scene, anna)
    anna.say("没有了")
    anna.say(words)
    assert scene.ticket.rating == 5


def test_thanks_at_night_leave_the_rating_to_the_morning(scene: Scene, anna: Visitor) -> None:
    scene.clock.now = at(20, 58)
    served(scene, anna)
    scene.clock.now = at(21, 5)
    anna.say("谢谢")
    scene.pass_time(hours=12)
    assert scene.sentence("ask_rating") in anna.read()


def test_the_reason_is_optional_what_is_asked_next_day_is_a_question(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.rate(5)
    scene.pass_time(hours=20)
    anna.read()
    assert anna.say(UNKNOWN) == [scene.sentence("unknown")]
    assert scene.ticket.rating_reason is None


def test_a_complaint_instead_of_a_reason_is_a_complaint(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.rate(1)
    anna.say("态度恶劣，我要投诉你们那个客服小李")
    assert scene.ticket.queue == "投诉处理"


@pytest.mark.parametrize("words", ["谢谢", "好的谢谢", "辛苦了", "多谢！"])
def test_thanks_open_nothing(scene: Scene, anna: Visitor, words: str) -> None:
    assert anna.say(words) == [scene.sentence("thanks")]
    served(scene, anna)
    anna.say("没有了")
    scene.pass_time(hours=1)
    anna.say(words)
    scene.pass_time(hours=80)
    assert len(scene.tickets) == 1


def test_not_solved_within_three_days_reopens_with_a_new_clock(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    served(scene, anna)
    scene.pass_time(hours=72)  # Thursday, 10:00
    anna.read()
    assert anna.say("没解决") == [scene.sentence("reopened", by=NOON)]
    ticket = scene.ticket
    assert (len(scene.tickets), ticket.state, ticket.reopened, ticket.holder_id) == (1, "waiting", 1, None)
    assert [row.state for row in scene.clocks("first_contact")] == ["met", "open"]
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(hours=2)
    assert scene.notices("reopened") == [("reopened", "queue", "通用客服")]
    assert scene.clock_of("survey").state == "cancelled"


def test_not_solved_after_three_days_does_not_reopen(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    scene.pass_time(hours=72, seconds=1)
    anna.read()
    assert anna.say("没解决") == [scene.sentence("try_again")]
    assert scene.ticket.reopened == 0


def test_a_closed_ticket_too_is_reopened_within_three_days(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.say("没有了")
    anna.rate(5)
    anna.say("挺好的")
    assert scene.ticket.state == "closed"
    anna.say("又坏了")
    assert (scene.ticket.state, scene.ticket.reopened) == ("waiting", 1)


def test_no_use_about_the_bots_new_answer_does_not_reopen_the_old_ticket(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.say("怎么查订单")
    assert anna.say("没用") == [scene.sentence("try_again")]
    assert scene.ticket.state == "resolved"


def test_a_second_matter_is_a_second_ticket_with_its_own_messages(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    scene.pass_time(minutes=5)
    anna.say("打印机有点问题")
    anna.say("人工")
    assert len(scene.tickets) == 2
    second = [line.text for line in anna.lines() if line.ticket_id == scene.ticket.id and line.author == "customer"]
    assert second == ["打印机有点问题", "人工"]


def test_a_reopened_ticket_in_danger_gets_the_short_clock(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.say("没解决")
    anna.say("现在还冒烟了")
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(minutes=15)


# ── identified in the middle ──────────────────────────────────────────


def test_identified_amid_a_ticket_it_moves_to_the_right_queue_with_the_sooner_clock(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor()
    anna.say("人工")
    scene.pass_time(minutes=5)
    scene.know(BANK)
    anna.identify(BANK)
    ticket = scene.ticket
    assert (ticket.tier, ticket.queue, ticket.contact_id) == ("特级", "特级专席", BANK)
    assert [(row.due_at, row.state) for row in scene.clocks("first_contact")] == [
        (at(12), "cancelled"),
        (at(10, 15), "open"),
    ]
    assert scene.clock_of("assessed").due_at == at(11)
    assert scene.notices("rerouted") == [("rerouted", "queue", "特级专席")]


def test_proven_as_somebody_else_a_chat_begins_a_matter_of_their_own(scene: Scene) -> None:
    chat = scene.visitor(channel="telegram", customer=BANK)
    chat.say("怎么查订单")
    first = scene.ticket
    scene.know(FIRM)
    chat.identify(FIRM)
    assert scene.ticket == first
    chat.say("转人工")
    second = scene.ticket
    assert second.id != first.id
    assert (second.contact_id, second.tier) == (FIRM, "二级")
    [before] = scene.read(ticket_store.find_tickets, ticket_store.tickets.c.id == first.id)
    assert before == first


def test_the_earlier_due_time_stays_when_the_new_tier_is_lower(scene: Scene) -> None:
    bank = scene.visitor(customer=BANK)
    bank.say("怎么查订单")
    lower = TierDecision("二级", "年采购额下降")
    scene.write(rerouting.reroute, scene.policy, scene.ticket.id, BANK, lower, scene.now)
    assert (scene.ticket.tier, scene.ticket.queue) == ("二级", "二级专员")
    assert [(row.due_at, row.state) for row in scene.clocks("first_contact")] == [
        (at(10, 15), "cancelled"),
        (at(10, 15), "open"),
    ]


def test_a_first_contact_that_was_made_is_not_owed_again_after_a_change_of_tier(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Record("called"))
    scene.know(BANK)
    anna.identify(BANK)
    assert [row.state for row in scene.clocks("first_contact")] == ["met"]
    assert (scene.ticket.queue, scene.ticket.holder_id) == ("通用客服", li.id)


def test_a_reopened_ticket_of_a_customer_identified_then_gets_their_clock(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.say("没解决")
    scene.know(BANK)
    anna.identify(BANK)
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(minutes=15)


def test_a_hospitals_ticket_found_out_late_is_broken_on_record_and_pages_nobody(scene: Scene, anna: Visitor) -> None:
    anna.say(UNKNOWN)
    scene.pass_time(minutes=40)
    anna.say("人工")
    scene.know(HOSPITAL)
    anna.identify(HOSPITAL)
    clock = scene.clock_of("first_contact")
    assert (clock.breached_at, clock.next_at) == (clock.due_at, None)
    told = len(scene.notices())
    scene.pass_time(hours=1)
    assert [kind for kind, _, _ in scene.notices()[told:] if kind == "breach"] == []


def test_a_promise_already_broken_is_not_repeated(scene: Scene, anna: Visitor) -> None:
    anna.say("人工")
    scene.pass_time(hours=3)
    anna.read()
    assert anna.say("催一下") == [scene.sentence("waiting_overdue")]


def test_reopened_by_a_customer_known_by_now_it_is_theirs(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    scene.know(BANK)
    anna.identify(BANK)
    anna.say("没解决")
    assert (scene.ticket.tier, scene.ticket.queue, scene.ticket.contact_id) == ("特级", "特级专席", BANK)
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(minutes=15)


def test_whoever_goes_on_and_on_is_answered_all_the_same(scene: Scene, anna: Visitor) -> None:
    said = [anna.say(f"{UNKNOWN}{number}", settle=False) for number in range(12)]
    assert any(said)


def test_something_new_closes_what_was_solved(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    solved = scene.ticket.id
    anna.say("我要投诉")
    assert scene.ticket.id != solved
    assert scene.read(ticket_store.get_ticket, solved).state == "closed"


@pytest.mark.parametrize("words", ["还是不行啊！！根本没修好", "师傅走了以后还是不行"])
def test_not_solved_in_a_sentence_reopens_too(scene: Scene, anna: Visitor, words: str) -> None:
    served(scene, anna)
    anna.say(words)
    assert (scene.ticket.state, scene.ticket.reopened) == ("waiting", 1)


def test_whoever_was_disappointed_is_not_wished_a_nice_day(scene: Scene, anna: Visitor) -> None:
    served(scene, anna)
    anna.rate(2)
    assert anna.say("来得太慢")[-1] == scene.sentence("rated_sorry")


def test_identified_twice_as_the_same_customer_changes_nothing(scene: Scene) -> None:
    bank = scene.visitor(customer=BANK)
    bank.say("怎么查订单")
    before = scene.count(ticket_events), scene.count(deadlines), len(scene.notices())
    bank.identify(BANK)
    assert (scene.count(ticket_events), scene.count(deadlines), len(scene.notices())) == before


# ── once, and whole ───────────────────────────────────────────────────


def test_redelivered_three_times_is_one_row_and_one_answer(scene_anywhere: Scene) -> None:
    anna = scene_anywhere.visitor()
    for _ in range(3):
        anna.say("怎么查订单", key="same")
    assert [line.author for line in anna.lines()] == ["customer", "bot"]
    receipt = anna.send("text", text="怎么查订单", key="same")
    assert (receipt.duplicate, receipt.message_id) == (True, anna.lines()[0].id)


def test_a_hand_off_redelivered_three_times_is_one_ticket(scene_anywhere: Scene) -> None:
    anna = scene_anywhere.visitor()
    for _ in range(3):
        anna.say("人工", key="same")
    assert len(scene_anywhere.tickets) == 1
    assert len(scene_anywhere.clocks("first_contact")) == 1


def test_the_same_key_from_two_addresses_is_two_messages(scene: Scene) -> None:
    for address in ("anna", "bert"):
        assert scene.visitor(address).say("怎么查订单", key="1") == [ORDER.answer]


def test_the_same_key_on_two_channels_is_two_messages(scene: Scene) -> None:
    for channel in ("web", "telegram"):
        assert scene.visitor("anna", channel).say("怎么查订单", key="1") == [ORDER.answer]


class Broken(Exception):
    """The power is cut."""


STATEMENTS = (
    (processed_keys, "remember_key"),
    (written_line, "add_received"),
    (customer_messages, "add_posted_line"),
    (ticket_store, "insert_ticket"),
    (deadline_store, "insert_deadlines"),
    (history, "log"),
    (filing, "file_under_ticket"),
    (turn_context, "send_to_customer"),
    (notice_inbox, "save_notices"),
    (conversations, "save_conversation"),
)
EVERY_TABLE = (
    conversations.conversations, messages, inbox, tickets, deadlines, ticket_events, notices, outbox.outbox
)  # fmt: skip


def test_a_failure_anywhere_in_the_hand_off_leaves_nothing_at_all(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    anna = scene.visitor(channel="telegram")
    for where, name in STATEMENTS:
        for first in (True, False):
            monkeypatch.setattr(where, name, _breaking(getattr(where, name), first=first))
            with pytest.raises(Broken):
                anna.say("我要投诉", key="1")
            monkeypatch.undo()
            assert [scene.count(table) for table in EVERY_TABLE] == [0] * len(EVERY_TABLE), (name, first)
    assert anna.say("我要投诉", key="1") == complaint_taken(scene)


def _breaking(real: Any, *, first: bool) -> Any:
    def breaks(*args: Any, **kwargs: Any) -> None:
        if not first:
            real(*args, **kwargs)
        raise Broken

    return breaks


def test_a_failure_while_a_file_is_stored_leaves_no_message(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = scene.visitor()
    monkeypatch.setattr(ticket_store, "insert_ticket", _raise)
    with pytest.raises(Broken):
        anna.send_file()
    assert (scene.count(messages), scene.count(attachments)) == (0, 0)


def _raise(*_args: Any, **_kwargs: Any) -> None:
    raise Broken


def test_on_a_channel_with_a_network_every_sentence_is_posted_in_order(scene: Scene) -> None:
    anna = scene.visitor("4711", "telegram")
    said = anna.say("人工")
    assert [(row.address, row.text, row.state) for row in scene.posted("telegram")] == [
        ("4711", text, "pending") for text in said
    ]
    assert scene.visitor("web-visitor").say("人工")
    assert len(scene.posted("telegram")) == len(said)
    assert scene.posted("web") == []


def test_a_contact_shared_on_the_channel_identifies_and_asks_nothing(scene: Scene) -> None:
    scene.know(BANK)
    anna = scene.visitor("4711", "telegram")
    anna.send("contact", phone="+8613800000001")
    assert anna.conversation is not None
    assert (anna.conversation.contact_id, anna.conversation.proof) == (BANK, "shared_contact")


def test_a_number_the_crm_does_not_know_identifies_nobody(scene: Scene) -> None:
    scene.know(BANK)
    anna = scene.visitor("4711", "telegram")
    anna.send("contact", phone="+8613899999999")
    assert anna.conversation is not None
    assert anna.conversation.contact_id is None


HOSTILE = (
    "'; DROP TABLE messages; --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{by} {0} %s ${HOME}",
    "\u202e反过来\u202c",
    "a" * 2_000,
    "👍" * 50,
    "\\x00 \\u0000",
)


def test_hostile_words_are_kept_as_they_are_and_break_nothing(scene_anywhere: Scene) -> None:
    for number, text in enumerate(HOSTILE):
        visitor = scene_anywhere.visitor(f"v{number}")
        visitor.say(text)
        visitor.say(text)
        assert visitor.lines()[0].text == text
        assert visitor.say("人工")


@pytest.mark.parametrize(
    ("choice", "offered"),
    [
        ("person", True),
        ("ask:order-query", True),
        ("helpful:a", True),
        ("unhelpful:a", True),
        ("rate:1", True),
        ("rate:5", True),
        ("rate:0", False),
        ("rate:6", False),
        ("rate:", False),
        ("rate:五", False),
        ("ask:", False),
        ("ask:" + "x" * 65, False),
        ("person:1", False),
        ("delete:1", False),
        ("", False),
    ],
)
def test_only_choices_we_offer_are_choices(choice: str, offered: bool) -> None:
    assert (parse_choice(choice) is not None) is offered


def test_a_held_conversation_that_another_replica_took_is_left_alone(scene: Scene, anna: Visitor) -> None:
    anna.say("在吗", settle=False)
    scene.clock.advance(seconds=3)
    assert anna.conversation is not None
    number = anna.conversation.id
    assert scene.write(intake.continue_held, scene.rules, number, None, scene.now) is True
    assert scene.write(intake.continue_held, scene.rules, number, None, scene.now) is False
    assert anna.read() == [scene.sentence("greeting")]


def test_the_inbox_remembers_every_key_with_its_instant(scene: Scene, anna: Visitor) -> None:
    anna.say("怎么查订单", key="k")
    columns = (inbox.c.channel, inbox.c.key, inbox.c.at)
    assert scene.read(lambda db: db.execute(select(*columns)).all()) == [("web", "anna:k", scene.now)]


def test_prepare_ranks_the_words_that_the_turn_will_be_judged_by(scene: Scene, anna: Visitor) -> None:
    anna.say("在吗", settle=False)
    anna.say("那个打印机", settle=False)
    message = Incoming("web", "anna", "x", "text", text="连不上wifi了")
    assert scene.read(intake.prepare, scene.rules, message, scene.now) == ("在吗 那个打印机 连不上wifi了", "三级")


# ── what else can be sent ─────────────────────────────────────────────


def telegram(scene: Scene) -> Visitor:
    return scene.visitor("77", "telegram")


def picture(name: str = "a.jpg") -> File:
    return File(name, "image/jpeg", 5, reference=name)


def test_a_place_goes_to_a_person_and_is_never_taken_for_a_question(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = telegram(scene)
    anna.send("location", text="位置：怎么查订单（31.230400, 121.473700）", place=(31.2304, 121.4737))
    title = "客户发来位置：怎么查订单（31.230400, 121.473700），未附文字"
    assert (scene.ticket.reason, scene.ticket.subject) == ("file", title)
    assert anna.read()[0] == scene.sentence("acknowledged_file", NOON)
    line = anna.lines()[0]
    assert (line.kind, line.meta["place"], line.ticket_id) == ("location", [31.2304, 121.4737], scene.ticket.id)


def test_an_album_is_acknowledged_once_and_what_follows_it_is_an_addition(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = telegram(scene)
    for number in (1, 2, 3):
        anna.send("file", file=picture(f"{number}.jpg"), album="g1", number=number)
    assert anna.read() == [scene.sentence("acknowledged_file", NOON), scene.sentence("ask_contact")]
    assert [line.ticket_id for line in anna.lines() if line.author == "customer"] == [scene.ticket.id] * 3
    anna.send("file", file=picture("4.jpg"), album="g2", number=4)
    assert anna.read() == [scene.sentence("appended")]
    assert len(scene.tickets) == 1


def test_danger_in_the_words_of_a_later_piece_is_heard(scene: Scene) -> None:
    anna = telegram(scene)
    anna.send("file", file=picture(), album="g1")
    anna.send("file", file=picture(), text="机器冒烟了", album="g1")
    assert scene.ticket.urgency == "critical"


def test_the_words_below_a_picture_say_what_the_matter_is(scene: Scene, anna: Visitor) -> None:
    anna.send("file", file=picture(), text="我要投诉你们打印机老卡纸")
    assert (scene.ticket.subject, scene.ticket.complaint) == ("我要投诉你们打印机老卡纸", True)


def test_words_below_a_picture_are_not_answered_from_the_knowledge_base(scene: Scene, anna: Visitor) -> None:
    anna.send("file", file=picture(), text="怎么查订单")
    assert anna.read()[0] == scene.sentence("acknowledged_file", NOON)


def test_words_held_back_before_a_picture_go_with_it(scene: Scene, anna: Visitor) -> None:
    anna.say("那个打印机", settle=False)
    anna.send("file", file=picture(), text="就是它")
    assert scene.ticket.subject == "打印机（就是它）"
    scene.pass_time(seconds=10)
    assert len(scene.tickets) == 1


def test_emoji_below_a_picture_are_no_words(scene: Scene, anna: Visitor) -> None:
    anna.send("file", file=picture("贴纸.webp"), text="👍")
    assert scene.ticket.subject == "客户发来图片：贴纸.webp，未附文字"


def test_a_number_leads_to_its_line_and_a_reply_names_it(scene_anywhere: Scene) -> None:
    anna = telegram(scene_anywhere)
    anna.send("text", text="怎么查订单", number=5)
    anna.send("text", text="这条", number=7, reply_to=5)
    anna.send("text", text="那条", number=8, reply_to=6)
    anna.send("choice", choice="person", reply_to=5)
    first, *rest = [line for line in anna.lines() if line.author == "customer"]
    assert [line.meta.get("reply_to") for line in rest] == [first.id, None, None]
    found = scene_anywhere.read(channel_message_ids.find_id, 77, 7)
    assert found == channel_message_ids.ChannelMessage(77, 7, rest[0].id, None)


def test_whoever_writes_is_reachable_again(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = telegram(scene)
    anna.say("转人工")
    scene.write(mark_unreachable, "telegram", "77", scene.now)
    assert anna.conversation is not None
    assert anna.conversation.unreachable_at == scene.now
    anna.say("还在吗")
    assert anna.conversation.unreachable_at is None
    kinds = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    assert [kind for kind in kinds if "reachable" in kind] == ["unreachable", "reachable"]
