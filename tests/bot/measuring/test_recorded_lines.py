"""What histories tell so that figures can be counted from them."""

from __future__ import annotations

from typing import Any

from bot.agents.actions import Reply
from bot.tickets.merging import merge_tickets
from escalation.customers.model import TierDecision
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.opening import NewTicket, open_ticket
from tests.bot.measuring.measured import all_facts, measure
from tests.bot.scene import WIFI, Scene


def told(scene: Scene, kind: str, ticket_id: int | None = None) -> list[dict[str, Any]]:
    """What the lines of a kind say, of the newest ticket."""
    return [row.data for row in scene.read(history_of, ticket_id or scene.ticket.id) if row.kind == kind]


def test_a_ticket_opened_as_a_complaint_says_so(scene: Scene) -> None:
    scene.visitor().say("我要投诉你们打印机老卡纸")
    assert [line["complaint"] for line in told(scene, "opened")] == [True]
    scene.visitor("ben").say("转人工")
    assert "complaint" not in told(scene, "opened")[0]


def second_of(scene: Scene, old: Ticket) -> int:
    """Another ticket of the same conversation."""
    known = {name: getattr(old, name) for name in ("conversation_id", "contact_id", "topic", "urgency", "complaint")}
    known |= {"subject": "又打来电话", "reason": "asked_for_person", "suggested": None, "candidates": []}
    known |= {"rejected": [], "raised_at": scene.now, "tier": TierDecision(old.tier, old.tier_reason)}
    return int(scene.write(open_ticket, scene.policy, NewTicket(**known), scene.now).ticket.id)


def test_a_merge_tells_from_when_the_survivor_counts_and_of_its_contact(scene: Scene) -> None:
    scene.visitor().say("转人工")
    older, who = scene.ticket, scene.claimed_by(scene.staff())
    scene.clock.advance(minutes=20)
    second, third = second_of(scene, older), second_of(scene, older)
    scene.write(merge_tickets, scene.rules, who, second, third, scene.now)
    [line] = told(scene, "merged", third)
    assert "contacted" not in line
    scene.act(who, Reply("您好，我来处理。", "k1"), older.id)
    scene.write(merge_tickets, scene.rules, who, older.id, third, scene.now)
    [_, line] = told(scene, "merged", third)
    assert (line["raised_at"], line["received_at"]) == (older.raised_at.isoformat(), older.received_at.isoformat())
    assert line["contacted"] is True


def test_a_reply_that_is_a_published_answer_names_its_article(scene: Scene) -> None:
    scene.visitor().say("转人工")
    who = scene.claimed_by(scene.staff())
    scene.act(who, Reply(f"您好，{WIFI.answer}", "k1"))
    scene.act(who, Reply("我先看一下，稍后回复您。", "k2"))
    assert [line.get("article") for line in told(scene, "replied")] == ["wifi-failed", None]
    scene.pass_time(minutes=2)
    measure(scene)
    used = [
        (fact.measure, fact.part) for fact in all_facts(scene) if fact.measure in ("published_used", "wrongly_silent")
    ]
    assert used == [("published_used", "wifi-failed"), ("wrongly_silent", "wifi-failed")]


def test_an_answer_that_the_bot_gave_before_was_no_silence(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("打印机连不上wifi怎么办")
    anna.say("转人工")
    who = scene.claimed_by(scene.staff())
    scene.act(who, Reply(WIFI.answer, "k1"))
    scene.pass_time(minutes=2)
    measure(scene)
    assert [fact.measure for fact in all_facts(scene) if fact.measure == "wrongly_silent"] == []
