"""A complaint ends once its conclusion and prevention are written and its customer knows the result."""

from __future__ import annotations

import pytest

from bot.agents.actions import Claim, Record, Reply, Resolve, SendStep
from bot.wording.refusals import REFUSALS
from escalation.staff import Staff
from escalation.tickets import fact_words
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene, Visitor

CAUSE = "流程"
END = Resolve(CAUSE, "当场解决")


@pytest.fixture
def li(scene: Scene, anna: Visitor) -> Staff:
    anna.say("我要投诉你们，态度太差")
    li = scene.staff()
    scene.act(li, Claim())
    scene.act(li, Reply("您好，我来处理。", "12345678"))
    anna.read()
    return li


def refused(scene: Scene, li: Staff, action: Record | Resolve) -> str:
    with pytest.raises(Refused) as why:
        scene.act(li, action)
    return REFUSALS[why.value.code]


def test_a_complaint_ends_once_all_three_are_there(scene: Scene, anna: Visitor, li: Staff) -> None:
    assert refused(scene, li, Resolve(None, "当场解决")) == "这是投诉工单，请先选择投诉原因。"
    assert refused(scene, li, END) == "投诉办结前，请先登记调查结论。"
    assert refused(scene, li, Record("investigated", CAUSE)) == "投诉的这一步要写明内容，请写好后再登记。"
    scene.act(li, Record("investigated", CAUSE, "仓库漏发，没有复核。"))
    assert refused(scene, li, END) == "投诉办结前，请先把处理结果告知客户。"
    scene.act(li, SendStep("result", "已为您补发，并向您致歉。", "result-1-key"))
    assert refused(scene, li, END) == "投诉办结前，请先登记拟采取的预防措施。"
    scene.act(li, Record("prevention_planned", words="出库前双人复核。"))
    scene.act(li, END)
    written = [(row.fact, row.text) for row in scene.read(fact_words.words_of, scene.ticket.id)]
    assert written == [("investigated", "仓库漏发，没有复核。"), ("prevention_planned", "出库前双人复核。")]
    assert scene.ticket.state == "resolved"


def test_what_was_told_by_telephone_is_written(scene: Scene, anna: Visitor, li: Staff) -> None:
    scene.act(li, Record("called"))
    assert refused(scene, li, Record("result_told", CAUSE)) == "投诉的这一步要写明内容，请写好后再登记。"
    scene.act(li, Record("result_told", CAUSE, "已电话告知补发，客户接受。"))
    assert scene.clock_of("complaint_settled").state == "met"


def test_prevention_keeps_its_own_clock_and_is_settled_in_words(scene: Scene, anna: Visitor, li: Staff) -> None:
    for each in (
        Record("investigated", CAUSE, "漏发"),
        SendStep("result", "已补发。", "result-1-key"),
        Record("prevention_planned", words="双人复核"),
        END,
    ):
        scene.act(li, each)
    scene.pass_time(hours=1)
    assert scene.clock_of("complaint_prevented").state == "open"
    assert refused(scene, li, Record("prevented")) == "投诉的这一步要写明内容，请写好后再登记。"
    scene.act(li, Record("prevented", words="已上线复核清单。"))
    assert scene.clock_of("complaint_prevented").state == "met"


def test_a_reopened_complaint_is_investigated_anew(scene: Scene, anna: Visitor, li: Staff) -> None:
    test_a_complaint_ends_once_all_three_are_there(scene, anna, li)
    scene.pass_time(minutes=2)
    anna.say("还是没解决")
    wang = scene.staff("wang", role="manager")
    scene.act(wang, Claim())
    assert refused(scene, wang, END) == "投诉办结前，请先登记调查结论。"


def test_nothing_of_it_is_asked_of_another_matter(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸，修不好，转人工")
    li = scene.claimed_by(scene.staff())
    assert (
        refused(scene, li, Record("prevention_planned", words="双人复核"))
        == "按政策，这张工单没有这一项进展，不用登记。"
    )
    scene.act(li, Resolve(None, "当场解决"))


def test_the_customer_hears_the_real_instant(scene: Scene, anna: Visitor) -> None:
    said = "".join(anna.say("我要投诉你们，态度太差"))
    assert "我们会在" in said
    assert " 前告诉您调查结果。" in said
    assert "24 小时" not in said
