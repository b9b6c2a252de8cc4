"""What the regulation owes its customer is sent, seen and answered: plan, revision, progress, invitation, result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.agents.actions import Note, Record, Resolve
from bot.dialogue.answer_words import answer_in
from bot.wording import refusals, sent_steps
from escalation.tickets import history
from escalation.tickets import sent_steps as store
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene
from tests.bot.sending import BANK, COLLEAGUE, at_work, kinds, labels, planned, running, send, tap, tap_choice


@pytest.mark.parametrize("channel", ["web", "telegram"])
def test_a_plan_is_sent_with_its_buttons_and_the_customers_tap_is_a_fact(scene_anywhere: Scene, channel: str) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene, channel=channel)
    planned(scene, li)
    assert anna.read() == []  # a plan stays internal until it is sent
    scene.act(li, Note("先别告诉客户"))
    send(scene, li, "plan", "方案：今天上门检修。")
    assert anna.read() == ["方案：今天上门检修。"]
    assert labels(anna) == ["同意", "有异议"]
    if channel == "telegram":
        row = scene.posted("telegram")[-1]
        assert (row.text, [each["label"] for each in row.buttons]) == ("方案：今天上门检修。", ["同意", "有异议"])
    assert scene.ticket.waits_since is not None
    assert tap(anna, "同意") == ["收到，您已同意这份方案。我们按方案处理，有进展会及时告诉您。"]
    [row] = [row for row in scene.read(history.history_of, scene.ticket.id) if row.kind == "confirmed"]
    assert (row.staff_id, row.data["contact_id"], row.data["channel"], row.data["version"]) == (None, BANK, channel, 1)
    assert scene.ticket.waits_since is None
    assert "progress" in running(scene)
    assert ("customer_answer", "staff", str(li.id)) in scene.notices()


def test_what_the_chain_tells_the_customer_and_what_they_answer(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    assert tap(anna, "有异议") == ["收到您的异议。请直接写下您不同意的地方或希望怎么调整，我们修改方案后再请您确认。"]
    assert anna.say("时间太晚了，希望上午来") == ["您的意见已记下，我们据此处理后再与您确认。"]
    [sent] = scene.read(store.sent_on, scene.ticket.id)
    assert (sent.answer, sent.reason_line) == ("objected", anna.lines()[-2].id)
    planned(scene, li, "上午上门检修")
    send(scene, li, "plan")
    anna.read()
    assert anna.say("同意，就按这个方案办") == [sent_steps.REPLIES["agreed"]]
    send(scene, li, "progress", "已换好主板。")
    assert anna.read() == ["已换好主板。"]
    assert scene.clock_of("progress").state == "open"
    send(scene, li, "result", "机器已修好。")
    assert anna.read() == ["机器已修好。"]
    assert "progress" not in running(scene)
    send(scene, li, "invitation")
    assert (anna.read(), labels(anna)) == (["邀请验收如下。"], ["验收通过", "还有问题"])
    assert scene.ticket.waits_since is not None
    assert tap(anna, "还有问题") == ["收到。请直接写下还有什么问题，我们继续处理。"]
    assert anna.say("还是会卡纸") == ["您的意见已记下，我们据此处理后再与您确认。"]
    scene.clock.advance(minutes=1)
    send(scene, li, "invitation")
    anna.read()
    assert anna.say("验收通过") == [sent_steps.REPLIES["accepted"]]
    told = [each for each in kinds(scene) if each in scene.policy.facts or each in ("plan_revised", "not_accepted")]
    assert told == [
        *("assessed", "plan_explained", "objected", "plan_revised", "plan_explained", "confirmed"),
        *("progress_reported", "work_done", "acceptance_invited", "not_accepted"),
        *("work_done", "acceptance_invited", "accepted"),
    ]
    assert "service_report" in running(scene)


def test_an_approval_belongs_to_the_version_it_was_given_to(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    first = anna.buttons()[0]
    planned(scene, li, "改为换机")
    assert tap_choice(anna, first)[-1] == ("您刚才答复的第 1 版方案正在修订，新的方案会尽快发给您，请收到后再答复。")
    send(scene, li, "plan", key="second-plan")
    anna.read()
    assert tap_choice(anna, first) == ["您刚才答复的是第 1 版方案，方案已更新为第 2 版，请查看最新一版后再答复。"]
    assert "confirmed" not in kinds(scene)


def test_an_approval_tapped_twice_is_one_fact(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    tap(anna, "同意")
    assert tap(anna, "同意") == ["您已经同意过这份方案，不用重复确认。"]
    assert kinds(scene).count("confirmed") == 1
    assert tap(anna, "有异议") == [sent_steps.REPLIES["objected"]]  # who changes their mind is heard


def test_a_colleague_who_was_not_asked_cannot_approve(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    choice = anna.buttons()[0]
    colleague = scene.visitor("78", customer=COLLEAGUE)
    assert tap_choice(colleague, choice) == ["这是请您的同事答复的，您的选择没有登记。您有意见的话，可以直接写在这里。"]
    stranger = scene.visitor("79")
    stranger.say("人工")
    assert tap_choice(stranger, choice) == ["refused"]
    assert "confirmed" not in kinds(scene)


def test_after_the_end_an_answer_says_that_it_is_over(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    choice = anna.buttons()[0]
    scene.withdraw()
    anna.read()
    assert tap_choice(anna, choice) == [
        "这项服务已经结束，刚才的答复没有登记。如仍有需要，请直接写下来，我们会继续为您处理。"
    ]


def test_a_problem_after_the_solution_reopens_the_ticket(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene, customer=None)
    send(scene, li, "invitation")
    scene.act(li, Resolve(why="当场解决"))
    scene.pass_time(minutes=2)
    anna.read()
    said = tap(anna, "还有问题")
    assert said[0].startswith("抱歉没能一次解决好。")
    assert scene.ticket.state == "waiting"


def sentence(action: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refusals.refusal(refused.value.code, "客服li")


def test_what_cannot_be_sent_is_refused_with_a_sentence(scene: Scene) -> None:
    _, li = at_work(scene)
    assert sentence(lambda: send(scene, li, "plan")) == "还没有可以发给客户的方案，请先拟定方案。"
    for fact in ("progress_reported", "acceptance_invited"):
        assert sentence(lambda fact=fact: scene.act(li, Record(fact))) == (  # type: ignore[misc]
            "这一步要发给客户：请在「发给客户」里写好发送；已在电话里说明的，请先登记「已电话联系」。"
        )
    scene.act(li, Record("called"))
    scene.act(li, Record("progress_reported"))
    assert kinds(scene)[-1] == "progress_reported"


def test_the_same_form_sent_twice_is_one_message(scene: Scene) -> None:
    anna, li = at_work(scene)
    send(scene, li, "progress", key="the-same-key")
    send(scene, li, "progress", key="the-same-key")
    assert len(anna.read()) == 1
    assert len(scene.read(store.sent_on, scene.ticket.id)) == 1


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("同意", "plan", "agreed"),
        ("好的，同意这个方案。", "plan", "agreed"),
        ("没有异议", "plan", "agreed"),
        ("可以，就按这个方案来吧", "plan", "agreed"),
        ("確認，沒有意見", "plan", "agreed"),
        ("不同意，太慢了", "plan", "objected"),
        ("我对方案有异议", "plan", "objected"),
        ("同意吗？", "plan", None),
        ("同意，但是要上午来", "plan", None),
        ("好的", "plan", None),
        ("收到", "plan", None),
        ("领导同意了再说", "plan", None),
        ("验收通过", "invitation", "accepted"),
        ("已验收，没问题", "invitation", "accepted"),
        ("验收不通过", "invitation", "problem"),
        ("还有点问题", "result", "problem"),
        ("还有问题吗？", "invitation", None),
        ("同意", None, None),
        ("同意吧？", "plan", None),
        ("同意吧", "plan", None),
        ("还可以", "plan", None),
        ("没问题吗", "plan", None),
        ("没有不同意见", "plan", "agreed"),
        ("有不同意见", "plan", "objected"),
        ("不是不同意", "plan", None),
        ("同意还是不同意", "plan", None),
        ("你们同不同意", "plan", None),
        ("能不能接受", "plan", None),
        ("如果有异议再告诉您", "plan", None),
        ("有意见会告诉你们", "plan", None),
        ("不同意会怎样", "plan", None),
        ("要是不同意怎么办", "plan", None),
        ("你们同意了，我这边还没定", "plan", None),
        ("您同意", "plan", None),
        ("同意，等我问一下领导", "plan", None),
        ("按这个方案来，价格再便宜点", "plan", None),
        ("我对你们的服务有意见", "plan", None),
        ("「有异议」点不了", "plan", None),
        ("没说不同意", "plan", None),
        ("同意你们的方案", "plan", "agreed"),
        ("您的方案我同意，请安排", "plan", "agreed"),
        ("没有任何异议", "plan", "agreed"),
        ("同意。下午我在公司，师傅来之前打电话", "plan", "agreed"),
        ("不同意，什么时候能改好？", "plan", "objected"),
        ("不同意，先说清楚费用", "plan", "objected"),
        ("先不验收", "invitation", None),
        ("暂时不验收", "invitation", None),
        ("还没通过验收", "invitation", None),
        ("谢谢，还有问题再找你们", "invitation", None),
        ("谢谢，还有问题，我再找你们", "invitation", None),
        ("如果还有问题我再联系", "invitation", None),
        ("没问题吗", "invitation", None),
        ("还可以", "invitation", None),
        ("通不通过", "invitation", None),
        ("你们验收通过了", "invitation", None),
        ("没有不合格的", "invitation", None),
        ("验收通过，不过还有点问题", "invitation", "problem"),
        ("不能通过", "invitation", "problem"),
        ("还是有问题，就是卡纸", "invitation", "problem"),
    ],
)
def test_only_plain_words_answer(text: str, kind: Any, answer: str | None) -> None:
    assert answer_in(text, kind) == answer
