"""What histories tell so that figures can be counted from them."""

from __future__ import annotations

from typing import Any

from bot.agents.actions import Reply
from escalation.tickets.history import history_of
from tests.bot.measuring.test_measuring import all_facts, measure
from tests.bot.scene import WIFI, Scene
from tests.bot.tickets.test_merging import merged, raised, second_of, ticket_of


def told(scene: Scene, kind: str, ticket_id: int | None = None) -> list[dict[str, Any]]:
    """What the lines of a kind say, of the newest ticket."""
    return [row.data for row in scene.read(history_of, ticket_id or scene.ticket.id) if row.kind == kind]


def test_a_ticket_opened_as_a_complaint_says_so(scene: Scene) -> None:
    scene.visitor().say("我要投诉你们打印机老卡纸")
    assert [line["complaint"] for line in told(scene, "opened")] == [True]
    scene.visitor("ben").say("转人工")
    assert "complaint" not in told(scene, "opened")[0]


def test_a_merge_tells_from_when_the_survivor_counts_and_of_its_contact(scene: Scene) -> None:
    first = raised(scene)
    older = ticket_of(scene, first)
    who = scene.claimed_by(scene.staff())
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    third = second_of(scene, first)
    merged(scene, who, second, third)
    [line] = told(scene, "merged", third)
    assert "contacted" not in line
    scene.act(who, Reply("您好，我来处理。", "k1"), first)
    merged(scene, who, first, third)
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
