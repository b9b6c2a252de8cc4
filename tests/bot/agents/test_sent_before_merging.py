"""What a customer was sent on a ticket that became part of another can still be answered, and is read there."""

from __future__ import annotations

from dataclasses import replace

from bot.tickets.merging import merge_tickets
from bot.wording import sent_steps as words
from escalation.customers.model import TierDecision
from escalation.tickets import history, opening, ticket_store
from escalation.tickets import sent_steps as store
from escalation.tickets.asked_steps import sent_in_matter
from escalation.tickets.opening import NewTicket
from tests.bot.scene import Scene
from tests.bot.sending import COLLEAGUE, at_work, kinds, planned, send


def beside(scene: Scene, first: int) -> int:
    """Another ticket of the same customer."""
    old = scene.read(ticket_store.get_ticket, first)
    known = {name: getattr(old, name) for name in ("conversation_id", "contact_id", "topic", "urgency", "complaint")}
    known |= {"subject": "又打来电话", "reason": "asked_for_person", "suggested": None, "candidates": []}
    known |= {"rejected": [], "raised_at": scene.now, "tier": TierDecision(old.tier, old.tier_reason)}
    made = scene.write(opening.open_ticket, scene.policy, NewTicket(**known), scene.now)
    return int(made.ticket.id)


def test_plain_words_answer_a_plan_that_was_sent_before_the_tickets_became_one(scene: Scene) -> None:
    anna, li = at_work(scene)
    first = scene.ticket.id
    planned(scene, li)
    send(scene, li, "plan")
    anna.read()
    second = beside(scene, first)
    scene.write(merge_tickets, scene.rules, li, first, second, scene.now)
    assert anna.say("同意，就按这个方案办") == [words.REPLIES["agreed"]]
    [row] = [row for row in scene.read(history.history_of, second) if row.kind == "confirmed"]
    assert (row.staff_id, row.data["version"]) == (None, 1)
    [step] = scene.read(sent_in_matter, second)
    assert (step.ticket_id, step.answer) == (first, "agreed")


def test_an_objection_is_explained_after_the_merge(scene: Scene) -> None:
    anna, li = at_work(scene)
    first = scene.ticket.id
    planned(scene, li)
    send(scene, li, "plan")
    anna.read()
    anna.say("有异议")
    second = beside(scene, first)
    scene.write(merge_tickets, scene.rules, li, first, second, scene.now)
    assert anna.say("时间太晚了，希望上午来") == ["您的意见已记下，我们据此处理后再与您确认。"]
    [step] = scene.read(sent_in_matter, second)
    assert step.reason_line == anna.lines()[-2].id


def test_words_answer_what_this_customer_was_asked_though_a_colleague_was_asked_later(scene: Scene) -> None:
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    anna.read()
    [asked] = scene.read(store.sent_on, scene.ticket.id)
    later = replace(asked, contact_id=COLLEAGUE)
    where = (later.conversation_id, later.contact_id)
    scene.write(store.insert_sent, later.ticket_id, where, "invitation", None, li.id, scene.now)
    assert anna.say("同意，就按这个方案办") == [words.REPLIES["agreed"]]
    assert kinds(scene).count("confirmed") == 1
