"""The console's calendar: who may change it, what it shows, and that a refusal changes nothing."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import httpx
import pytest
from openpyxl import Workbook

from bot.files.faults import SENTENCES
from bot.web.console.calendar_month import month_of
from bot.wording import table_faults
from escalation.calendars import calendar_editions
from escalation.calendars.days import applied, days_of
from escalation.working_hours.working_time import CalendarDay
from tests.bot.notice_of_2027 import NOTICE_2027
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, csrf_of
from tests.escalation.tickets.desk_scene import Desk

PAGE = "/console/calendar"
YEAR_2027 = """\
日期,类型,名称
2027-01-01至2027-01-02,放假,元旦
2027-02-05至2027-02-12,放假,春节
2027-02-20,上班,春节
2027-04-05,放假,清明节
2027-05-01至2027-05-05,放假,劳动节
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-10-01至2027-10-07,放假,国庆节
"""
MISSING = (
    "2027 年的节假日安排还没有录入，涉及该年的期限暂按法定节假日和周一至周五推算。"
    "请主管或管理员在「日历」中导入国务院办公厅公布的放假安排。"
)


@pytest.fixture
async def lead(console: Console) -> Seat:
    return await console.sits("li", "manager")


async def set_day(seat: Seat, day: str, kind: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await seat.look(PAGE))
    return await seat.browser.post(f"{PAGE}/day", data={"csrf": csrf, "day": day, "kind": kind, **fields})


async def take_in(seat: Seat, text: str = "", file: bytes | None = None, **fields: str) -> httpx.Response:
    """The import form as a browser sends it: in parts, with a file that may be empty."""
    csrf = csrf_of(await seat.look(PAGE))
    files = {"file": ("days.csv", file or b"", "text/csv")}
    return await seat.browser.post(f"{PAGE}/import", data={"csrf": csrf, "text": text, **fields}, files=files)


async def saves(seat: Seat, shown: httpx.Response) -> httpx.Response:
    """The second step: save what is shown."""
    fields = {
        name: html.unescape(found[1])
        for name in ("csrf", "plan", "note", "year")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', shown.text))
    }
    return await seat.browser.post(f"{PAGE}/save", data=fields)


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def sheets(*states: str) -> bytes:
    """Return a workbook of a sheet for each state, all with content; the first is empty if others are hidden."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, state in zip("甲乙丙", states, strict=False):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if state == "hidden" or "hidden" not in states:
            sheet.append(["day", "kind", "name"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def said(page: httpx.Response) -> list[str]:
    """The sentences of a refusal."""
    found = re.search(r'role="alert">(.*?)</div>', page.text, re.DOTALL)
    return [html.unescape(one) for one in re.findall(r"<p>(.*?)</p>", found[1])] if found else []


def days(scene: Scene, year: int) -> tuple[CalendarDay, ...]:
    return days_of(applied(scene.policy, scene.read(calendar_editions.in_force)), year)


def cell(page: httpx.Response, title: str) -> str:
    found = re.search(rf'<span class="cell ([a-z ]+)" title="{re.escape(title)}">', page.text)
    return found[1] if found else ""


# Who


async def test_nobody_sees_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fcalendar")


async def test_agents_see_it_and_change_nothing(console: Console, scene: Scene) -> None:
    seat = await console.sits("wang")
    board = await seat.look("/console")
    assert f'<a href="{PAGE}" >日历</a>' in board.text
    page = await seat.look(PAGE)
    assert page.status_code == 200
    assert "设置一天" not in page.text
    for move in ("day", "import", "save", "restore", "wait"):
        answer = await seat.browser.post(
            f"{PAGE}/{move}", data={"csrf": csrf_of(board)}, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 403
        assert "日历由主管和管理员维护，如需调整请联系主管。" in answer.text
    assert scene.read(calendar_editions.edition) == 0


async def test_a_form_of_another_site_is_refused(lead: Seat, scene: Scene) -> None:
    await lead.look(PAGE)
    for move in ("day", "import", "save", "restore", "wait"):
        for csrf in ("", "x" * 43):
            fields = {"csrf": csrf, "text": YEAR_2027, "day": "2026-12-18", "kind": "off"}
            answer = await lead.browser.post(f"{PAGE}/{move}", data=fields)
            assert answer.status_code == 403
            assert "页面已过期，请刷新后再试。" in answer.text
    assert scene.read(calendar_editions.edition) == 0


# What it shows


async def test_a_year_is_twelve_months_with_every_special_day_named(lead: Seat) -> None:
    page = await lead.look(f"{PAGE}?year=2026")
    assert re.findall(r'<h2 id="month-\d+">(\d+) 月</h2>', page.text) == [str(n) for n in range(1, 13)]
    assert "放假 33 天 · 调休上班 6 天" in page.text
    assert cell(page, "国庆节（放假）") == "off"
    assert cell(page, "国庆节（上班）") == "on"
    assert "1–7 日 国庆节 放假" in page.text
    assert "来自政策文件，还没有人改动过。" in page.text


async def test_today_is_marked(lead: Seat) -> None:
    page = await lead.look(PAGE)
    assert '<span class="cell work today">23</span>' in page.text


async def test_a_year_that_is_missing_is_told_on_the_page_and_once_it_matters_on_the_board(
    lead: Seat, scene: Scene
) -> None:
    assert MISSING in (await lead.look(PAGE)).text
    assert MISSING not in (await lead.look("/console")).text  # nothing reaches it yet
    Desk(scene.database, scene.policy).open("三级", datetime(2026, 12, 31, 12, 30, tzinfo=UTC))
    assert MISSING in (await lead.look("/console")).text
    answer = await lead.browser.post(f"{PAGE}/wait", data={"csrf": csrf_of(await lead.look(PAGE)), "year": "2027"})
    assert answer.headers["location"] == f"{PAGE}?year=2027&done=put_off"
    assert "2026年12月7日 周一 前不再提醒" in (await lead.look(answer.headers["location"])).text
    assert MISSING not in (await lead.look("/console")).text
    later = await lead.look(f"{PAGE}?year=2028")
    assert "2028 年的节假日安排还没有录入" in later.text
    assert (cell(later, "元旦（法定）（放假）"), cell(later, "元旦（补假）（放假）")) == ("off", "off")


@pytest.mark.parametrize("year", ["", "26", "１９９９", "99999", "1999", "-1", "x"])
async def test_a_year_that_is_none_shows_this_one(lead: Seat, year: str) -> None:
    assert "2026 年的版本" in (await lead.look(f"{PAGE}?year={year}")).text


async def test_the_address_of_a_refused_form_leads_back_to_the_page(lead: Seat) -> None:
    answer = await lead.look(f"{PAGE}/import")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


async def test_a_month_joins_days_of_one_reason_and_leaves_other_days_blank() -> None:
    given = [CalendarDay(datetime(2026, 5, n, tzinfo=UTC).date(), "off", "劳动节") for n in (1, 2, 3, 5)]
    month = month_of(given, 2026, 5)
    assert [(run.first.day, run.last.day) for run in month.runs] == [(1, 3), (5, 5)]
    assert [cell.kind if cell else None for cell in month.weeks[0]] == [None, None, None, None, "off", "off", "off"]


# Setting a day


async def test_the_company_closes_one_calendar_for_a_day(lead: Seat, scene: Scene) -> None:
    answer = await set_day(lead, "2026-12-18", "off", calendar="每日", name="年会", note="全员参加")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?year=2026&done=day")
    page = await lead.look(answer.headers["location"])
    assert "已保存。未完成的期限随即按新的日历重算。" in page.text
    assert cell(page, "每日：年会（放假）") == "work own"
    assert "18 日 年会 放假 <small>每日</small>" in page.text
    assert re.search(r"<b>第 1 版</b>.*客服li.*全员参加", page.text)
    assert scene.read(calendar_editions.history, 2026)[0].by == "客服li (li)"


async def test_a_day_can_be_made_like_any_other_again(lead: Seat, scene: Scene) -> None:
    before = days(scene, 2026)
    await set_day(lead, "2026-12-18", "off", calendar="工作日")
    await set_day(lead, "2026-12-18", "normal", calendar="工作日")
    assert days(scene, 2026) == before
    assert [one.version for one in scene.read(calendar_editions.history, 2026)] == [2, 1]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": "下周五"}, "日期须写成 2027-01-01 的样子，这里是「下周五」。"),
        ({"kind": "maybe"}, "类型须为 off（放假）或 on（调休上班），这里是「maybe」。"),
        ({"kind": "on"}, "2026-12-18 不是周末，本来就上班；调休上班只能是周六或周日。"),
        (
            {"day": "1999-12-18"},
            "1999 年的节假日还没有录入，请先导入全年安排；如果只是公司自己的安排，请在「适用」里选一个服务时间。",
        ),
        ({"day": "1999-12-18", "calendar": "每日"}, "年份须在 2000 到 2100 之间，这里是 1999-12-18。"),
        ({"calendar": "周末"}, "没有「周末」这个服务时间，现有：全天, 每日, 工作日, 夜间。"),
        ({"calendar": "每日", "kind": "on"}, "「每日」在 2026-12-18 本来就开放，不用设置。"),
        (
            {"day": "2027-01-01"},
            "2027 年的节假日还没有录入，请先导入全年安排；如果只是公司自己的安排，请在「适用」里选一个服务时间。",
        ),
        ({"kind": "normal"}, "2026-12-18 本来就是这样，没有改动。"),
        ({"name": "会" * 65}, "名称最多 64 个字，且不能含不可见字符。"),
    ],
)
async def test_a_day_that_cannot_be_set_is_refused_in_a_sentence(
    lead: Seat, scene: Scene, fields: dict[str, str], sentence: str
) -> None:
    answer = await set_day(lead, **{"day": "2026-12-18", "kind": "off", **fields})
    assert (answer.status_code, said(answer)) == (422, [sentence])
    assert scene.read(calendar_editions.edition) == 0


async def test_what_was_typed_is_still_there_and_stays_text(lead: Seat) -> None:
    page = await set_day(lead, "2026-12-18", "on", name=HOSTILE[:60])
    assert HOSTILE[:60] not in page.text
    assert html.escape(HOSTILE[:60], quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page.text


# Importing


@pytest.mark.parametrize("way", ["pasted", "uploaded", "uploaded as GBK"])
async def test_a_year_is_looked_at_and_then_saved(lead: Seat, scene: Scene, way: str) -> None:
    if way == "pasted":
        shown = await take_in(lead, YEAR_2027, note="国办发明电")
    else:
        shown = await take_in(lead, file=YEAR_2027.encode("gbk" if way.endswith("GBK") else "utf-8-sig"))
    assert (shown.status_code, scene.read(calendar_editions.edition)) == (200, 0)
    assert "7 项，放假 25 天，调休上班 1 天" in shown.text
    assert "2027 年：放假 25 天 · 调休上班 1 天（现为 0 · 0）" in shown.text
    assert "未完成工单的期限都不变" in shown.text
    assert cell(shown, "国庆节（放假）") == "off"
    answer = await saves(lead, shown)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?year=2027&done=import")
    assert len(days(scene, 2027)) == 26
    page = await lead.look(answer.headers["location"])
    assert MISSING not in page.text
    assert "已保存。" in page.text


async def test_the_notice_is_pasted_and_a_year_named_in_passing_keeps_its_days(lead: Seat, scene: Scene) -> None:
    shown = await take_in(lead, NOTICE_2027)
    assert "7 项，放假 29 天，调休上班 5 天" in shown.text
    assert "2026 年：放假 34 天 · 调休上班 6 天（现为 33 · 6）" in shown.text
    assert "12月31日放假（元旦）" in shown.text
    assert "不再适用" not in shown.text
    await saves(lead, shown)
    assert (len(days(scene, 2026)), len(days(scene, 2027))) == (40, 33)


async def test_what_goes_is_shown_and_a_version_is_taken_back_with_one_click(lead: Seat, scene: Scene) -> None:
    await saves(lead, await take_in(lead, NOTICE_2027))
    shown = await take_in(lead, "日期,类型,名称\n2027-05-01至2027-05-03,放假,劳动节\n")
    assert "不再适用：4月25日上班（劳动节）、5月4日至5日放假（劳动节）" in shown.text
    await saves(lead, shown)
    assert len(days(scene, 2027)) == 30
    page = await lead.look(f"{PAGE}?year=2027")
    assert "恢复到这一版" in page.text
    fields = {"csrf": csrf_of(page), "year": "2027", "version": "1"}
    answer = await lead.browser.post(f"{PAGE}/restore", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?year=2027&done=restored")
    assert len(days(scene, 2027)) == 33
    assert scene.read(calendar_editions.history, 2027)[0].note == "恢复到第 1 版"
    refused = await lead.browser.post(f"{PAGE}/restore", data={**fields, "version": "9"})
    assert said(refused) == ["2027 年没有第 9 版。"]


async def test_what_was_changed_in_the_meantime_is_not_undone(lead: Seat, scene: Scene) -> None:
    shown = await take_in(lead, YEAR_2027)
    await set_day(lead, "2026-12-18", "off", calendar="每日")
    assert said(await saves(lead, shown)) == ["日历刚刚有改动，请重新核对后再保存。"]
    assert days(scene, 2027) == ()


async def test_a_plan_that_is_none_of_ours_saves_nothing(lead: Seat, scene: Scene) -> None:
    csrf = csrf_of(await lead.look(PAGE))
    days_of_none = '{"base": 0, "years": [{"year": 2027, "whole": 1, "days": [{}]}]}'
    outside = days_of_none.replace("2027", "99999").replace("{}", "")
    for plan in ("", "[]", '{"base": 0}', days_of_none, outside, '{"base": 1e999, "years": []}', "[" * 30_000):
        answer = await lead.browser.post(f"{PAGE}/save", data={"csrf": csrf, "plan": plan})
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert scene.read(calendar_editions.edition) == 0


async def test_the_same_file_again_changes_nothing_and_says_so(lead: Seat, scene: Scene) -> None:
    await saves(lead, await take_in(lead, YEAR_2027))
    answer = await take_in(lead, YEAR_2027)
    assert answer.headers["location"] == f"{PAGE}?year=2027&done=same"
    assert scene.read(calendar_editions.edition) == 1
    assert "文件里的安排和现有的一样，没有改动。" in (await lead.look(answer.headers["location"])).text


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["第 1 行：没有内容。请每行写一天，例如 2027-01-01,off,元旦。"]),
        ("day,kind,name\n", ["第 1 行：没有内容。请每行写一天，例如 2027-01-01,off,元旦。"]),
        (
            "日期,休息\n",
            [
                "第 1 行：没有「休息」这一列。",
                "第 1 行：第一行缺少列 kind，须有 day, kind, name。",
                "第 1 行：第一行缺少列 name，须有 day, kind, name。",
            ],
        ),
        (
            NOTICE_2027.replace("6月9日（周三）", "6月9日（周二）"),
            ["第 7 行：「6月9日（周二）」前后矛盾：2027-06-09 不是这个星期几。"],
        ),
        (
            "2027:\n  - {name: 元旦, from: 2027-01-01}\n",
            ['第 2 行：YAML 有误："2027" lacks the key "to"; add it.'],
        ),
        ("day,kind,name\n2027-01-01,off,元旦,x\n", ["第 2 行：这一行有 4 列，第一行只有 3 列，请删去多出的内容。"]),
        ('day,kind,name\n2027-01-01,off,"元旦\n', ["第 2 行：从这一行起无法读取，请检查引号。"]),
        (
            YEAR_2027 + "2027-01-01,off,元旦\n2027-13-01,off,\n",
            [
                "第 10 行：2027-01-01 写了两次，请只保留一行。",
                "第 11 行：日期须写成 2027-01-01 的样子，这里是「2027-13-01」。",
            ],
        ),
    ],
)
async def test_a_file_with_a_fault_changes_nothing(lead: Seat, scene: Scene, text: str, sentences: list[str]) -> None:
    answer = await take_in(lead, text)
    assert (answer.status_code, said(answer)) == (422, sentences)
    assert scene.read(calendar_editions.edition) == 0


