"""The page of what persons ask of their data: for administrators alone, with two of them for an erasure."""

from __future__ import annotations

import html
import io
import re
import zipfile

import httpx
import pytest

from escalation.customers.data_requests import under_way
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

BANK = "C1001"


@pytest.fixture
async def admin(console: Console) -> Seat:
    console.scene.know(BANK)
    return await console.sits("lin", "admin")


async def post(seat: Seat, move: str, **form: str) -> httpx.Response:
    csrf = csrf_of(await seat.look("/console/rights"))
    return await seat.browser.post(f"/console/rights/{move}", data={"csrf": csrf, **form})


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 409
    (found,) = re.findall(r'<p class="strip strip-red" role="alert">(.*?)</p>', answer.text)
    return html.unescape(found)


async def test_only_administrators_find_the_page(console: Console, admin: Seat) -> None:
    lead = await console.sits("zhao", "lead")
    answer = await lead.browser.get("/console/rights")
    assert answer.status_code == 403
    assert "个人信息申请由管理员办理，如需办理请联系管理员。" in answer.text
    assert "信息申请" in (await admin.look("/console/rights")).text


async def test_an_erasure_waits_for_a_second_administrator(console: Console, admin: Seat) -> None:
    wang = await console.sits("wang", "admin")
    answer = await post(admin, "erase", customer=BANK)
    assert answer.headers["location"] == "/console/rights?done=erase"
    (asked,) = console.scene.read(under_way)
    page = (await admin.look("/console/rights")).text
    assert f"第 {asked.id} 号 · 删除" in page
    assert "待第二人同意" in page
    assert refusal(await post(admin, "erase", customer=BANK)) == f"{BANK} 的删除已在办理（第 {asked.id} 号申请）。"
    assert refusal(await post(admin, "approve", number=str(asked.id))) == (
        f"第 {asked.id} 号申请是您提出的，须由另一位管理员同意。"
    )
    answer = await post(wang, "approve", number=str(asked.id))
    assert answer.headers["location"] == "/console/rights?done=approve"
    assert [each.state for each in console.scene.read(under_way)] == ["running"]


async def test_a_restriction_waits_for_a_second_administrator(console: Console, admin: Seat) -> None:
    wang = await console.sits("wang", "admin")
    given = {"customer": BANK, "ground": "合同", "until": "2027-01-01"}
    answer = await post(admin, "restrict", **given)
    assert answer.headers["location"] == "/console/rights?done=restrict"
    assert (
        "已登记限制处理，须由另一位管理员同意后才会执行。" in (await admin.look("/console/rights?done=restrict")).text
    )
    (asked,) = console.scene.read(under_way)
    assert (asked.kind, asked.state) == ("restrict", "agreed")
    assert '<button class="small danger">同意限制处理</button>' in (await admin.look("/console/rights")).text
    assert refusal(await post(admin, "restrict", **given)) == f"{BANK} 的限制处理已在办理（第 {asked.id} 号申请）。"
    assert refusal(await post(admin, "approve", number=str(asked.id))) == (
        f"第 {asked.id} 号申请是您提出的，须由另一位管理员同意。"
    )
    await post(wang, "approve", number=str(asked.id))
    assert [each.state for each in console.scene.read(under_way)] == ["running"]


async def test_somebody_with_an_open_ticket_is_not_erased(console: Console, admin: Seat) -> None:
    console.scene.visitor("zhou", customer=BANK).say("转人工")
    number = console.scene.ticket.id
    assert (
        refusal(await post(admin, "erase", customer=BANK))
        == f"{BANK} 还有其他事项的工单没有结束（#{number}），请处理人先办结，或转给能办结的同事，之后再办理。"
    )


async def test_an_export_is_an_archive_three_times_a_day(admin: Seat) -> None:
    for _ in range(3):
        answer = await post(admin, "export", customer=BANK)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.namelist() == ["data.json", "index.html"]
    assert refusal(await post(admin, "export", customer=BANK)) == f"{BANK} 的个人信息今天已导出 3 次，请明天再导出。"


async def test_a_refusal_shows_what_the_customer_is_told(console: Console, admin: Seat) -> None:
    await post(admin, "erase", customer=BANK)
    (asked,) = console.scene.read(under_way)
    answer = await post(admin, "refuse", number=str(asked.id), reason="合同未结清")
    assert "您的申请未予办理，原因：合同未结清。如对处理结果有异议" in answer.text


@pytest.mark.parametrize(
    ("move", "form", "sentence"),
    [
        ("erase", {"customer": "不存在"}, "没有这位联系人，请填写客户编号。"),
        ("approve", {"number": "x"}, "没有这项申请。"),
        ("restrict", {"customer": BANK, "ground": "合同", "until": "明年"}, "截止日期请写成 2027-12-31 这样。"),
        ("restrict", {"customer": BANK, "ground": "合同", "until": "2020-01-01"}, "截止日期须在今天之后。"),
        ("restrict", {"customer": BANK, "ground": "", "until": "2027-01-01"}, "限制处理须写明依据和截止日期。"),
        (
            "erase",
            {"customer": BANK, "keep": "77", "ground": "合同", "until": "2027-01-01"},
            "77 不是 C1001 的工单，请填写这位客户的工单编号，或 items。",
        ),
    ],
)
async def test_what_cannot_be_taken_is_said(admin: Seat, move: str, form: dict[str, str], sentence: str) -> None:
    assert refusal(await post(admin, move, **form)) == sentence
