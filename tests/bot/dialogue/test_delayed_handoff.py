"""Hand-offs, alarms and files beyond the budgets of who asks: what is said, when the turn comes, who is not concerned."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.auth.budgets.purses import SHARED_TIMES
from bot.messages import File
from escalation.policy.budgets import Budget, Budgets
from tests.bot.scene import FEE, Scene, Visitor

FIRE = "打印机冒烟了"
CRITICAL = "已按紧急情况通知值班人员，最晚今天 10:15 前与您联系（首次联系）。请留意来电和这里的消息。"
SAFETY = "如有冒烟、起火或漏电，请先保证人身安全：能安全断电的立即断电，远离设备，不要触碰机身或自行拆机；如有明火，请撤离现场并拨打 119，有人受伤请拨打 120。"
DELAYED = "目前转人工的请求较多，需要稍等。您的问题已记下，最晚今天 10:{minute} 为您安排专人，期间您可以继续问我。着急的话，可以拨打服务热线 400-000-0000。"
REFUSED = "目前转人工的请求太多，暂时不能为您转接。请在今天 11:{minute} 后再说一次「转人工」，期间您可以继续问我。着急的话，可以拨打服务热线 400-000-0000。"
DANGER_DELAYED = "您的情况已记下，最晚今天 10:02 转给值班人员。危急时请不要等待，马上拨打 119 或 120。也请马上拨打我们的服务热线 400-000-0000。"
HANDED_OFF = "已为您安排专人，最晚今天 {by} 前与您联系（首次联系）。您之前说的内容已一并转交，不用再重复。"


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    """On both databases; at one address two hand-offs and then one a minute, an alarm and then one in two minutes."""
    budgets = Budgets(
        {
            "session": {"handoffs": Budget(2, 30), "alarms": Budget(1, 30), "megabytes": Budget(10, 10)},
            "address": {"handoffs": Budget(2, 60), "alarms": Budget(1, 30), "megabytes": Budget(10, 60)},
            "customer": {"handoffs": Budget(3, 60), "alarms": Budget(3, 60), "megabytes": Budget(100, 60)},
            "everybody": {"handoffs": Budget(5, 60), "alarms": Budget(4, 60), "megabytes": Budget(30, 60)},
        }
    )
    with_budgets(scene_anywhere, budgets)
    return scene_anywhere


def with_budgets(scene: Scene, budgets: Budgets, phone: str = "400-000-0000") -> None:
    scene.policy = replace(scene.policy, budgets=budgets, phone=phone)
    scene.rules = replace(scene.rules, policy=scene.policy)


def guest(scene: Scene, name: str, origin: str = "n:home") -> Visitor:
    visitor = scene.visitor(name)
    visitor.origin = origin
    return visitor


def wishes(scene: Scene, *names: str, origin: str = "n:home") -> list[Visitor]:
    """So many strangers at one address ask for a person."""
    found = [guest(scene, name, origin) for name in names]
    for each in found:
        each.say("转人工")
    return found


def test_beyond_the_budget_of_an_address_the_customer_hears_when_and_the_hand_off_comes_by_itself(scene: Scene) -> None:
    wishes(scene, "a", "b")
    late = guest(scene, "late")
    assert late.say("转人工") == [DELAYED.format(minute="01")]
    assert len(scene.tickets) == 2
    assert late.say("安装人工费多少钱") == [FEE.answer], "the bot goes on answering"
    scene.pass_time(seconds=59)
    assert len(scene.tickets) == 2
    scene.pass_time(seconds=2)
    assert late.read()[0] == HANDED_OFF.format(by="12:01")
    assert (scene.ticket.reason, len(scene.tickets)) == ("asked_for_person", 3)


def test_each_has_a_turn_of_their_own_and_hears_the_same_time_again(scene: Scene) -> None:
    wishes(scene, "a", "b")
    waiting = [guest(scene, name) for name in ("c", "d", "e")]
    told = [each.say("转人工")[0] for each in waiting]
    assert told == [DELAYED.format(minute=minute) for minute in ("01", "02", "03")]
    assert waiting[2].say("找人工") == [DELAYED.format(minute="03")]
    scene.pass_time(minutes=3, seconds=1)
    assert len(scene.tickets) == 5


def test_beyond_the_hour_no_turn_is_kept_and_the_customer_may_ask_again_later(scene: Scene) -> None:
    everybody = {"handoffs": Budget(500, 500)}
    with_budgets(scene, Budgets({**scene.policy.budgets.of, "everybody": everybody}))
    wishes(scene, *(f"v{number}" for number in range(62)))
    last = guest(scene, "last")
    assert last.say("转人工") == [REFUSED.format(minute="01")]
    found = last.conversation
    assert found is not None
    assert (found.turn_at, found.turn_for) == (None, None)
    scene.clock.advance(hours=3)
    assert last.say("转人工")[0].startswith("已为您安排专人")


def test_a_danger_over_the_budget_hears_the_safety_text_and_whom_to_call(scene: Scene) -> None:
    first = guest(scene, "first")
    assert first.say(FIRE) == [SAFETY, CRITICAL]
    second = guest(scene, "second")
    assert second.say(FIRE) == [SAFETY, DANGER_DELAYED]
    assert len(scene.tickets) == 1
    scene.pass_time(minutes=2, seconds=1)
    assert [(each.urgency, each.reason) for each in scene.tickets] == [("critical", "critical")] * 2
    assert second.read()[0] == SAFETY


def test_staff_hear_at_once_of_a_danger_that_must_wait(scene: Scene) -> None:
    scene.rules = replace(scene.rules, staff_chat="-100")
    guest(scene, "first").say(FIRE)
    before = len(scene.posted("staff"))
    guest(scene, "second").say(FIRE)
    assert ("storm", "role", "lead") in scene.notices("storm")
    assert len(scene.posted("staff")) == before + 1


def test_a_danger_is_not_kept_waiting_by_a_hand_off_that_is(scene: Scene) -> None:
    wishes(scene, "a", "b")
    late = guest(scene, "late")
    late.say("转人工")
    assert late.say(FIRE) == [SAFETY, CRITICAL]


def test_a_danger_goes_on_waiting_though_its_customer_thanks_for_an_answer(scene: Scene) -> None:
    guest(scene, "first").say(FIRE)
    second = guest(scene, "second")
    second.say(FIRE)
    second.say("安装人工费多少钱")
    second.say("解决了")
    scene.pass_time(minutes=2, seconds=1)
    assert len(scene.tickets) == 2


def test_without_a_number_in_the_policy_none_is_told(scene: Scene) -> None:
    with_budgets(scene, scene.policy.budgets, phone="")
    wishes(scene, "a", "b")
    told = DELAYED.format(minute="01").removesuffix("着急的话，可以拨打服务热线 400-000-0000。")
    assert guest(scene, "late").say("转人工") == [told]


def test_whoever_writes_in_traditional_script_hears_all_of_it_so(scene: Scene) -> None:
    wishes(scene, "a", "b")
    (told,) = guest(scene, "late").say("轉人工")
    assert told == (
        "目前轉人工的請求較多，需要稍等。您的問題已記下，最晚今天 10:01 為您安排專人，"
        "期間您可以繼續問我。著急的話，可以撥打服務熱線 400-000-0000。"
    )


def test_one_session_has_a_budget_of_its_own(scene: Scene) -> None:
    everybody = {whose: {"handoffs": Budget(500, 500)} for whose in ("address", "everybody")}
    with_budgets(scene, Budgets({**scene.policy.budgets.of, **everybody}))
    one = guest(scene, "one")
    for _ in range(2):
        one.say("转人工")
        scene.withdraw()
    assert one.say("转人工") == [DELAYED.format(minute="02")]
    assert guest(scene, "two").say("转人工")[0] == HANDED_OFF.format(by="12:00")


def test_all_strangers_together_have_one(scene: Scene) -> None:
    for number in range(5):
        wishes(scene, f"v{number}", origin=f"n:{number}")
    assert guest(scene, "late", "n:other").say("转人工") == [DELAYED.format(minute="01")]


def test_a_proven_customer_is_hindered_by_no_stranger_and_has_more(scene: Scene) -> None:
    for number in range(5):
        wishes(scene, f"v{number}", origin=f"n:{number}")
    wishes(scene, "v6", "v7")
    known = scene.visitor("known", customer="C1001")
    known.origin = "n:home"
    assert len(scene.tickets) == 5
    for number in range(3):
        known.say("转人工")
        assert len(scene.tickets) == 6 + number
        scene.withdraw()
    assert known.say("转人工") == [DELAYED.format(minute="01")]


def test_who_proves_to_be_a_customer_while_waiting_need_not_wait(scene: Scene) -> None:
    wishes(scene, "a", "b")
    late = guest(scene, "late")
    late.say("转人工")
    scene.know("C1001")
    late.identify("C1001")
    scene.pass_time(seconds=1)
    assert (scene.ticket.contact_id, scene.ticket.tier, len(scene.tickets)) == ("C1001", "特级", 3)


def test_a_shared_address_is_wider(scene: Scene) -> None:
    everybody = {"handoffs": Budget(500, 500)}
    with_budgets(scene, Budgets({**scene.policy.budgets.of, "everybody": everybody}))
    wishes(scene, *(f"v{number}" for number in range(2 * SHARED_TIMES)), origin="s:office")
    assert len(scene.tickets) == 2 * SHARED_TIMES
    wishes(scene, "late", origin="s:office")
    assert len(scene.tickets) == 2 * SHARED_TIMES


def test_an_account_of_a_messenger_has_the_budget_of_an_address(scene: Scene) -> None:
    one = scene.visitor("77", "telegram")
    for _ in range(2):
        one.say("转人工")
        scene.withdraw()
    assert one.say("转人工") == [DELAYED.format(minute="01")]
    scene.visitor("78", "telegram").say("转人工")
    assert len(scene.tickets) == 3


def test_what_came_through_no_network_has_no_limit(scene: Scene) -> None:
    wishes(scene, *(f"v{number}" for number in range(7)), origin="")
    assert len(scene.tickets) == 7


def picture(megabytes: int) -> File:
    return File("机器.jpg", "image/jpeg", megabytes * 1024 * 1024, b"\xff\xd8")


def test_a_file_beyond_the_budget_is_stored_neither_now_nor_as_seen(scene: Scene) -> None:
    one = guest(scene, "one")
    assert one.send("file", file=picture(8), key="first").refused_until is None
    lines = len(one.lines())
    refused = one.send("file", file=picture(5), key="second")
    assert refused.refused_until is not None
    assert (refused.message_id, refused.duplicate, len(one.lines())) == (None, False, lines)
    assert one.send("file", file=picture(8), key="first").duplicate, "the same again costs nothing"
    scene.clock.now = refused.refused_until
    assert one.send("file", file=picture(5), key="second").message_id is not None


def test_files_of_one_address_share_its_budget_and_customers_have_their_own(scene: Scene) -> None:
    assert guest(scene, "a").send("file", file=picture(8)).refused_until is None
    assert guest(scene, "b").send("file", file=picture(8)).refused_until is not None
    known = scene.visitor("known", customer="C1001")
    known.origin = "n:home"
    for _ in range(9):
        assert known.send("file", file=picture(8)).refused_until is None