async def test_a_file_that_is_no_text_is_refused(lead: Seat) -> None:
    answer = await take_in(lead, file=b"\xff\xfe\x00\x81")
    assert said(answer) == ["第 1 行：文件编码无法识别，请另存为 UTF-8。"]


async def test_a_workbook_is_taken_in_and_what_holds_no_value_is_named(lead: Seat) -> None:
    lines = [["day", "kind", "name"], ["2027-01-01", "off", "元旦"]]
    answer = await take_in(lead, file=workbook([lines[0], [datetime(2027, 1, 1), *lines[1][1:]]]))  # noqa: DTZ001
    assert "1 项，放假 1 天，调休上班 0 天" in answer.text
    late = datetime(2027, 1, 1, 16)  # noqa: DTZ001 - a workbook knows no zones
    answer = await take_in(lead, file=workbook([lines[0], ["=A1", "#N/A", "元旦"], [late, "off", "元旦"]]))
    assert said(answer) == [
        "第 2 行：单元格 A2 是公式，请改为文字。",
        "第 2 行：单元格 B2 是错误值，请改为文字。",
        "第 3 行：单元格 A3 是带时刻的日期 2027-01-01 16:00，请改为文字。",
    ]
    assert said(await take_in(lead, file=b"PK\x03\x04")) == [
        "第 1 行：无法读取这个 Excel 文件，请另存为不带密码的 .xlsx。"
    ]


