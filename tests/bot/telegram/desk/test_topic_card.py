"""What a topic is called and what its card says: everything the console's page has that fits, and instants only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.agents.actions import Claim, Record, Reply
from bot.agents.helping import AnswerTask, AskHelp
from bot.telegram.desk.topic_card import Facts, card, title
from bot.telegram.desk.topic_needs import TopicNeeds
from bot.wording.ticket_topic import MADE_AGAIN, UNREACHABLE
from bot.wording.utf16 import units
from escalation.customers.customer_store import save_customer
from escalation.customers.model import CustomerRecord
from tests.bot.scene import Scene
from tests.bot.telegram.forum import CONSOLE, GROUP
from tests.bot.topic_rows import topic_of


@pytest.fixture
def desk(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, topic_groups=(GROUP,), staff_chat="desk")
    return scene


def facts(scene: Scene) -> Facts:
    """The newest ticket's, as the desk reads them."""

    def read(db: object) -> Facts:
        topic = topic_of(db, scene.ticket.id)  # type: ignore[arg-type]
        assert topic is not None
        return TopicNeeds(db, scene.rules, topic, GROUP, CONSOLE, scene.now).facts  # type: ignore[arg-type]

    found: Facts = scene.read(read)
    return found


def said(scene: Scene, **changes: object) -> str:
    return card(scene.policy, replace(facts(scene), **changes), scene.now).text  # type: ignore[arg-type]


def test_the_card_of_an_important_customer_says_who_why_by_when_and_what(desk: Scene) -> None:
    visitor = desk.visitor("555", "telegram", customer="C1001")
    visitor.say("人工")
    found = facts(desk)
    assert found.customer is not None
    name = f"{found.customer.organisation.name} {found.customer.contact.name}"
    words = said(desk)
    assert words.startswith(f"🔴 特级 · #1 {name}\n状态：待认领\n队列：")
    assert f"等级依据：{found.ticket.tier_reason}\n" in words
    assert "权益：" in words
    assert "渠道：Telegram（身份依据：官网登录）" in words
    assert "期限：\n• 最晚 11月23日（周一）10:15（首次联系）\n" in words
    assert words.endswith("客户的问题：客户要求人工，尚未说明事由\n在工作台打开")


def test_who_holds_it_what_is_late_and_what_stands_still_are_said(desk: Scene) -> None:
    desk.visitor("555", "telegram", customer="C1001").say("人工")
    who = desk.staff()
    desk.act(who, Claim())
    desk.pass_time(minutes=20)
    assert "状态：处理中 · 客服li" in said(desk)
    assert "❗ 已超时：首次联系，应于 11月23日（周一）10:15 前完成" in said(desk)
    desk.act(who, Reply("您好", "k"))
    assert "首次联系" not in said(desk)
    desk.act(who, Record("waiting_for_customer"))
    assert "⏸ 评估并拟定初步方案：等待客户，已暂停计时；原定 11月23日（周一）11:00\n" in said(desk)


def test_what_colleagues_are_asked_for_is_said_and_where_they_answer(desk: Scene) -> None:
    desk.visitor("555", "telegram", customer="C1001").say("人工")
    who, deng = desk.staff(), desk.staff("deng", queues=("技术支持",))
    desk.act(who, Claim())
    assert "协办" not in said(desk)
    desk.act(who, AskHelp(deng.id, "怎么配双机"))
    until, where = "最晚 11月23日（周一）10:15", "被请的同事请打开工作台的「协办」答复，在话题里写的只是备注"
    assert f"协办待答复：客服deng支援（{until}）；{where}\n" in said(desk)
    desk.act(deng, AnswerTask(1, "先停备机"))
    assert "协办" not in said(desk)


def test_withdrawn_by_its_customer_it_says_so_and_owes_nothing(desk: Scene) -> None:
    desk.visitor("555", "telegram", customer="C1001").say("人工")
    desk.act(desk.staff(), Claim())
    desk.withdraw()
    words = said(desk)
    assert "状态：客户撤回 · 客服li" in words
    assert "期限：" not in words


def test_a_target_is_called_one(desk: Scene) -> None:
    visitor = desk.visitor("555", "telegram", customer="C1001")
    visitor.say("人工")
    who = desk.staff()
    desk.act(who, Claim())
    desk.act(who, Reply("您好", "k"))
    visitor.say("灯是红的")
    assert "• 目标 11月23日（周一）10:15（回复客户）\n" in said(desk)
    desk.pass_time(minutes=20)
    assert "• 回复客户：目标时间 11月23日（周一）10:15 已过\n" in said(desk)


def test_the_card_does_not_tick(desk: Scene) -> None:
    desk.visitor().say("人工")
    found = facts(desk)
    now = card(desk.policy, found, desk.now)
    later = card(desk.policy, found, desk.now + timedelta(minutes=30))
    assert now.digest() == later.digest()


