"""A ticket of the last two years is found on the board, by whatever a caller or a colleague says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from bot.agents.actions import Claim, Record, Resolve
from bot.tickets.customer_changes import remove_contact
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.tickets import opening, ticket_store
from tests.bot.scene import UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console, Seat
from tests.neighbours.old_store import ALL, SOLVED, WEDNESDAY, fill, following, numbers, owned

FINISHED = "/console?show=finished"
EMPTY = (
    "没有找到相符的工单。可以试试工单编号、客户姓名或单位、客户资料或对话里写过的电话（至少后四位），或对话和备注里的几个字；"
    "几个词用空格分开，须同时出现。"
)


def known(
    contact_id: str, organisation: str, name: str, phone: str | None = None, email: str | None = None
) -> CustomerRecord:
    return CustomerRecord(contact_id, organisation, name, 1, 1, 1, 1, phone=phone, email=email)


async def searched(seat: Seat, words: str) -> str:
    answer = await seat.look(f"/console?q={quote(words)}")
    assert answer.status_code == 200, words
    return answer.text


async def found(seat: Seat, words: str) -> list[int]:
    return numbers(await searched(seat, words))


async def pages(seat: Seat, address: str | None) -> list[int]:
    """Every number from this page to the last one."""
    listed: list[int] = []
    while address is not None:
        answer = await seat.look(address)
        assert answer.status_code == 200
        listed += numbers(answer.text)
        address = following(answer.text)
    return listed


async def test_all_pages_of_the_finished_list_have_every_number_once_while_it_grows(
    console: Console, scene: Scene
) -> None:
    fill(scene)
    li = await console.sits("li")
    first = (await li.look(FINISHED)).text
    second_at = following(first)
    assert second_at is not None
    second = (await li.look(second_at)).text
    scene.act(li.who, Claim(), 1000)
    scene.act(li.who, Resolve(why="当场解决"), 1000)
    listed = numbers(first) + numbers(second) + await pages(li, following(second))
    assert sorted(listed) == list(range(1, SOLVED + 1))
    ended = {ticket.id: ticket.ended_at for ticket in scene.read(ticket_store.find_tickets, limit=ALL)}
    times = [ended[number] for number in listed]
    assert times == sorted(times, key=lambda at: at or WEDNESDAY, reverse=True)
    assert numbers((await li.look(FINISHED)).text)[0] == 1000


async def test_the_latest_solving_counts_of_a_ticket_solved_twice(console: Console, scene: Scene) -> None:
    fill(scene)
    owned(scene, 3, None, resolved_at=WEDNESDAY - timedelta(days=395), closed_at=WEDNESDAY - timedelta(days=395))
    li = await console.sits("li")
    scene.clock.now = WEDNESDAY - timedelta(minutes=20)
    scene.write(opening.reopen, scene.policy, 3, scene.now)
    scene.clock.now = WEDNESDAY - timedelta(minutes=10)
    assert 3 not in await pages(li, FINISHED)
    scene.clock.now = WEDNESDAY - timedelta(minutes=2)
    scene.act(li.who, Claim(), 3)
    scene.act(li.who, Resolve(why="当场解决"), 3)
    scene.clock.now = WEDNESDAY
    listed = await pages(li, FINISHED)
    assert (listed[0], listed.count(3)) == (3, 1)


async def test_every_way_in_which_a_ticket_ends_leads_into_the_list_and_the_search(
    console: Console, scene: Scene
) -> None:
    fill(scene)
    li = await console.sits("li")
    ended = {}
    for way, contact in (("解决", "Q1"), ("撤回", "Q2"), ("沉默", "Q3"), ("道谢", "Q4")):
        record = known(contact, f"{way}公司", "某人")
        scene.write(customer_store.save_customer, scene.vault, scene.policy, record, scene.now)
        visitor = scene.visitor(contact)
        visitor.identify(contact)
        visitor.say(UNKNOWN)
        visitor.say("转人工")
        ended[way] = scene.ticket.id
        if way == "撤回":
            scene.withdraw()
            continue
        scene.act(li.who, Claim())
        scene.act(li.who, Record("called"))
        scene.act(li.who, Resolve(why="当场解决"))
        if way == "道谢":
            visitor.say("没有了，谢谢")
    scene.pass_time(days=10)
    await li.sign_in()
    recent = numbers((await li.look(FINISHED)).text)
    for way, number in ended.items():
        assert number in recent, way
        assert await found(li, f"{way}公司") == [number], way


MOBILE = ["13900085001", "139 0008 5001", "139-0008-5001", "+86 13900085001", "008613900085001"]
LANDLINE = ["0571-88880000", "057188880000", "0571 8888 0000", "+86 571 88880000", "88880000"]
PHONES = {11: [*MOBILE, "（+86）139 0008 5001", "１３９０００８５００１", "5001"], 12: LANDLINE}


async def test_a_number_finds_its_owners_ticket_however_it_is_written(console: Console, scene: Scene) -> None:
    fill(
        scene,
        {11: known("C8501", "望江", "王芳", "13900085001"), 12: known("C8502", "前台", "赵前台", "0571-88880000")},
    )
    li = await console.sits("li")
    for number, ways in PHONES.items():
        for way in ways:
            assert number in await found(li, way), way


async def test_an_address_is_found_in_any_writing_and_so_is_one_in_a_strangers_talk(
    console: Console, scene: Scene
) -> None:
    customer = known("C8503", "李娜工作室", "李娜", email="Li.Na@Example.com")
    fill(scene, {13: customer}, {14: "回复到 zhou@else.example"})
    li = await console.sits("li")
    for way in ("li.na@example.com", "LI.NA@EXAMPLE.COM", "li.na@example.com ", "<Li.Na@Example.com>"):
        assert await found(li, way) == [13], way
    assert await found(li, "zhou@else.example") == [14]


async def test_a_customer_is_found_by_what_is_on_file_now(console: Console, scene: Scene) -> None:
    before = known("C8504", "恒达贸易", "刘洋", "13900085004")
    fill(scene, {15: before})
    now = replace(before, organisation="恒达国际", contact="刘洋洋", phone="13900085999")
    scene.write(customer_store.save_customer, scene.vault, scene.policy, now, scene.now)
    li = await console.sits("li")
    for way in ("恒达国际", "刘洋洋", "13900085999"):
        assert await found(li, way) == [15], way
    assert await found(li, "恒达贸易") in ([], [15])
    assert "恒达贸易" not in (await li.look("/console/tickets/15")).text
    assert await found(li, "13900085004") in ([], [15])


async def test_all_tickets_of_a_customer_who_has_more_than_a_page_are_listed(console: Console, scene: Scene) -> None:
    house = [
        known(f"C86{each}", "望岳重工", name, phone)
        for each, name, phone in ((1, "甲", "13900086001"), (2, "乙", None), (3, "丙", None))
    ]
    theirs = [9 * each for each in range(1, 131)]
    fill(scene, {number: house[0 if at < 90 else 1 + at % 2] for at, number in enumerate(theirs)})
    li = await console.sits("li")
    first = await searched(li, "望岳重工")
    assert "共 130 张工单" in first
    assert sorted(await pages(li, "/console?q=望岳重工")) == theirs
    assert sorted(await pages(li, "/console?q=13900086001")) == theirs[:90]
    assert "认领" in first  # open ones can be told from ended ones


async def test_a_stranger_is_found_by_the_name_that_the_page_shows(console: Console, scene: Scene) -> None:
    fill(scene, words={17: "名片：小鱼🐟 13900085777"})
    li = await console.sits("li")
    for way in ("小鱼", "小鱼🐟", "13900085777"):
        assert await found(li, way) == [17], way


async def test_a_strangers_shared_number_is_found_or_the_page_says_which_numbers_are(
    console: Console, scene: Scene
) -> None:
    fill(scene)
    fish = scene.visitor("77", "telegram")
    fish.send("contact", phone="+8613900085777")
    fish.say(UNKNOWN)
    fish.say("转人工")
    li = await console.sits("li")
    page = await searched(li, "13900085777")
    assert numbers(page) == [scene.ticket.id] or EMPTY in page


async def test_a_ticket_of_a_contact_who_was_removed_stays_within_reach(console: Console, scene: Scene) -> None:
    fill(scene, {16: known("C8505", "已注销商社", "离开的人", "13900085005")})
    scene.write(remove_contact, scene.rules, "C8505", "cli", scene.now)
    li = await console.sits("li")
    assert (await li.look("/console/tickets/16")).status_code == 200
    assert await found(li, "#16") == [16]
    assert 16 in await pages(li, FINISHED)
    for way in ("已注销商社", "离开的人"):
        assert await found(li, way) == [16], way
    assert await found(li, "13900085005") in ([], [16])


async def test_a_caller_without_tickets_is_told_from_one_with_an_open_ticket(console: Console, scene: Scene) -> None:
    fill(scene, {1200: known("C8507", "有单", "有单", "13900085007")})
    scene.write(
        customer_store.save_customer,
        scene.vault,
        scene.policy,
        known("C8506", "无单", "无单", "13900085006"),
        scene.now,
    )
    li = await console.sits("li")
    assert await found(li, "13900085007") == [1200]
    for way in ("13900085006", "13911112222"):
        page = await searched(li, way)
        assert numbers(page) == []
        assert EMPTY in page


async def test_signs_parts_and_widths_of_names_find_what_contains_them(console: Console, scene: Scene) -> None:
    names = {21: "ABC科技（上海）", 22: "100%果汁厂", 23: "O'Neil 贸易", 24: "下划_线社"}
    fill(scene, {number: known(f"C87{number}", name, "某某") for number, name in names.items()})
    li = await console.sits("li")
    ways = {
        "ＡＢＣ科技": 21,
        "abc科技": 21,
        "ABC科技(上海)": 21,
        "果汁": 22,
        "100%": 22,
        "%": 22,
        "_": 24,
        "O'Neil": 23,
        "汁": 22,
    }
    for way, number in ways.items():
        assert await found(li, way) == [number], way
    assert await found(li, "   ") == numbers((await li.look("/console")).text)


async def test_one_number_under_two_customers_finds_both_and_nobody_elses(console: Console, scene: Scene) -> None:
    one, other = known("C8508", "恒达国际", "甲", "13900085008"), known("C8509", "海川物流", "乙", "13900085008")
    more = {30: known("C8510", "恒达国际", "丙"), 31: known("C8511", "海川物流", "丁")}
    fill(scene, {18: one, 19: other, **more})
    li = await console.sits("li")
    page = await searched(li, "13900085008")
    assert sorted(numbers(page)) == [18, 19]
    assert "恒达国际" in page
    assert "海川物流" in page
