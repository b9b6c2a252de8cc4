"""The console's roster: who may change it, what it shows, and that a refusal changes nothing."""

from __future__ import annotations

import html
import io
import re
from datetime import date, time, timedelta

import httpx
import pytest
from openpyxl import Workbook

from escalation.staffing import roster_store
from tests.bot.monday import works
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, csrf_of

PAGE = "/console/roster"
MOVES = ("add", "remove", "swap", "import")


async def send(seat: Seat, move: str, **fields: str) -> httpx.Response:
    page = await seat.look(PAGE)
    return await seat.browser.post(f"{PAGE}/{move}", data={"csrf": csrf_of(page), "week": "2026-11-23", **fields})


async def add(seat: Seat, login: str, start: str, end: str, date: str = "2026-11-23", **more: str) -> httpx.Response:
    return await send(seat, "add", login=login, date=date, start=start, end=end, **more)


def said(page: httpx.Response) -> list[str]:
    """The sentences of a refusal."""
    found = re.search(r'role="alert">(.*?)</div>', page.text, re.DOTALL)
    return [html.unescape(one) for one in re.findall(r"<p>(.*?)</p>", found[1])] if found else []


def shown(page: httpx.Response) -> list[tuple[str, str, str]]:
    """The week's shifts: who, when, what."""
    found = re.findall(r'<b>([^<]*)</b><span class="hours">([^<]*)</span><small>([^<]*)</small>', page.text)
    return [tuple(html.unescape(part) for part in one) for one in found]  # type: ignore[misc]


def entered(scene: Scene) -> int:
    return scene.count(roster_store.shifts)


# Who


async def test_nobody_sees_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Froster")


async def test_agents_see_it_and_change_nothing(console: Console, scene: Scene) -> None:
    seat = await console.sits("wang")
    works(scene, "li", "08:00-20:00")
    page = await seat.look(PAGE)
    assert shown(page) == [("客服li", "08:00–20:00", "当班")]
    assert "加一个班次" not in page.text
    assert "移除" not in page.text
    for move in MOVES:
        sent = {"csrf": csrf_of(page), "shift": "1", "one": "1", "other": "2"}
        answer = await seat.browser.post(f"{PAGE}/{move}", data=sent, headers={"Accept": "text/html"})
        assert answer.status_code == 403
        assert "排班表由组长和主管维护，如需换班请联系组长。" in answer.text
    assert entered(scene) == 1


async def test_a_form_of_another_site_is_refused(lead: Seat, scene: Scene) -> None:
    for move in MOVES:
        for csrf in ("", "x" * 43):
            fields = {"csrf": csrf, "login": "han", "date": "2026-11-23", "start": "08:00", "end": "20:00"}
            answer = await lead.browser.post(f"{PAGE}/{move}", data=fields)
            assert answer.status_code == 403
            assert "页面已过期，请刷新后再试。" in answer.text
    assert entered(scene) == 0


# What it shows


async def test_without_a_roster_the_page_says_what_that_means(lead: Seat) -> None:
    page = await lead.look(PAGE)
    assert "还没有排过班：坐席自己认领工单，系统不派单，也不提醒无人当班。" in page.text
    assert "录入第一个班次后，开始派单和提醒。" in page.text
    assert 'id="on-duty"' not in page.text
    board = await lead.look("/console")
    assert f'<a href="{PAGE}" >排班表</a>' in board.text


async def test_who_is_on_duty_now_is_shown_for_every_queue(lead: Seat, scene: Scene) -> None:
    works(scene, "li", "08:00-20:00", queues=["技术支持"])
    works(scene, "zhao", "08:00-20:00", "on_call", queues=["特级专席"])
    works(scene, "late", "20:00-23:00")
    page = await lead.look(PAGE)
    found = re.findall(r'<li class="post([^"]*)">\s*<b>([^<]*)</b>', page.text)
    posts = {queue: marks.strip() for marks, queue in found}
    assert posts["技术支持"] == ""
    assert posts["通用客服"] == "nobody"
    assert '<small class="called">值班 客服zhao</small>' in page.text
    assert "下次交接班 今天 20:00" in page.text


async def test_a_queue_where_somebody_waits_and_nobody_is_on_duty_is_red_here_and_on_the_board(
    console: Console, lead: Seat, scene: Scene
) -> None:
    works(scene, "li", "20:00-23:00")
    scene.visitor().say("转人工")
    sentence = "通用客服有 1 张工单在等，当前无人当班。"
    assert sentence in (await lead.look(PAGE)).text
    assert sentence + '<a href="/console/roster">请安排人员</a>' in (await lead.look("/console")).text
    other = await console.sits("wang", queues=("投诉处理",))
    assert sentence not in (await other.look("/console")).text


