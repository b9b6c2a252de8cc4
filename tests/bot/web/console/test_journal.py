"""The console's page of the journal: for auditors, by subject, person and day, paged."""

from __future__ import annotations

import html
from typing import Any

import pytest

from bot.web.console.journal import SHOWN
from escalation.journal.journal_store import lines_of, record
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat

PAGE = "/console/journal"


@pytest.fixture
async def auditor(console: Console) -> Seat:
    return await console.sits("shen", "auditor", ())


async def test_an_auditor_reads_who_did_what_before_and_after(scene: Scene, auditor: Seat) -> None:
    scene.write(
        record, "staff:lin", "staff changed", "chen", scene.now, before={"role": "agent"}, after={"role": "lead"}
    )
    page = html.unescape((await auditor.look(PAGE)).text)
    assert "<b>修改人员</b> <small>今天 10:00，chen · <code>staff:lin</code> 第 1 条</small>" in page
    assert "<dt>role</dt><dd><del>agent</del> → lead</dd>" in page
    assert 'href="/console/journal" aria-current="page">审计日志</a>' in page


async def test_it_is_narrowed_to_a_subject_a_person_and_a_day(scene: Scene, auditor: Seat) -> None:
    for subject, by in (("staff:lin", "chen"), ("staffing", "chen"), ("policy", "wu")):
        scene.write(record, subject, f"did {subject}", by, scene.now)
    by_subject = (await auditor.look(f"{PAGE}?subject=staff&by=chen")).text
    assert "did staff:lin" in by_subject
    assert "did staffing" not in by_subject
    assert "did policy" not in by_subject
    assert "did policy" in (await auditor.look(f"{PAGE}?by=wu&day=2026-11-23")).text
    assert "没有符合条件的记录。" in (await auditor.look(f"{PAGE}?by=wu&day=2026-11-22")).text


async def test_older_lines_are_on_the_next_page(scene: Scene, auditor: Seat) -> None:
    for number in range(SHOWN + 1):
        scene.write(record, "policy", f"did {number:03}", "wu", scene.now)
    first = (await auditor.look(f"{PAGE}?by=wu&subject=policy")).text
    assert "did 050" in first
    assert "did 000" not in first
    (line,) = (one for one in scene.read(lines_of, "policy") if one.what == "did 001")
    older = f"{PAGE}?subject=policy&by=wu&below={line.id}"
    assert f'href="{html.escape(older)}">更早的记录</a>' in first
    page = (await auditor.look(older)).text
    assert "did 000" in page
    assert "did 001" not in page


async def test_a_day_that_is_none_is_said(auditor: Seat) -> None:
    answer = await auditor.look(f"{PAGE}?day=yesterday")
    assert answer.status_code == 422
    assert "「yesterday」不是日期，请写成 2026-11-23 这样。" in answer.text


async def test_what_was_typed_is_shown_as_text(scene: Scene, auditor: Seat) -> None:
    scene.write(record, HOSTILE, HOSTILE, HOSTILE, scene.now, after={HOSTILE: HOSTILE})
    assert "<script>alert(1)" not in (await auditor.look(PAGE)).text


@pytest.mark.parametrize("role", ["agent", "lead", "manager", "inspector", "admin"])
async def test_nobody_else_reads_it(console: Console, role: Any) -> None:
    seat = await console.sits("wang", role, ("*",))
    answer = await seat.look(PAGE)
    assert answer.status_code == 403
    assert "审计日志由审计员查看，如需了解请联系管理员。" in answer.text
    assert "/console/journal" not in (await seat.look("/console/me")).text


async def test_looks_at_a_whole_telephone_number_are_on_record_once_a_day(console: Console, scene: Scene) -> None:
    seat = await console.sits("wang")
    scene.visitor("anna").say("我叫张三，电话 13800000020，转人工")
    ticket = scene.ticket.id
    await seat.look(f"/console/tickets/{ticket}")
    assert scene.read(lines_of, "look:wang") == []
    await seat.do(ticket, "claim")
    for _ in range(2):
        assert "13800000020" in (await seat.look(f"/console/tickets/{ticket}")).text
    (line,) = scene.read(lines_of, "look:wang")
    assert (line.what, line.by, line.after) == ("telephone number seen", "wang", {"about": f"ticket {ticket}"})
