"""Who comes again with the same topic is noticed: by the responsible agent, then by the lead."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from bot.agents.actions import Claim, Resolve
from bot.notifications import notice_inbox
from escalation.policy.model import Recurrence
from escalation.staff import Staff, disable_staff
from escalation.tickets import history
from tests.bot.scene import Scene, Visitor
from tests.patience import patience

FAULT = "打印机坏了"


def come(scene: Scene, visitor: Visitor, text: str = FAULT) -> int:
    """Somebody's matter is handed over."""
    visitor.say(text)
    visitor.say("转人工")
    return scene.ticket.id


def solve(scene: Scene, who: Staff) -> None:
    for action in (Claim(), Resolve(why="当场解决")):
        scene.act(who, action)


def told(scene: Scene) -> list[tuple[str, str]]:
    return [(audience, name) for _, audience, name in scene.notices("recurring")]


def test_the_second_time_reminds_whoever_looked_after_the_first(scene: Scene) -> None:
    agent = scene.staff("li")
    anna = scene.visitor(customer="C1003")
    first = come(scene, anna)
    solve(scene, agent)
    assert told(scene) == []
    second = come(scene, anna)
    assert second != first
    assert told(scene) == [("staff", str(agent.id))]
    line = next(one for one in scene.read(notice_inbox.notices_for, scene.vault, agent, []) if one.kind == "recurring")
    assert "同一客户又提出「故障」类事项，近期已是第 2 次，请查明原因。" in line.text
    logged = [event.data for event in scene.read(history.history_of, second) if event.kind == "recurred"]
    assert logged == [{"what": "同一客户又提出「故障」类事项", "times": 2}]


def test_the_third_time_the_lead_hears_of_it_too(scene: Scene) -> None:
    agent = scene.staff("li")
    anna = scene.visitor(customer="C1003")
    for _ in range(2):
        come(scene, anna)
        solve(scene, agent)
    come(scene, anna)
    assert told(scene)[1:] == [("staff", str(agent.id)), ("role", "lead")]


def test_a_colleague_of_the_same_organisation_is_the_same_customer(scene: Scene) -> None:
    agent = scene.staff("li")
    come(scene, scene.visitor("anna", customer="C1001"))
    solve(scene, agent)
    come(scene, scene.visitor("ben", customer="C1002"))
    same = scene.read(lambda db: db.exec_driver_sql("SELECT count(DISTINCT organisation_id) FROM contacts").scalar())
    assert same == 1, "the sample has two contacts of one organisation"
    assert told(scene) == [("staff", str(agent.id))]


def test_strangers_are_known_by_their_conversation(scene: Scene) -> None:
    agent = scene.staff("li")
    anna, ben = scene.visitor("anna"), scene.visitor("ben")
    come(scene, anna)
    solve(scene, agent)
    come(scene, ben)
    assert told(scene) == []
    come(scene, anna)
    assert told(scene) == [("staff", str(agent.id))]


def test_another_topic_or_one_of_long_ago_is_not_the_same(scene: Scene) -> None:
    agent = scene.staff("li")
    anna = scene.visitor()
    come(scene, anna)
    solve(scene, agent)
    come(scene, anna, "怎么开发票")
    solve(scene, agent)
    scene.clock.advance(days=8)
    come(scene, anna)
    assert told(scene) == []


def test_a_former_colleague_is_not_told_and_without_anybody_the_queue_is(scene: Scene) -> None:
    agent = scene.staff("li")
    anna = scene.visitor()
    come(scene, anna)
    solve(scene, agent)
    scene.write(disable_staff, "li", scene.now)
    come(scene, anna)
    assert told(scene) == [("queue", scene.ticket.queue)]


def test_a_matter_without_a_topic_is_never_the_same(scene: Scene) -> None:
    anna = scene.visitor()
    agent = scene.staff("li")
    for _ in range(3):
        anna.send_file()
        assert scene.ticket.topic is None
        solve(scene, agent)
    assert told(scene) == []


def test_many_customers_with_one_topic_are_told_in_steps(scene: Scene) -> None:
    rule = Recurrence(timedelta(days=1), remind_at=3, lead_at=5)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, same_topic=rule))
    heard = []
    for number in range(11):
        ticket = come(scene, scene.visitor(f"visitor {number}"))
        kinds = [
            event.data.get("times") for event in scene.read(history.history_of, ticket) if event.kind == "recurred"
        ]
        heard += kinds
    assert heard == [3, 5, 8, 11]
    assert told(scene).count(("role", "lead")) == 3


def test_a_number_that_goes_up_and_down_is_told_once_a_window(scene: Scene) -> None:
    rule = Recurrence(timedelta(days=1), remind_at=3, lead_at=9)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, same_topic=rule))
    for number in range(9):  # one every eight hours: always three within a day
        come(scene, scene.visitor(f"visitor {number}"))
        scene.clock.advance(hours=8)
    assert len(told(scene)) == 3  # on each of three days


def test_a_policy_without_the_rule_reminds_nobody(scene: Scene) -> None:
    scene.rules = replace(scene.rules, policy=replace(scene.policy, same_customer=None, same_topic=None))
    anna = scene.visitor()
    for _ in range(4):
        come(scene, anna)
        solve(scene, scene.staff(f"li {scene.ticket.id}"))
    assert told(scene) == []


def test_hand_overs_at_the_same_instant_remind_once(scene_anywhere: Scene) -> None:
    scene, number = scene_anywhere, 4
    rule = Recurrence(timedelta(days=1), remind_at=2, lead_at=50)
    scene.rules = replace(scene.rules, policy=replace(scene.policy, same_topic=rule))
    come(scene, scene.visitor("first"))
    visitors = [scene.visitor(f"visitor {each}") for each in range(number)]
    for visitor in visitors:
        visitor.send("text", text=FAULT)
    threads = [threading.Thread(target=visitor.send, args=("text",), kwargs={"text": "转人工"}) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience(60))
    assert len(scene.tickets) == number + 1
    assert len(told(scene)) == 1
