"""Risks are counted from own rows: figures, roster, gaps and open tickets; leads see those of their queues."""

from __future__ import annotations

from datetime import timedelta

from bot.agents.actions import Claim
from bot.agents.risks import read_risks, risks_for
from bot.measuring import history_stream
from escalation.improvement.risk_rules import Risk
from escalation.staff import set_work
from escalation.staffing.roster_changes import add_shift
from escalation.staffing.roster_file import ShiftEntry
from knowledge_base.gaps import gap_store
from tests.bot.scene import Scene


def kinds(risks: list[Risk]) -> list[str]:
    return [each.kind for each in risks if each.kind != "calendar"]


def all_risks(scene: Scene) -> list[Risk]:
    found: list[Risk] = scene.read(read_risks, scene.rules, scene.now)
    return found


def test_a_quiet_house_has_no_risk(scene: Scene) -> None:
    assert kinds(all_risks(scene)) == []


def test_somebody_with_more_tickets_than_they_should_have_is_a_risk_for_leads_of_their_queue(scene: Scene) -> None:
    li = scene.staff("li", "agent", ("通用客服",))
    scene.write(set_work, "li", capacity=1)
    for address in ("anna", "bert"):
        scene.visitor(address).say("转人工")
        scene.act(li, Claim(), scene.ticket.id)
    (risk,) = [each for each in all_risks(scene) if each.kind == "overload"]
    assert (risk.values["name"], risk.values["held"], risk.values["capacity"]) == ("客服li", 2, 1)
    for login, role, queues, count in (
        ("chen", "lead", ("通用客服",), 1),
        ("fang", "lead", ("技术支持",), 0),
        ("wang", "manager", (), 1),
        ("zhao", "agent", ("通用客服",), 0),
    ):
        who = scene.staff(login, role, queues)  # type: ignore[arg-type]  # roles of the loop
        assert len([each for each in scene.read(risks_for, scene.rules, who, scene.now) if each == risk]) == count


def test_a_queue_with_one_person_on_the_roster_is_a_risk(scene: Scene) -> None:
    scene.staff("li", "agent", ("通用客服",))
    scene.staff("he", "agent", ("通用客服",))
    day = (scene.now + timedelta(days=2)).date()

    def rostered(login: str) -> None:
        shift = ShiftEntry(day, login, 9 * 60, 18 * 60)
        scene.write(add_shift, scene.policy.zone, shift, "lin", scene.now)

    rostered("li")
    (risk,) = [each for each in all_risks(scene) if each.kind == "alone"]
    assert (risk.values["queue"], risk.values["name"]) == ("通用客服", "客服li")
    rostered("he")
    assert kinds(all_risks(scene)) == []


def test_more_complaints_and_more_questions_without_an_answer_are_risks(scene: Scene) -> None:
    for number in range(10):
        scene.write(gap_store.add_gap, "unanswered", f"问题{number}", scene.now - timedelta(minutes=1))
    assert kinds(all_risks(scene)) == ["gaps"]
    for number in range(5):
        scene.visitor(f"v{number}").say("我要投诉")
    scene.clock.advance(days=1)
    while scene.read(history_stream.is_due, scene.rules, scene.now):
        scene.write(history_stream.follow_some, scene.rules, scene.now)
    found = [each for each in all_risks(scene) if each.kind == "complaints"]
    assert {each.values["queue"] for each in found} == {None, scene.ticket.queue}
    assert {each.values["now"] for each in found} == {5}
