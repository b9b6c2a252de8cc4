"""Two tickets of one matter become one: the earlier start counts, nothing is lost, nobody sees more than before."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.agents.actions import Action, Claim, Correct, NameSubjects, Note, Record, Release, Reply, Resolve
from bot.agents.taking_back import ReopenTicket
from bot.tickets.merging import merge_tickets
from bot.tickets.search import TicketSearch, find_tickets
from bot.transcript import message_store
from bot.wording import refusals
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord, TierDecision
from escalation.staff import Staff
from escalation.tickets import audit, clocks, deadline_store, facts, history, merging, opening, rerouting, ticket_store
from escalation.tickets.access import sees
from escalation.tickets.correcting import Correction
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.opening import NewTicket
from tests.bot.scene import UNKNOWN, Scene


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    return scene_anywhere


def raised(scene: Scene, address: str = "anna", customer: str | None = None) -> int:
    visitor = scene.visitor(address, customer=customer)
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


def second_of(scene: Scene, first: int, **more: object) -> int:
    """Another ticket of the same conversation, as staff or the bot may open one beside it."""
    old = ticket_of(scene, first)
    known = {name: getattr(old, name) for name in ("conversation_id", "contact_id", "topic", "urgency", "complaint")}
    known |= {"subject": "又打来电话", "reason": "asked_for_person", "suggested": None, "candidates": []}
    known |= {"rejected": [], "raised_at": scene.now, "tier": _decision(old), **more}
    made = scene.write(opening.open_ticket, scene.policy, NewTicket(**known), scene.now)
    return int(made.ticket.id)


def _decision(ticket: Ticket) -> object:
    return TierDecision(ticket.tier, ticket.tier_reason)


def ticket_of(scene: Scene, number: int) -> Ticket:
    found: Ticket = scene.read(ticket_store.get_ticket, number)
    return found


def merged(scene: Scene, who: Staff, gone: int, into: int) -> Ticket:
    found: Ticket = scene.write(merge_tickets, scene.rules, who, gone, into, scene.now)
    return found


def open_clocks(scene: Scene, number: int) -> set[str]:
    return {row.milestone for row in scene.read(deadline_store.deadlines_of, number) if row.state == "open"}


def refused(scene: Scene, who: Staff, gone: int, into: int) -> str:
    with pytest.raises(Refused) as refusal:
        merged(scene, who, gone, into)
    return str(refusal.value.code)


def test_the_earlier_start_counts_whichever_goes_on(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    due = scene.clock_of("first_contact", first).due_at
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    survivor = merged(scene, li, first, second)
    gone = ticket_of(scene, first)
    assert (survivor.id, survivor.raised_at) == (second, gone.raised_at)
    assert (gone.state, gone.merged_into, gone.is_open) == ("closed", second, False)
    assert [row.due_at for row in scene.clocks("first_contact", second) if row.state == "open"] == [due]
    assert [row.state for row in scene.clocks("first_contact", first)] == ["cancelled"]


def test_a_first_contact_already_made_counts(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.act(li, Claim(), first)
    scene.act(li, Reply("您好", "12345678"), first)
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    survivor = merged(scene, li, first, second)
    assert survivor.first_contact_at == ticket_of(scene, first).first_contact_at
    assert "open" not in [row.state for row in scene.clocks("first_contact", second)]
    assert (survivor.state, survivor.holder_id) == ("claimed", li.id)


def test_a_recomputation_later_still_counts_from_the_earlier_start(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    due = scene.clock_of("first_contact", first).due_at
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    merged(scene, li, first, second)
    scene.write(lambda db: clocks.rewrite(db, scene.policy, ticket_store.lock_ticket(db, second), scene.now))
    assert [row.due_at for row in scene.clocks("first_contact", second) if row.state == "open"] == [due]


def ends(scene: Scene, number: int) -> dict[str, datetime]:
    """When the open clocks of a ticket end."""
    return {row.milestone: row.due_at for row in scene.read(deadline_store.deadlines_of, number) if row.state == "open"}


def waits(scene: Scene, who: Staff, number: int, minutes: int) -> None:
    """It waits so long for its customer, who writes on."""
    scene.act(who, Record("waiting_for_customer"), number)
    scene.clock.advance(minutes=minutes)
    scene.write(facts.customer_wrote, scene.policy, number, scene.now)


@pytest.mark.parametrize("waited", ["first", "second", "before"])
@pytest.mark.parametrize("goes_on", ["first", "second"])
def test_the_end_that_a_merge_keeps_stays_when_only_one_had_waited_for_its_customer(
    scene: Scene, waited: str, goes_on: str
) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.act(li, Claim(), first)
    if waited == "before":
        waits(scene, li, first, 40)
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    scene.act(li, Claim(), second)
    numbers = {"first": first, "second": second}
    if waited in numbers:
        waits(scene, li, numbers[waited], 50)
    told = [ends(scene, number) for number in (first, second)]
    into, gone = (first, second) if goes_on == "first" else (second, first)
    merged(scene, li, gone, into)
    kept = ends(scene, into)
    assert all(kept[milestone] <= each[milestone] for each in told for milestone in each)
    scene.write(lambda db: clocks.rewrite(db, scene.policy, ticket_store.lock_ticket(db, into), scene.now))
    assert ends(scene, into) == kept
    waits(scene, li, into, 30)
    later = ends(scene, into)
    scene.write(lambda db: clocks.rewrite(db, scene.policy, ticket_store.lock_ticket(db, into), scene.now))
    assert ends(scene, into) == later


def test_a_wait_before_the_other_ticket_was_opened_counts_whichever_goes_on(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.act(li, Claim(), first)
    waits(scene, li, first, 40)
    told = ends(scene, first)["answer_fixed"]
    scene.clock.advance(minutes=20)
    second = second_of(scene, first)
    merged(scene, li, first, second)
    assert ends(scene, second)["answer_fixed"] == told


def test_what_was_met_on_either_is_not_owed_again_when_it_is_recomputed(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    for action in (Claim(), Record("work_done")):
        scene.act(li, action, first)
    scene.clock.advance(minutes=5)
    scene.act(li, Reply("处理好了", "12345678"), first)
    assert scene.clock_of("acceptance_invited", first).state == "met"
    second = second_of(scene, first, tier=TierDecision("特级", "样例"))
    merged(scene, li, first, second)
    scene.write(rerouting.recompute, scene.policy, second, scene.now)
    assert "acceptance_invited" not in scene.read(deadline_store.open_milestones, second)


def test_what_was_met_before_a_reopening_is_owed_again_after_a_merge(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.act(li, Claim(), first)
    scene.act(li, Reply("您好", "12345678"), first)
    scene.clock.advance(minutes=10)
    second = second_of(scene, first)
    scene.clock.advance(minutes=10)
    scene.act(li, Resolve(why="当场解决"), first)
    scene.clock.advance(minutes=10)
    scene.act(li, ReopenTicket(), first)
    merged(scene, li, second, first)
    assert open_clocks(scene, first) == {"first_contact", "answer_fixed", "follow_up"}
    scene.write(lambda db: clocks.rewrite(db, scene.policy, ticket_store.lock_ticket(db, first), scene.now))
    assert open_clocks(scene, first) == {"first_contact", "answer_fixed", "follow_up"}


def test_a_breach_is_counted_once(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.pass_time(days=2)
    second = second_of(scene, first)
    merged(scene, li, first, second)
    rows = [*scene.clocks("first_contact", first), *scene.clocks("first_contact", second)]
    assert sum(row.breached_at is not None for row in rows) == 1


def test_lines_notes_and_the_conversation_go_over_and_are_found_once(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    scene.act(li, Note("已请仓库补寄墨盒"), first)
    scene.clock.advance(minutes=5)
    second = second_of(scene, first)
    merged(scene, li, first, second)
    anna = scene.visitor()
    assert anna.conversation is not None
    assert anna.conversation.ticket_id == second
    assert [note.text for note in scene.read(ticket_store.notes_of, second)] == ["已请仓库补寄墨盒"]
    assert scene.read(message_store.ticket_lines, first, 0, 100) == []
    anna.say("还有一件事")
    assert anna.lines()[-1].ticket_id == second or anna.lines()[-2].ticket_id == second
    found = scene.read(find_tickets, scene.rules, TicketSearch("墨盒"), scene.now, who=li)
    assert [entry.ticket.id for entry in found.entries] == [second]


def test_both_histories_say_so(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    second = second_of(scene, first)
    merged(scene, li, first, second)
    (away,) = [row for row in scene.read(history.history_of, first) if row.kind == merging.MERGED_AWAY]
    (here,) = [row for row in scene.read(history.history_of, second) if row.kind == merging.MERGED]
    assert (away.data["into"], away.staff_id, here.data["ticket"], here.staff_id) == (second, li.id, first, li.id)


def test_the_customer_is_asked_nothing_and_told_nothing(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    second = second_of(scene, first)
    anna = scene.visitor()
    anna.read()
    merged(scene, li, first, second)
    scene.pass_time(days=3)
    assert [line for line in anna.read() if "评" in line or "其他" in line] == []


def test_a_complaint_stays_one_in_its_own_queue_and_closed_to_the_same_people(scene: Scene) -> None:
    accused, han = scene.staff("li"), scene.staff("han")
    plain = raised(scene)
    scene.act(accused, Claim(), plain)
    complaint = second_of(scene, plain, complaint=True, topic="投诉")
    before = ticket_of(scene, complaint)
    assert accused.id in before.closed
    survivor = merged(scene, scene.staff("wu", "lead"), complaint, plain)
    assert (survivor.complaint, survivor.queue) == (True, before.queue)
    assert accused.id in survivor.closed
    assert survivor.holder_id is None
    assert scene.read(find_tickets, scene.rules, TicketSearch(), scene.now, who=accused).total == 0
    assert scene.read(find_tickets, scene.rules, TicketSearch(), scene.now, who=han).total == 2


def test_the_more_pressing_grade_stays(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    grades = list(scene.policy.urgencies)
    second = second_of(scene, first, urgency=grades[-1])
    assert merged(scene, li, second, first).urgency == grades[-1]


def test_colleagues_of_one_organisation_both_read_the_reply(scene: Scene) -> None:
    li = scene.staff("li")
    scene.know("C1003")
    colleague = _colleague_of(scene, "C1003")
    one = raised(scene, "anna", "C1003")
    other_visitor = scene.visitor("bert")
    other_visitor.identify(colleague)
    other_visitor.say(UNKNOWN)
    other_visitor.say("转人工")
    two = scene.ticket.id
    survivor = merged(scene, li, two, one)
    scene.act(li, Claim(), survivor.id)
    other_visitor.read()
    scene.act(li, Reply("备件已寄出", "12345678"), survivor.id)
    assert other_visitor.read() == ["备件已寄出"]
    other_visitor.say("收到了吗")
    lines = scene.read(message_store.lines_elsewhere, ticket_of(scene, one).conversation_id, one)
    assert "收到了吗" in [line.text for line in lines]


def _colleague_of(scene: Scene, contact: str) -> str:
    known = scene.read(customer_store.find_customer, scene.vault, scene.policy, contact, scene.now)
    of = known.organisation
    record = CustomerRecord("C9999", of.name, "周敏", of.annual_amount, of.orders_per_year, of.influence, of.complexity)
    scene.write(customer_store.save_customer, scene.vault, scene.policy, record, scene.now)
    return "C9999"


def test_what_cannot_be_one_matter_is_refused(scene: Scene) -> None:
    li, han = scene.staff("li"), scene.staff("han")
    first, other = raised(scene), raised(scene, "bert")
    identified = [raised(scene, f"v{each}", each) for each in ("C1003", "C1007")]
    assert refused(scene, li, first, first) == "merge_itself"
    assert refused(scene, li, first, other) == "other_customer"
    assert refused(scene, li, first, identified[0]) == "other_customer"
    assert refused(scene, li, *identified) == "other_organisation"
    assert refused(scene, li, first, 999) == "into_not_found"
    second = second_of(scene, first)
    scene.act(han, Claim(), second)
    assert refused(scene, li, second, first) == "not_holder"
    scene.act(han, Release(), second)
    merged(scene, li, second, first)
    third = second_of(scene, first)
    assert refused(scene, li, third, second) == "already_merged"
    assert refused(scene, li, second, third) == "already_merged"
    scene.act(li, Claim(), third)
    scene.act(li, Resolve(why="当场解决"), third)
    assert refused(scene, li, third, first) == "merge_finished"


def test_a_ticket_out_of_sight_is_not_merged_with(scene: Scene) -> None:
    stranger = scene.staff("wu", queues=("特级专席",))
    first = raised(scene)
    second = second_of(scene, first)
    assert refused(scene, stranger, first, second) == "forbidden"


def test_a_merged_ticket_is_not_reopened(scene: Scene) -> None:
    li = scene.staff("li")
    first = raised(scene)
    second = second_of(scene, first)
    merged(scene, li, second, first)
    with pytest.raises(Refused, match="already_merged"):
        scene.write(opening.reopen, scene.policy, second, scene.now)


@pytest.mark.parametrize("action", [Note("x"), Claim(), Reply("您好", "12345678"), Correct(Correction(topic="故障"))])
def test_whatever_is_done_belongs_to_the_one_that_goes_on(scene: Scene, action: Action) -> None:
    li = scene.staff("li")
    first = raised(scene)
    second = second_of(scene, first)
    scene.act(li, Claim(), first)
    merged(scene, li, first, second)
    before = ticket_of(scene, first), len(scene.read(history.history_of, first))
    with pytest.raises(Refused) as refusal:
        scene.act(li, action, first)
    assert refusals.refusal(refusal.value.code, None) == "这张工单已并入其他工单，请到那张工单上操作。"
    assert (ticket_of(scene, first), len(scene.read(history.history_of, first))) == before


def test_what_a_merged_complaint_said_is_closed_to_whoever_the_survivor_is_closed_to_later(scene: Scene) -> None:
    han, other, lead = scene.staff("han"), scene.staff("li"), scene.staff("wu", "lead")
    plain = raised(scene)
    scene.act(han, Claim(), plain)
    first = second_of(scene, plain, complaint=True, topic="投诉", subject="师傅索要红包")
    middle, last = merged(scene, lead, first, plain), second_of(scene, plain)
    survivor = merged(scene, lead, middle.id, last)
    scene.act(lead, NameSubjects((other.id,)), survivor.id)
    assert [sees(other, ticket_of(scene, each)) for each in (first, plain, last)] == [False, False, False]
    assert scene.read(find_tickets, scene.rules, TicketSearch("红包"), scene.now, who=other).total == 0
    assert scene.read(find_tickets, scene.rules, TicketSearch("红包"), scene.now, who=han).total == 1
    assert scene.read(audit.verify).faults == []
