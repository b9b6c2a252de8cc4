"""What customers are told about themselves: true, in plain words, and with no internal name in it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.agents.actions import Resolve
from bot.dialogue import self_service
from bot.messages import Button, Incoming
from bot.transcript import conversations
from bot.wording import about_me, moments
from escalation.customers import data_requests
from escalation.policy.model import Policy
from escalation.tickets import history
from escalation.working_hours.working_time import Calendar, Span
from tests.bot.scene import Scene, Visitor

_keys = itertools.count(1)


def about(visitor: Visitor) -> str:
    scene = visitor.scene

    def look(db: object) -> str:
        conversation = conversations.lock_conversation(db, visitor.channel, visitor.address, scene.now)  # type: ignore[arg-type]
        return self_service.about_me(db, scene.rules, conversation, scene.now)  # type: ignore[arg-type]

    told: str = scene.write(look)
    return told


def tap(visitor: Visitor, choice: str, key: str = "") -> list[str]:
    scene, key = visitor.scene, key or f"tap:{next(_keys)}"
    message = Incoming(visitor.channel, visitor.address, key, "choice", choice=choice)
    scene.write(self_service.decide, scene.rules, message, scene.now)
    return visitor.read()


def events(scene: Scene) -> list[str]:
    return [row.kind for row in scene.read(history.history_of, scene.ticket.id)]


def test_a_stranger_is_told_what_strangers_get_and_how_to_be_known(anna: Visitor) -> None:
    assert about(anna) == (
        "我们还没有核实您的客户身份，不影响您继续咨询。\n"
        "您享有的服务：智能客服随时应答，需要时转人工，人工服务时间为工作日 08:00–21:00"
        "（法定节假日除外，调休上班日照常）。"
        "转人工后，专人会在 2 小时内与您首次联系（只计人工服务时间）。\n"
        "您目前没有正在处理的事项。\n"
        "如需核实身份，请点下方按钮共享手机号，或登录我们的官网，打开 Telegram 绑定链接。\n"
        "如需导出或删除您的个人信息，请发送 /export 或 /forget。"
    )


def test_a_customer_is_told_who_they_are_what_they_get_and_what_is_open(scene: Scene) -> None:
    zhou = scene.visitor("zhou", customer="C1001")
    zhou.say("打印机有点问题")
    assert about(zhou) == (
        "周文博，您好。我们记录的信息如下：\n"
        "单位：江海银行股份有限公司总行\n"
        "身份核实方式：官网登录\n"
        "您享有的服务：由专人直接接待，人工服务时间为全天 24 小时。您提出需求后，专人会在 15 分钟内与您首次联系。\n"
        "正在处理的事项：「打印机有点问题」，专人最晚今天 10:15 前与您联系（首次联系）。\n"
        "如需导出或删除您的个人信息，请发送 /export 或 /forget。"
    )
    scene.claimed_by(scene.staff())
    scene.clock.now += timedelta(hours=1)
    assert "正在处理的事项：「打印机有点问题」，专人正在跟进。" in about(zhou)


def test_no_tier_and_no_queue_is_ever_named(policy: Policy) -> None:
    told = [about_me.service_of(policy, tier) for tier in policy.tiers.values()]
    assert len(set(told)) == len(told)
    for name in (*policy.tiers, *policy.queues):
        assert not any(name in text for text in told)


def test_every_kind_of_hours_has_its_words(policy: Policy) -> None:
    zone = policy.zone
    assert about_me.hours(policy.calendars["每日"]) == "每天 08:00–21:00"
    assert about_me.hours(policy.calendars["夜间"]) == "每天 21:00–次日 08:00"
    two = Calendar("两段", zone, (Span(8 * 60, 12 * 60), Span(13 * 60 + 30, 24 * 60)))
    assert about_me.hours(two) == "每天 08:00–12:00、13:30–24:00"
    assert moments.span(timedelta(minutes=90)) == "1 小时 30 分钟"


def test_who_writes_in_traditional_characters_is_answered_in_them(anna: Visitor) -> None:
    anna.say("請問怎麼開發票")
    assert about(anna).startswith("我們還沒有核實您的客戶身份")
    assert self_service.question(self_service.EXPORT, "zh-Hant")[1][0].label == "申請匯出個人資訊"


def test_a_wish_about_personal_data_is_asked_back_before_it_counts() -> None:
    text, buttons = self_service.question(self_service.FORGET, "zh-Hans")
    assert text == (
        "您要申请删除我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理；"
        "依法必须保存的记录，期满后才能删除。"
    )
    assert buttons == [Button("self:forget", "申请删除个人信息"), Button("self:leave", "不用了")]


@pytest.mark.parametrize(
    ("choice", "reason", "subject", "told"),
    [
        (
            "self:export",
            "export",
            "申请导出个人信息",
            (
                "您的导出申请已登记，专人最晚今天 12:00 前与您联系（首次联系）。"
                "身份核实后，我们会把保存的您的个人信息整理好交给您。"
            ),
        ),
        (
            "self:forget",
            "forget",
            "申请删除个人信息",
            (
                "您的删除申请已登记，专人最晚今天 12:00 前与您联系（首次联系）。"
                "身份核实后，我们会为您办理，并告诉您哪些已经删除、哪些依法还要保存多久。"
            ),
        ),
    ],
)
def test_a_confirmed_wish_is_a_ticket_with_a_reason_of_its_own(
    scene_anywhere: Scene, choice: str, reason: str, subject: str, told: str
) -> None:
    anna = scene_anywhere.visitor()
    assert tap(anna, choice) == [told]
    ticket = scene_anywhere.ticket
    assert (ticket.reason, ticket.subject, ticket.state) == (reason, subject, "waiting")
    assert anna.lines()[0].ticket_id == ticket.id
    assert "new" in [kind for kind, _, _ in scene_anywhere.notices()]


def test_at_an_open_ticket_the_wish_is_added_and_promised_with_it(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    anna.read()
    assert tap(anna, "self:export")[0].startswith("您的导出申请已登记，专人最晚今天 12:00 前与您联系（首次联系）。")
    assert (len(scene.tickets), events(scene).count("export_asked")) == (1, 1)
    assert anna.lines()[-2].ticket_id == scene.ticket.id


def test_the_same_wish_twice_is_one_wish(scene: Scene, anna: Visitor) -> None:
    already = "您的申请已经登记，不用重复提交。专人最晚今天 12:00 前与您联系（首次联系）。"
    tap(anna, "self:forget")
    assert tap(anna, "self:forget") == [already]
    assert tap(anna, "self:export") != [already]
    assert tap(anna, "self:export") == [already]
    assert (len(scene.tickets), events(scene).count("export_asked")) == (1, 1)


def test_the_same_tap_twice_is_one_tap(scene: Scene, anna: Visitor) -> None:
    tap(anna, "self:forget", "k")
    assert tap(anna, "self:forget", "k") == []
    assert len([line for line in anna.lines() if line.kind == "choice"]) == 1


def test_whoever_thinks_better_of_it_has_asked_for_nothing(scene: Scene, anna: Visitor) -> None:
    assert tap(anna, "self:leave") == ["好的，没有提交申请。有需要随时告诉我。"]
    assert scene.tickets == []


def test_after_a_solved_matter_the_wish_is_a_ticket_of_its_own(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    scene.act(scene.claimed_by(scene.staff()), Resolve(why="当场解决"))
    tap(anna, "self:export")
    assert [ticket.state for ticket in scene.tickets] == ["waiting", "closed"]


def test_when_a_promise_is_broken_no_other_is_made_up(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    scene.clock.now += timedelta(hours=5)
    anna.read()
    assert tap(anna, "self:export")[0].startswith("您的导出申请已登记，进展会在这里告诉您。")


def requests(scene: Scene, contact_id: str) -> list[tuple[str, str, str]]:
    found = scene.read(data_requests.requests_of, contact_id)
    return [(each.kind, each.state, f"{each.due_at:%Y-%m-%d}") for each in found]


def test_a_proven_customers_wish_is_on_the_clock_and_names_the_day(scene: Scene) -> None:
    zhou = scene.visitor("zhou", customer="C1001")
    assert tap(zhou, "self:forget") == [
        (
            "您的删除申请已登记，专人最晚今天 10:15 前与您联系（首次联系）。"
            "身份核实后，我们会为您办理，并告诉您哪些已经删除、哪些依法还要保存多久。"
            "最晚 2026年12月14日 前办结并答复您。"
        )
    ]
    assert requests(scene, "C1001") == [("erase", "open", "2026-12-14")]
    tap(zhou, "self:forget")
    assert len(requests(scene, "C1001")) == 1


def test_an_export_asked_for_time_and_again_is_refused_until_tomorrow(scene: Scene) -> None:
    zhou, li = scene.visitor("zhou", customer="C1001"), scene.staff()
    for _ in range(3):
        tap(zhou, "self:export")
        scene.act(scene.claimed_by(li), Resolve(why="当场解决"))
        zhou.read()
    assert tap(zhou, "self:export") == ["您今天申请导出的次数已达上限，请明天再试。"]
    scene.clock.now += timedelta(days=1)
    assert "最晚 2026年12月15日 前办结并答复您。" in tap(zhou, "self:export")[0]


def write_on_page(visitor: Visitor, text: str) -> list[str]:
    scene = visitor.scene
    message = Incoming("web", visitor.address, f"page:{next(_keys)}", "text", text=text)
    scene.write(self_service.ask_on_page, message, scene.now)
    return visitor.read()


def test_on_the_chat_page_it_is_asked_back_as_in_a_messenger(scene: Scene) -> None:
    zhou = scene.visitor("zhou", customer="C1001")
    assert write_on_page(zhou, " /EXPORT ") == [
        "您要申请导出我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理。"
    ]
    assert zhou.buttons() == ["self:export", "self:leave"]


def test_on_the_chat_page_a_stranger_is_told_how_to_prove_who_they_are(scene: Scene, anna: Visitor) -> None:
    assert write_on_page(anna, "/forget") == [
        (
            "这一页上的对话就是本次会话保存的全部内容，您可以直接查看和保存。"
            "如需导出或删除其他个人信息，请先登录我们的官网，再从那里打开本页，核实身份后重新发送。"
        )
    ]
    assert scene.tickets == []