def test_a_blocked_bot_and_a_topic_made_again_are_said_first(desk: Scene) -> None:
    desk.visitor().say("人工")
    gone = replace(facts(desk).conversation, unreachable_at=desk.now)
    assert UNREACHABLE == "客户已停用机器人，消息无法送达；请改用电话等其他方式联系。"
    assert f"\n⚠️ {UNREACHABLE}\n" in said(desk, conversation=gone)
    assert said(desk, made=2).startswith(MADE_AGAIN)


def test_danger_has_its_own_sign(desk: Scene) -> None:
    desk.visitor().say("打印机冒烟了")
    assert said(desk).startswith("🚨 三级 · #1")
    assert title(desk.policy, facts(desk)) == "🚨三 #1 未识别客户 · 打印机冒烟了"


def test_a_ready_answer_stands_on_the_card_while_the_ticket_is_open(desk: Scene) -> None:
    desk.visitor().say("人工")
    ticket = replace(facts(desk).ticket, suggested="请打开后盖取出卡住的纸。")
    assert "参考答案：请打开后盖取出卡住的纸。" in said(desk, ticket=ticket)
    assert "参考答案" not in said(desk, ticket=replace(ticket, state="resolved"))


def test_bold_and_links_stand_beside_the_text_and_fit_it(desk: Scene) -> None:
    desk.visitor().say("人工")
    ticket = replace(facts(desk).ticket, subject="<b>😀😀</b> *不是粗体* " * 400, tier_reason="😀" * 3000)
    told = card(desk.policy, replace(facts(desk), ticket=ticket), desk.now)
    assert units(told.text) <= 4096
    raw = told.text.encode("utf-16-le")
    for one in told.entities:
        part = raw[one.offset * 2 : (one.offset + one.length) * 2].decode("utf-16-le")
        assert part == part.strip() != ""
    plain = card(desk.policy, facts(desk), desk.now)
    assert plain.entities[-1].url == f"{CONSOLE}/console/tickets/1"


def test_without_an_address_of_the_console_there_is_no_link(desk: Scene) -> None:
    desk.visitor().say("人工")
    assert "在工作台打开" not in said(desk, console="")


def test_a_long_name_and_a_long_question_still_make_a_title(desk: Scene) -> None:
    desk.visitor().say("人工")
    ticket = replace(facts(desk).ticket, subject="卡纸\n" * 300)
    name = title(desk.policy, replace(facts(desk), ticket=ticket))
    assert len(name) == 128
    assert name.startswith("⚪三 #1 未识别客户 · 卡纸 卡纸")
    assert name.endswith("…")
    assert title(desk.policy, replace(facts(desk), ticket=replace(ticket, subject=""))) == "⚪三 #1 未识别客户"


@pytest.mark.parametrize("given", ["13912345678", "010-62345678"])
def test_a_number_to_call_is_whole_only_once_somebody_has_claimed_it(desk: Scene, given: str) -> None:
    visitor = desk.visitor("555", "telegram")
    visitor.say(f"电梯按钮没反应，电话{given}")
    visitor.say("人工")
    digits = given.replace("-", "")
    assert digits not in said(desk).replace("-", "")
    assert digits not in title(desk.policy, facts(desk)).replace("-", "")
    assert "客户留的联系方式：" in said(desk)
    desk.act(desk.staff(), Claim())
    assert digits in said(desk).replace("-", "")
    assert digits not in title(desk.policy, facts(desk)).replace("-", "")


def test_the_topic_and_its_card_follow_what_the_customer_adds(desk: Scene) -> None:
    visitor = desk.visitor("555", "telegram")
    visitor.say("人工")
    before = title(desk.policy, facts(desk))
    visitor.say("特别急，门禁打不开了")
    assert title(desk.policy, facts(desk)) != before
    assert title(desk.policy, facts(desk)).endswith("门禁打不开了")
    assert "紧急程度：紧急" in said(desk)
    assert "客户的问题：门禁打不开了" in said(desk)


def test_contacts_whose_number_a_stranger_shared_are_named_on_the_card(desk: Scene) -> None:
    zhou = CustomerRecord("C1", "江海银行", "周文博", 2_800_000, 26, 4, 4, "13800000001")
    for record in (zhou, replace(zhou, id="C2", contact="许雅琴")):
        desk.write(save_customer, desk.vault, desk.policy, record, desk.now)
    visitor = desk.visitor("555", "telegram")
    visitor.send("contact", phone="+8613800000001")
    visitor.say("人工")
    assert "\n该号码属于（待核对）：周**（江海银行）、许**（江海银行）\n" in said(desk)
    desk.act(desk.staff(), Claim())
    assert "\n该号码属于（待核对）：周文博（江海银行）、许雅琴（江海银行）\n" in said(desk)


def test_of_a_known_customer_no_other_is_named(desk: Scene) -> None:
    desk.visitor("555", "telegram", customer="C1001").say("人工，我的电话13800000020")
    assert "待核对" not in said(desk)