async def test_which_sheet_of_a_workbook_was_meant_is_asked(lead: Seat) -> None:
    assert said(await take_in(lead, file=sheets("visible", "visible"))) == [
        '第 1 行：有几个工作表都有内容："甲", "乙"。只能读取一个，请隐藏或删除其他的，或分别存成文件。'
    ]
    assert said(await take_in(lead, file=sheets("visible", "hidden", "hidden"))) == [
        '第 1 行：有内容的工作表都被隐藏了："乙", "丙"，请取消隐藏要导入的那一个。'
    ]


def test_whatever_can_be_wrong_with_a_table_has_its_words_on_the_page() -> None:
    assert table_faults.ANY.keys() == SENTENCES.keys() - {
        "unreadable",
        "format",
        "merged",
    }  # of paths, and of questions


async def test_hidden_sheets_that_were_passed_over_are_named(lead: Seat) -> None:
    book = Workbook()
    for row in (["day", "kind", "name"], ["2026-12-18", "off", "年会"]):
        book.worksheets[0].append(row)
    book.create_sheet("旧年").sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    page = await take_in(lead, file=held.getvalue())
    assert "隐藏的工作表没有读取：旧年" in page.text


async def test_a_file_that_is_too_large_is_refused(lead: Seat) -> None:
    assert (await take_in(lead, file=b"x" * 200_000)).status_code == 413


async def test_a_year_is_taken_home_and_brought_back(lead: Seat, scene: Scene) -> None:
    await set_day(lead, "2026-12-18", "off", calendar="每日", name="=1+1")
    file = await lead.look(f"{PAGE}/days.csv?year=2026")
    assert file.headers["content-disposition"] == 'attachment; filename="calendar-2026.csv"'
    assert "2026-12-18,off,'=1+1,每日" in file.text
    answer = await take_in(lead, file=file.content)
    assert answer.headers["location"] == f"{PAGE}?year=2026&done=same"
