"""A ticket is found by whatever somebody remembers of it, at any size, by those who may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim, NameSubjects, Note, Reply, Resolve
from bot.tickets import search
from bot.tickets.search import FoundTickets, TicketSearch
from bot.transcript import word_index
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.staff import Staff
from tests.bot.scene import UNKNOWN, Scene, Visitor


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    return scene_anywhere


def raised(scene: Scene, address: str, words: str, customer: str | None = None) -> tuple[int, Visitor]:
    """A customer's matter, handed over with these words."""
    visitor = scene.visitor(address, customer=customer)
    visitor.say(words)
    visitor.say("转人工")
    return scene.ticket.id, visitor


def look(scene: Scene, words: str = "", who: Staff | None = None, **more: object) -> FoundTickets:
    found: FoundTickets = scene.read(
        search.find_tickets,
        scene.rules,
        TicketSearch(words, **more),
        scene.now,
        who=who,  # type: ignore[arg-type]
    )
    return found


def hits(scene: Scene, words: str = "", who: Staff | None = None, **more: object) -> list[int]:
    return [entry.ticket.id for entry in look(scene, words, who, **more).entries]


def write_down(scene: Scene) -> None:
    """The chore catches up."""
    while scene.read(word_index.are_behind):
        scene.write(word_index.write_some, scene.vault)


@pytest.fixture(params=["at once", "written down"])
def taken(request: pytest.FixtureRequest, scene: Scene) -> object:
    """Whether the words of tickets have been written down for the search, or stand as they came."""
    return (lambda: write_down(scene)) if request.param == "written down" else (lambda: None)


def test_every_ticket_is_found_by_words_of_its_talk_its_title_and_its_notes(scene: Scene, taken: object) -> None:
    agent = scene.staff("li")
    first, anna = raised(scene, "anna", UNKNOWN)
    anna.say("发票抬头写成了旧名称")
    second, _ = raised(scene, "bert", UNKNOWN)
    scene.act(agent, Note("已请仓库补寄墨盒"), second)
    taken()  # type: ignore[operator]
    assert hits(scene, "发票") == [first]
    assert hits(scene, "墨盒") == [second]
    assert hits(scene, "秋天") == [second, first]
    assert hits(scene, "没有这样的话") == []


def test_two_words_must_both_stand_somewhere_in_the_ticket(scene: Scene, taken: object) -> None:
    agent = scene.staff("li")
    first, anna = raised(scene, "anna", UNKNOWN, "C1003")
    anna.say("发票抬头写成了旧名称")
    scene.act(agent, Note("已请仓库补寄墨盒"), first)
    _second, bert = raised(scene, "bert", UNKNOWN)
    bert.say("发票抬头也错了")
    taken()  # type: ignore[operator]
    name = look(scene, "墨盒").entries[0].customer
    assert name is not None
    assert hits(scene, "墨盒 发票") == [first]
    assert hits(scene, f"发票　{name.organisation.name}") == [first]
    assert hits(scene, f"{name.organisation.name[:2]} 打印机") == []


def test_width_case_script_and_spacing_of_words_make_no_difference(scene: Scene, taken: object) -> None:
    first, anna = raised(scene, "anna", UNKNOWN)
    anna.say("型号是 Laser-Jet ｐ1108，發票也要重開 a[b]*c?d%e_f")
    taken()  # type: ignore[operator]
    for words in ("LASER-JET", "Ｐ1108", "p1108", "发票", "發票", "重开", "a[b]*c?d", "%e_f"):
        assert hits(scene, words) == [first], words
    for words in ("a*f", "c?f", "[a-z]*c", "c%f", "e_e"):
        assert hits(scene, words) == [], words


def test_a_telephone_number_finds_its_customer_however_it_is_written(scene: Scene) -> None:
    record = CustomerRecord("K9", "华信印务", "周敏", 1, 1, 1, 1, phone="139 1234 5678", email="Zhou@huaxin.example")
    scene.write(customer_store.save_customer, scene.vault, scene.policy, record, scene.now)
    first, _ = raised(scene, "anna", UNKNOWN)
    visitor = scene.visitor("bert")
    visitor.identify("K9")
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    second = scene.ticket.id
    assert second != first
    ways = ("13912345678", "139 1234 5678", "+86 139-1234-5678", "（139）12345678", "5678", "45678")
    for words in (*ways, "zhou@HUAXIN.example", "huaxin", "k9", "周敏", "周 敏", "华信", f"#{second}", str(second)):
        assert second in hits(scene, words), words
    assert hits(scene, "678") == []
    assert hits(scene, "13912345679") == []
    assert hits(scene, "周敏 139 1234 5678") == [second]


