"""What is typed on a ticket's page comes back to whoever typed it, after signing out and in a second tab."""

from __future__ import annotations

import httpx
import pytest

from bot.agents.actions import Claim
from bot.transcript import reply_drafts
from tests.bot.scene import UNKNOWN, Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of


@pytest.fixture
def ticket(scene: Scene) -> int:
    visitor = scene.visitor()
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene.ticket.id


async def typed(seat: Seat, ticket: int, field: str, text: str) -> httpx.Response:
    return await seat.do(ticket, "draft", field=field, text=text)


async def test_a_draft_is_back_after_signing_out_and_never_in_anothers_fields(
    console: Console, scene: Scene, ticket: int
) -> None:
    li, han = await console.sits("li"), await console.sits("han", "lead")
    scene.act(li.who, Claim(), ticket)
    assert (await typed(li, ticket, "reply", "您好，备件已经")).status_code == 204
    assert (await typed(li, ticket, "note", "客户提到要投诉")).status_code == 204
    await li.browser.post("/console/sign-out", data={"csrf": csrf_of(await li.look("/console"))})
    theirs = (await han.look(f"/console/tickets/{ticket}")).text
    assert "备件已经" not in theirs
    assert "要投诉" not in theirs
    await li.sign_in()
    page = (await li.look(f"/console/tickets/{ticket}")).text
    assert "您好，备件已经</textarea>" in page
    assert "客户提到要投诉</textarea>" in page


async def test_what_was_sent_is_no_draft_any_more_and_the_other_field_stays(
    console: Console, scene: Scene, ticket: int
) -> None:
    li = await console.sits("li")
    scene.act(li.who, Claim(), ticket)
    await typed(li, ticket, "reply", "您好")
    await typed(li, ticket, "note", "等备件")
    await li.do(ticket, "reply", text="您好，已寄出", key="0123456789abcdef")
    kept = scene.read(reply_drafts.drafts_of, scene.vault, ticket, li.who.id, scene.now)
    assert (kept["reply"], kept["note"]) == ("", "等备件")


async def test_what_was_refused_stays(console: Console, scene: Scene, ticket: int) -> None:
    li = await console.sits("li")
    await typed(li, ticket, "reply", "您好")
    assert (await li.do(ticket, "reply", text="您好", key="0123456789abcdef")).status_code == 409
    assert scene.read(reply_drafts.drafts_of, scene.vault, ticket, li.who.id, scene.now)["reply"] == "您好"


async def test_a_plan_half_written_is_kept_with_its_form(console: Console, scene: Scene, ticket: int) -> None:
    li = await console.sits("li")
    scene.act(li.who, Claim(), ticket)
    await typed(li, ticket, "plan", '{"responsible":"1","steps":[["换硒鼓",""]]}')
    assert "换硒鼓" in (await li.look(f"/console/tickets/{ticket}")).text


@pytest.mark.parametrize(
    ("field", "text", "status", "sentence"),
    [
        ("subject", "x", 422, "页面已过期，请刷新后再试。"),
        ("reply", "长" * 20_001, 413, "内容太长，请删减后再提交。"),
    ],
)
async def test_what_no_field_can_hold_is_refused(  # one row for each bound
    console: Console, ticket: int, field: str, text: str, status: int, sentence: str
) -> None:
    li = await console.sits("li")
    answer = await typed(li, ticket, field, text)
    assert (answer.status_code, sentence in answer.text) == (status, True)


async def test_a_ticket_out_of_sight_takes_no_draft(console: Console, ticket: int) -> None:
    stranger = await console.sits("wu", queues=("特级专席",))
    answer = await typed(stranger, ticket, "reply", "x")
    assert answer.status_code == 403
    assert "您无权查看这张工单，如需处理请联系组长。" in answer.text
    assert "没有这张工单。" in (await typed(stranger, 999, "reply", "x")).text
