"""Secrets in what a customer writes: starred on every page, and shown to whoever asks, on record."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from escalation.journal.journal_store import lines_of
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat

SAID = "我微信是abc_12345，登录密码：888888，电话13800000020，打印机E05，转人工"
SHOWN = "我微信是a***，登录密码：******，电话138****0020，打印机E05，转人工"
SECRETS = ("abc_12345", "888888", "13800000020")


@pytest.fixture
async def seat(console: Console, scene: Scene) -> Seat:
    scene.visitor("anna").say(SAID)
    return await console.sits("wang")


def first_line(scene: Scene) -> int:
    return scene.visitor("anna").lines()[0].id


def plain(text: str) -> str:
    """The page's words without its tags around starred ones."""
    text = text.replace('<span class="starred" title="已隐去，可点「显示」查看">', "")
    return html.unescape(text.replace("</span>", ""))


def without_tags(page: httpx.Response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.text))


async def test_the_conversation_is_starred_until_somebody_asks(seat: Seat, scene: Scene) -> None:
    page = (await seat.look(f"/console/tickets/{scene.ticket.id}")).text
    assert SHOWN in plain(page)
    assert not [secret for secret in SECRETS if secret in page]


async def test_showing_it_is_on_record_with_ticket_and_line_and_without_the_words(seat: Seat, scene: Scene) -> None:
    ticket, line = scene.ticket.id, first_line(scene)
    answer = await seat.do(ticket, f"lines/{line}/show")
    assert SAID in without_tags(answer)
    assert '<a href="tel:13800000020"' in answer.text
    (told,) = scene.read(lines_of, "look:wang")
    assert (told.what, told.by) == ("starred words seen", "wang")
    assert told.after == {"about": f"ticket {ticket}, line {line}"}
    assert SAID not in without_tags(await seat.look(f"/console/tickets/{ticket}"))


async def test_a_reload_of_the_shown_line_leads_back_to_the_ticket(seat: Seat, scene: Scene) -> None:
    answer = await seat.look(f"/console/tickets/{scene.ticket.id}/lines/{first_line(scene)}/show")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/tickets/{scene.ticket.id}")


async def test_a_line_that_hides_nothing_is_refused_with_a_sentence(seat: Seat, scene: Scene) -> None:
    answer = await seat.do(scene.ticket.id, "lines/999999/show")
    assert answer.status_code == 404
    assert "这条消息没有隐去的内容，或您不能查看它。" in answer.text
    assert scene.read(lines_of, "look:wang") == []


async def test_whoever_may_not_see_the_ticket_is_shown_nothing(console: Console, seat: Seat, scene: Scene) -> None:
    other = await console.sits("zhou", "agent", ("特级专席",))
    answer = await other.do(scene.ticket.id, f"lines/{first_line(scene)}/show")
    assert answer.status_code == 403
    assert scene.read(lines_of, "look:zhou") == []


async def test_a_form_of_somebody_elses_page_shows_nothing(seat: Seat, scene: Scene) -> None:
    address = f"/console/tickets/{scene.ticket.id}/lines/{first_line(scene)}/show"
    assert (await seat.browser.post(address, data={"csrf": "forged"})).status_code == 403


async def test_board_search_and_inbox_show_no_secret(seat: Seat, scene: Scene) -> None:
    for path in ("/console", "/console?q=打印机", "/console?show=open", "/console/notices"):
        page = (await seat.look(path)).text
        assert f"#{scene.ticket.id}" in page, path
        assert not [secret for secret in SECRETS if secret in page], path


async def test_whoever_holds_it_still_reads_the_number_to_call(seat: Seat, scene: Scene) -> None:
    await seat.do(scene.ticket.id, "claim")
    page = (await seat.look(f"/console/tickets/{scene.ticket.id}")).text
    assert "电话：13800000020" in page
    assert "888888" not in page