def test_an_end_that_begins_with_zeros_is_no_foreign_number(scene: Scene) -> None:
    record = CustomerRecord("K9", "华信印务", "周敏", 1, 1, 1, 1, phone="13800000017")
    scene.write(customer_store.save_customer, scene.vault, scene.policy, record, scene.now)
    visitor = scene.visitor("bert")
    visitor.identify("K9")
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    for words in ("0017", "00017", "000017", "13800000017"):
        assert hits(scene, words) == [scene.ticket.id], words
    assert hits(scene, "0018") == []


def test_a_stranger_is_found_by_the_number_they_wrote(scene: Scene, taken: object) -> None:
    first, anna = raised(scene, "anna", UNKNOWN)
    anna.say("请打 138-0013-8000 找我")
    taken()  # type: ignore[operator]
    assert hits(scene, "13800138000") == [first]
    assert hits(scene, "138 0013 8000") == [first]


def test_what_a_customer_wrote_a_moment_ago_is_found_beside_what_was_written_down(scene: Scene) -> None:
    first, anna = raised(scene, "anna", UNKNOWN)
    write_down(scene)
    anna.say("还有硒鼓漏粉")
    assert hits(scene, "漏粉 秋天") == [first]


def test_a_line_that_went_to_another_ticket_is_found_there_alone(scene: Scene) -> None:
    agent = scene.staff("li")
    first, anna = raised(scene, "anna", UNKNOWN)
    for action in (Claim(), Reply("好了", "12345678"), Resolve(why="当场解决")):
        scene.act(agent, action, first)
    write_down(scene)
    scene.clock.advance(minutes=5)
    anna.say("我要投诉你们的技术员，他索要红包")
    second = scene.ticket.id
    assert second != first
    assert hits(scene, "红包") == [second]
    write_down(scene)
    assert hits(scene, "红包") == [second]


def test_a_closed_complaint_is_not_even_counted(scene: Scene, taken: object) -> None:
    accused, other = scene.staff("li"), scene.staff("han")
    first, anna = raised(scene, "anna", UNKNOWN)
    for action in (Claim(), Reply("好了", "12345678"), Resolve(why="当场解决")):
        scene.act(accused, action, first)
    scene.clock.advance(minutes=5)
    anna.say("我要投诉你们的技术员，他索要红包")
    second = scene.ticket.id
    scene.act(other, Claim(), second)
    scene.act(other, NameSubjects((accused.id,)), second)
    scene.act(other, Note("红包一事已报主管"), second)
    taken()  # type: ignore[operator]
    for words in ("红包", f"#{second}", "主管", ""):
        assert look(scene, words, accused).total == (0 if words else 1)
        assert second in hits(scene, words, other)


def test_tier_queue_agent_and_days_narrow_what_is_found(scene: Scene) -> None:
    agent = scene.staff("li")
    first, _ = raised(scene, "anna", UNKNOWN)
    began = scene.now
    scene.clock.advance(days=2)
    second, _ = raised(scene, "bert", UNKNOWN, "C1003")
    scene.act(agent, Claim(), second)
    tickets = {ticket.id: ticket for ticket in scene.tickets}
    assert hits(scene, agent=agent.id) == [second]
    assert hits(scene, since=began + timedelta(days=1)) == [second]
    assert hits(scene, until=began + timedelta(days=1)) == [first]
    assert hits(scene, "秋天", tier=tickets[first].tier, queue=tickets[first].queue) == [
        each for each in (second, first) if tickets[each].tier == tickets[first].tier
    ]


def test_the_latest_solved_come_first_page_by_page_to_the_last(scene: Scene) -> None:
    agent = scene.staff("li")
    numbers = [raised(scene, f"visitor{number}", UNKNOWN)[0] for number in range(5)]
    order = [numbers[each] for each in (3, 0, 4, 2, 1)]
    for number in order:
        scene.clock.advance(minutes=1)
        scene.act(agent, Claim(), number)
        scene.act(agent, Resolve(why="当场解决"), number)
    wanted, seen, after = TicketSearch(finished=True), [], ""
    for _ in range(3):
        page = scene.read(search.find_tickets, scene.rules, wanted, scene.now, who=agent, after=after, limit=2)
        assert page.total == 5
        seen += [entry.ticket.id for entry in page.entries]
        after = page.next or ""
    assert (seen, after) == (order[::-1], "")


def test_a_page_that_was_never_offered_is_the_first(scene: Scene) -> None:
    first, _ = raised(scene, "anna", UNKNOWN)
    for after in ("x", "_", "99999999999", "yesterday_4", "2026-13-99T00:00:00Z_1"):
        page = scene.read(search.find_tickets, scene.rules, TicketSearch(), scene.now, who=None, after=after)
        assert [entry.ticket.id for entry in page.entries] == [first]
