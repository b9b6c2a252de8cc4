"""The answer that stands ready for an agent fits what the customer wrote last."""

from __future__ import annotations

from dataclasses import replace

from bot.agents.suggested_answer import ready_answer
from escalation.tickets.lifecycle import Ticket
from tests.bot.scene import INVOICE, JAM, UNKNOWN, WIFI, Scene, Visitor


def ticket_of(scene: Scene, anna: Visitor) -> Ticket:
    anna.say(UNKNOWN)
    anna.say("转人工")
    return scene.ticket


def ready(scene: Scene, ticket: Ticket, text: str) -> str | None:
    found = ready_answer(scene.rules, ticket, text, ticket.tier, scene.now)
    return found.article.id if found else None


def test_the_likely_answer_to_the_latest_words_stands_ready(scene: Scene, anna: Visitor) -> None:
    ticket = ticket_of(scene, anna)
    assert ready(scene, ticket, INVOICE.question) == INVOICE.id
    assert ready(scene, ticket, "纸卡在里面出不来") == JAM.id


def test_what_the_customer_rejected_is_not_offered_again(scene: Scene, anna: Visitor) -> None:
    ticket = replace(ticket_of(scene, anna), rejected=[JAM.id])
    assert ready(scene, ticket, JAM.question) is None
    assert ready(scene, ticket, "纸卡在里面出不来") is None  # what is left is improbable
    assert ready(scene, replace(ticket, rejected=[WIFI.id]), "那个打印机") == JAM.id


def test_in_a_danger_no_answer_stands_ready(scene: Scene, anna: Visitor) -> None:
    ticket = replace(ticket_of(scene, anna), urgency="critical")
    assert ready(scene, ticket, JAM.question) is None


def test_nothing_likely_no_words_and_mere_wishes_bring_nothing(scene: Scene, anna: Visitor) -> None:
    ticket = ticket_of(scene, anna)
    assert [ready(scene, ticket, text) for text in (UNKNOWN, "", "快点", "谢谢")] == [None] * 4


def test_a_finished_matter_needs_no_answer(scene: Scene, anna: Visitor) -> None:
    ticket = replace(ticket_of(scene, anna), state="resolved")
    assert ready(scene, ticket, JAM.question) is None