async def test_a_lead_changes_shifts_of_their_own_queues_people_only(console: Console, scene: Scene) -> None:
    chen = await console.sits("chen", "lead", ("技术支持",))
    console.hire("li", queues=("技术支持",))
    works(scene, "zhao", "08:00-20:00", queues=["特级专席"])
    sentence = "客服zhao不在您负责的队列里，其班次请联系主管调整。"
    assert sentence in (await add(chen, "zhao", "20:00", "22:00")).text
    [shift] = scene.read(roster_store.shifts_at, scene.now)
    page = await chen.look(PAGE)
    removed = await chen.browser.post(f"{PAGE}/remove", data={"csrf": csrf_of(page), "shift": str(shift.id)})
    assert sentence in removed.text
    table = "日期,账号,开始,结束,类别\n2026-11-23,li,08:00,20:00,当班\n"
    imported = await chen.browser.post(
        f"{PAGE}/import", data={"csrf": csrf_of(page), "text": table}, files={"file": b""}
    )
    assert sentence in imported.text
    await add(chen, "li", "20:00", "22:00")
    assert shown(await chen.look(PAGE)) == [("客服zhao", "08:00–20:00", "当班"), ("客服li", "20:00–22:00", "当班")]


async def test_a_given_ticket_says_to_whom_on_the_board(lead: Seat, scene: Scene) -> None:
    works(scene, "li", "08:00-20:00")
    scene.visitor().say("转人工")
    board = await lead.look("/console")
    assert "已派给 客服li" in board.text
    assert "当前无人当班" not in board.text


async def test_a_shift_to_midnight_ends_at_24(lead: Seat) -> None:
    await add(lead, "han", "00:00", "24:00")
    assert shown(await lead.look(PAGE)) == [("客服han", "00:00–24:00", "当班")]


async def test_weeks_follow_each_other_and_an_odd_week_is_this_one(lead: Seat, scene: Scene) -> None:
    works(scene, "li", "08:00-20:00")
    for week in ("2026-11-29", "", "no-week", "2026-11-23"):
        page = await lead.look(f"{PAGE}?week={week}")
        assert shown(page) != [], week
    assert shown(await lead.look(f"{PAGE}?week=2026-11-30")) == []
    for week in ("0001-01-01", "9999-12-31"):
        assert (await lead.look(f"{PAGE}?week={week}")).status_code == 200


async def test_a_hostile_name_stays_text(lead: Seat, scene: Scene) -> None:
    works(scene, "li", "08:00-20:00")
    await add(lead, "han", "08:00", "20:00")
    answer = await add(lead, HOSTILE, "08:00", "20:00")
    assert HOSTILE not in answer.text
    assert said(answer) == [f"账号「{HOSTILE}」不存在或已停用。"]


# Changes


async def test_a_lead_enters_a_shift_and_sees_it(lead: Seat) -> None:
    answer = await add(lead, "han", "21:00", "08:00", kind="on_call")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=add&week=2026-11-23")
    page = await lead.look(answer.headers["location"])
    assert "已加入班次。" in page.text
    assert shown(page) == [("客服han", "21:00–次日 08:00", "值班")]
    assert "客服han (han) 加入" in page.text
    assert "客服han 2026-11-23 21:00–08:00" in page.text


async def test_two_people_swap_and_a_shift_is_taken_out(lead: Seat, scene: Scene) -> None:
    works(scene, "li", "08:00-14:00")
    works(scene, "wang", "14:00-20:00")
    one, two = scene.read(lambda db: [row.id for row in db.execute(roster_store.shifts.select())])
    assert (await send(lead, "swap", one=str(one), other=str(two))).status_code == 303
    assert [who for who, *_ in shown(await lead.look(PAGE))] == ["客服wang", "客服li"]
    assert (await send(lead, "remove", shift=str(one))).headers["location"] == f"{PAGE}?done=remove&week=2026-11-23"
    assert [who for who, *_ in shown(await lead.look(PAGE))] == ["客服li"]


async def test_pasted_lines_and_files_replace_the_days_they_name(lead: Seat, scene: Scene) -> None:
    scene.staff("li")
    text = "日期\t账号\t开始\t结束\t类别\n2026-11-23\tli\t8:00\t20:00\t当班\n2026-11-24\tli\t8:00\t20:00\t值班\n"
    assert (await send(lead, "import", text=text)).headers["location"] == f"{PAGE}?done=import&week=2026-11-23"
    assert shown(await lead.look(PAGE)) == [("客服li", "08:00–20:00", "当班"), ("客服li", "08:00–20:00", "值班")]
    file = {
        "file": ("roster.csv", "date,login,start,end\n2026-11-24,han,08:00,12:00\n".encode("utf-8-sig"), "text/csv")
    }
    sent = {"csrf": csrf_of(await lead.look(PAGE)), "text": ""}
    assert (await lead.browser.post(f"{PAGE}/import", data=sent, files=file)).status_code == 303
    page = await lead.look(PAGE)
    assert [who for who, *_ in shown(page)] == ["客服li", "客服han"]
    assert "2026-11-24（1 → 1 个班次）" in page.text


