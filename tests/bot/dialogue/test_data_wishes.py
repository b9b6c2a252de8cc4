"""Wishes about one's own data, in words: asked back, registered, withdrawn, told of; never met with silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.agents.actions import Resolve
from bot.wording import surveys
from escalation.customers import data_requests
from escalation.policy.privacy_notice import NOTICE_PARTS, ConsentPurpose, PrivacyNotice
from escalation.tickets import history
from tests.bot.noticed import with_notice
from tests.bot.scene import Scene, Visitor

EXPORT = "您要申请导出我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理。"
FORGET = (
    "您要申请删除我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理；"
    "依法必须保存的记录，期满后才能删除。"
)
PROVE = (
    "这一页上的对话就是本次会话保存的全部内容，您可以直接查看和保存。"
    "如需导出或删除其他个人信息，请先登录我们的官网，再从那里打开本页，核实身份后重新发送。"
)
REGISTERED = (
    "您的删除申请已登记，专人最晚今天 10:15 前与您联系（首次联系）。"
    "身份核实后，我们会为您办理，并告诉您哪些已经删除、哪些依法还要保存多久。"
    "最晚 2026年12月14日 前办结并答复您。"
)
NOTICE = PrivacyNotice("1", dict.fromkeys(NOTICE_PARTS, "说明"), {"surveys": ConsentPurpose("接收满意度调查")})


@pytest.fixture
def zhou(scene: Scene) -> Visitor:
    """A proven customer whose ticket waits."""
    zhou = scene.visitor("zhou", customer="C1001")
    zhou.say("打印机有点问题")
    zhou.read()
    return zhou


def states(scene: Scene) -> list[tuple[str, str]]:
    return [(each.kind, each.state) for each in scene.read(data_requests.requests_of, "C1001")]


def events(scene: Scene) -> list[str]:
    return [row.kind for row in scene.read(history.history_of, scene.ticket.id)]


@pytest.mark.parametrize(
    ("text", "question", "choice"),
    [
        ("我想要一份你们手上关于我的全部数据", EXPORT, "self:export"),
        ("我要导出我的个人信息", EXPORT, "self:export"),
        ("删除我的信息", FORGET, "self:forget"),
        ("能不能帮我把个人资料删一下", FORGET, "self:forget"),
    ],
)
def test_a_wish_in_words_is_asked_back_with_its_buttons(scene: Scene, text: str, question: str, choice: str) -> None:
    anna = scene.visitor("anna", channel="telegram")
    assert anna.say(text) == [question]
    assert anna.buttons() == [choice, "self:leave"]
    assert scene.tickets == []


def test_a_stranger_on_the_page_is_told_how_to_prove_who_they_are_or_asks_for_a_person(anna: Visitor) -> None:
    assert anna.say("删除我的信息") == [PROVE]
    assert anna.buttons() == ["person"]


def test_beside_an_open_ticket_a_wish_is_registered_with_its_date(scene: Scene, zhou: Visitor) -> None:
    assert zhou.say("删除我的数据") == [REGISTERED]
    assert states(scene) == [("erase", "open")]
    assert zhou.say("把我的资料都删了吧") == [
        "您的申请已经登记，不用重复提交。专人最晚今天 10:15 前与您联系（首次联系）。"
    ]
    assert len(scene.tickets) == 1


@pytest.mark.parametrize("text", ["等等，我不删了，先别删", "我反悔了，撤回刚才的删除申请", "先别删我的数据"])
def test_a_changed_mind_is_confirmed_and_stands_in_the_record_and_in_the_title(
    scene: Scene, zhou: Visitor, text: str
) -> None:
    zhou.say("删除我的数据")
    assert zhou.say(text) == ["好的，您的删除申请已撤回，您的信息不会因此删除。"]
    assert states(scene) == [("erase", "withdrawn")]
    assert scene.ticket.subject.startswith("【已撤回删除申请】")
    assert events(scene)[-1] == "forget_withdrawn"
    zhou.say("打印机卡纸怎么办，还是昨天那台")
    assert scene.ticket.subject.startswith("【已撤回删除申请】")
    assert zhou.say("还是删除我的数据吧")[0].startswith("您的删除申请已登记")
    assert states(scene) == [("erase", "withdrawn"), ("erase", "open")]
    assert "已撤回" not in scene.ticket.subject


def test_an_erasure_that_has_begun_is_not_said_to_be_withdrawn(scene: Scene, zhou: Visitor) -> None:
    zhou.say("删除我的数据")
    (request,) = scene.read(data_requests.requests_of, "C1001")
    scene.write(data_requests.save_request, request.id, state="running")
    assert zhou.say("先别删") == ["您的信息已经开始删除，现在无法撤回，非常抱歉。"]
    assert states(scene) == [("erase", "running")]


def test_a_strangers_changed_mind_is_told_to_whoever_takes_the_ticket(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    assert anna.say("删除我的数据")[0].startswith("您的删除申请已登记，")
    assert anna.say("先别删") == ["好的，已记下您不再要求删除，并转告专人不要删除。"]
    assert scene.ticket.subject.startswith("【已撤回删除申请】")


def test_who_takes_back_what_was_never_asked_for_is_told_so(scene: Scene, zhou: Visitor) -> None:
    assert zhou.say("撤回我的删除申请") == ["目前没有查到您的这项申请，我们不会因此删除您的信息。您的意思已转告专人。"]
    assert states(scene) == []


def test_an_agent_has_the_floor_but_a_wish_is_answered(scene: Scene, zhou: Visitor) -> None:
    scene.claimed_by(scene.staff())
    zhou.read()
    assert zhou.say("删除我的数据")[0].startswith("您的删除申请已登记，")
    assert zhou.say("先别删") == ["好的，您的删除申请已撤回，您的信息不会因此删除。"]
    assert zhou.say("纸张放好了") == []


@pytest.mark.parametrize("text", ["那删除申请现在是什么状态", "什么时候能删", "删好了没？"])
def test_how_far_an_open_request_is_is_told_with_its_day(zhou: Visitor, text: str) -> None:
    zhou.say("删除我的数据")
    assert zhou.say(text) == ["您的删除申请已于 2026年11月23日 登记，等待办理，最晚 2026年12月14日 前办结并答复您。"]


def test_when_the_copy_comes_is_told_also_once_the_ticket_is_solved(scene: Scene, zhou: Visitor) -> None:
    zhou.say("我要一份我的数据")
    told = "您的导出申请已于 2026年11月23日 登记，等待办理，最晚 2026年12月14日 前办结并答复您。"
    assert zhou.say("什么时候能给我") == [told]
    scene.act(scene.claimed_by(scene.staff()), Resolve(why="当场解决"))
    zhou.read()
    assert zhou.say("导出申请到哪一步了") == [told]


def test_without_a_request_when_it_comes_is_a_chase_as_ever(zhou: Visitor) -> None:
    assert not any("申请" in line for line in zhou.say("什么时候能给我"))


def test_consent_is_withdrawn_by_words_and_one_tap(scene: Scene, zhou: Visitor) -> None:
    scene.rules = replace(scene.rules, policy=with_notice(scene.policy, NOTICE))
    told = (
        "以下事项以您的同意为依据：\n• 接收满意度调查：还没有表示过\n"
        "不同意或撤回都不影响我们为您服务；撤回以前已经做的处理仍然有效。"
    )
    assert zhou.say("撤回同意") == [told]
    assert zhou.say("我撤回接收满意度调查的同意") == [surveys.STOPPED]
    assert scene.visitor("stranger").say("撤回同意接收满意度调查") == [told]


def test_how_data_is_treated_is_answered_with_the_notice(scene: Scene, anna: Visitor) -> None:
    scene.rules = replace(scene.rules, policy=with_notice(scene.policy, NOTICE))
    assert anna.say("你们怎么处理我的隐私")[0].startswith("个人信息处理说明（版本 1）\n\n【谁在处理您的信息】\n说明")