async def test_a_workbook_of_shifts_is_taken_in(lead: Seat) -> None:
    book = Workbook()
    for row in (["日期", "账号", "开始", "结束"], [date(2026, 11, 24), "han", time(8), timedelta(hours=24)]):
        book.worksheets[0].append(row)
    held = io.BytesIO()
    book.save(held)
    sent = {"csrf": csrf_of(await lead.look(PAGE)), "text": ""}
    file = {"file": ("排班.xlsx", held.getvalue(), "application/octet-stream")}
    assert (await lead.browser.post(f"{PAGE}/import", data=sent, files=file)).status_code == 303
    assert shown(await lead.look(f"{PAGE}?week=2026-11-23")) == [("客服han", "08:00–24:00", "当班")]


async def test_hidden_sheets_that_were_passed_over_are_named(lead: Seat) -> None:
    book = Workbook()
    for row in (["日期", "账号", "开始", "结束"], ["2026-11-24", "han", "08:00", "12:00"]):
        book.worksheets[0].append(row)
    book.create_sheet("上周<b>").sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    sent = {"csrf": csrf_of(await lead.look(PAGE)), "text": ""}
    file = {"file": ("排班.xlsx", held.getvalue(), "application/octet-stream")}
    answer = await lead.browser.post(f"{PAGE}/import", data=sent, files=file)
    page = await lead.look(answer.headers["location"])
    assert "隐藏的工作表没有读取：上周&lt;b&gt;" in page.text


async def test_an_import_with_faults_names_every_line_and_keeps_what_was_typed(lead: Seat, scene: Scene) -> None:
    text = "date,login,start,end,kind\nx,han,08:00,20:00,duty\n2026-11-23,han,8,,休息\n"
    answer = await send(lead, "import", text=text)
    assert answer.status_code == 422
    assert said(answer) == [
        "第 2 行：日期须写成 2026-11-23 的样子，这里是「x」。",
        "第 3 行：请填写结束。",
        "第 3 行：开始须写成 08:00 的样子，这里是「8」。",
        "第 3 行：类别须为 当班 或 值班，这里是「休息」。",
    ]
    assert "2026-11-23,han,8,,休息" in answer.text
    nobody = await send(lead, "import", text="date,login,start,end\n2026-11-23,nobody,08:00,20:00\n")
    assert said(nobody) == ["第 2 行：账号「nobody」不存在或已停用。"]
    assert said(await send(lead, "import", text="")) == [
        "第 1 行：没有内容。第一行写列名，例如 日期,账号,开始,结束,类别，下面每行一个班次。"
    ]
    assert entered(scene) == 0


@pytest.mark.parametrize(
    ("move", "fields", "sentence"),
    [
        ("add", {"login": "han"}, "请填写日期。"),
        ("add", {"date": "x"}, "日期须写成 2026-11-23 的样子，这里是「x」。"),
        ("add", {"start": "8h"}, "开始须写成 08:00 的样子，这里是「8h」。"),
        ("add", {"kind": "x"}, "类别须为 当班 或 值班，这里是「x」。"),
        ("add", {"login": "nobody"}, "账号「nobody」不存在或已停用。"),
        ("add", {"start": "10:00"}, "han 的两个班次时间重叠：2026-11-23 08:00–12:00 与 2026-11-23 10:00–20:00。"),
        ("remove", {"shift": "99"}, "这个班次已经不在了，可能刚被移除，请刷新后再看。"),
        ("remove", {"shift": "²"}, "这个班次已经不在了，可能刚被移除，请刷新后再看。"),
        ("swap", {"one": "1", "other": "1"}, "两个班次是同一个人的，不用换。"),
    ],
)
async def test_every_refusal_is_a_sentence_and_changes_nothing(
    lead: Seat, scene: Scene, move: str, fields: dict[str, str], sentence: str
) -> None:
    await add(lead, "han", "08:00", "12:00")
    good = {"login": "han", "date": "2026-11-24", "start": "08:00", "end": "20:00"}
    if fields.get("start") == "10:00":
        good["date"] = "2026-11-23"
    sent = good | fields if fields != {"login": "han"} else good | {"date": ""}
    answer = await send(lead, move, **sent)
    assert answer.status_code == 422
    assert said(answer) == [sentence]
    assert entered(scene) == 1


async def test_an_unknown_move_is_no_page_and_a_refused_forms_address_leads_back(lead: Seat) -> None:
    assert (await send(lead, "burn")).status_code == 404
    answer = await lead.look(f"{PAGE}/add")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


async def test_a_file_too_large_is_refused(lead: Seat, scene: Scene) -> None:
    answer = await send(lead, "import", text="x" * 140_000)
    assert answer.status_code == 413
    assert entered(scene) == 0
