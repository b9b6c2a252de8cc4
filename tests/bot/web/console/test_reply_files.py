"""Pictures and files with a reply over HTTP: what is sent, what is refused and in which words, and who gets to them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from bot.agents.actions import Reply, Resolve
from bot.agents.reply_corrections import TakeBack
from bot.agents.reply_files import GivenFile, check_files
from bot.delivery.undeliverable import mark_unreachable
from bot.messages import MAX_FILE, File
from bot.wording import refusals, reply_files
from tests.bot.scene import Scene, Visitor
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

JPEG, PDF = b"\xff\xd8\xff\xe0 a picture", b"%PDF-1.7 a contract"
KEY = "k" * 32
TOO_MUCH = "这些文件合计超过 30 MB，请分几次发送。"
KINDS = "不是可以发送的文件，请换成图片、音频、视频、PDF、Word、Excel、PPT 或纯文本。"
LIMITS = "可发图片、音频、视频、PDF、Word、Excel、PPT 和纯文本，每个不超过 10 MB；一次最多 9 个，合计不超过 30 MB。"


@pytest.fixture
async def li(console: Console) -> Seat:
    return await console.sits("li")


@pytest.fixture
def anna(scene: Scene, li: Seat) -> Visitor:
    found = scene.visitor("session")
    found.say("人工")
    scene.claimed_by(li.who)
    return found


async def send(seat: Seat, scene: Scene, files: list[tuple[str, bytes]], **fields: str) -> httpx.Response:
    """The form of the ticket's page, with these files chosen."""
    page = await seat.look("/console")
    data = {"csrf": csrf_of(page), "key": KEY, "text": "", **fields}
    chosen: list[Any] = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return await seat.browser.post(f"/console/tickets/{scene.ticket.id}/reply/files", data=data, files=chosen)


def agents_lines(anna: Visitor) -> list[tuple[str, str]]:
    return [(line.kind, line.meta.get("file", line.text)) for line in anna.lines() if line.author == "agent"]


async def test_words_and_files_are_sent_and_the_page_shows_them(scene: Scene, li: Seat, anna: Visitor) -> None:
    answer = await send(li, scene, [("屏幕.jpg", JPEG), ("合同.pdf", PDF)], text="请看这两个文件")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/tickets/{scene.ticket.id}?done=reply")
    assert agents_lines(anna) == [("text", "请看这两个文件"), ("file", "屏幕.jpg"), ("file", "合同.pdf")]
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    picture = anna.lines()[-2].id
    assert f'src="/console/tickets/{scene.ticket.id}/files/{picture}" alt="图片：屏幕.jpg"' in page.text
    assert (await li.look(f"/console/tickets/{scene.ticket.id}/files/{picture}")).content == JPEG


async def test_words_alone_go_by_the_same_form_as_a_browser_without_a_script_sends_it(
    scene: Scene, li: Seat, anna: Visitor
) -> None:
    boundary = "--x"
    page = await li.look("/console")
    parts = {"csrf": csrf_of(page), "key": KEY, "text": "您好"}
    body = "".join(
        f'{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    body += f'{boundary}\r\nContent-Disposition: form-data; name="files"; filename=""\r\n'
    body += f"Content-Type: application/octet-stream\r\n\r\n\r\n{boundary}--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"/console/tickets/{scene.ticket.id}/reply/files"
    assert (await li.browser.post(path, content=body.encode(), headers=headers)).status_code == 303
    assert agents_lines(anna) == [("text", "您好")]


async def test_the_same_form_twice_is_sent_once(scene: Scene, li: Seat, anna: Visitor) -> None:
    for _ in range(2):
        assert (await send(li, scene, [("屏幕.jpg", JPEG)])).status_code == 303
    assert agents_lines(anna) == [("file", "屏幕.jpg")]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("安装.exe", b"MZ\x90")], f"「安装.exe」{KINDS}"),
        ([("好.jpg", JPEG), ("图.png", b"<svg/>")], f"「图.png」{KINDS}"),
        ([("空.pdf", b"")], "「空.pdf」是空文件，请重新选择。"),
        ([("大.jpg", JPEG + b"x" * MAX_FILE)], "「大.jpg」超过 10 MB，请压缩后再发。"),
        ([("图.jpg", JPEG)] * 10, "一次最多发送 9 个文件，请分几次发送。"),
        (
            [("图.jpg", JPEG + b"x" * (MAX_FILE - 4_000))] * 3 + [("末.jpg", JPEG + b"x" * 200_000)],
            reply_files.TOO_MUCH,
        ),
    ],
)
async def test_what_is_refused_is_named_and_the_words_stay(
    scene: Scene, li: Seat, anna: Visitor, files: list[tuple[str, bytes]], sentence: str
) -> None:
    answer = await send(li, scene, files, text="请看附件")
    assert (answer.status_code, alert_of(answer)) == (422, sentence)
    assert re.search(r'<textarea id="reply"[^>]*>\s*请看附件</textarea>', answer.text)
    assert f'name="key" value="{KEY}"' in answer.text
    assert agents_lines(anna) == []


async def test_neither_words_nor_files_are_nothing_to_send(scene: Scene, li: Seat, anna: Visitor) -> None:
    answer = await send(li, scene, [])
    assert (answer.status_code, alert_of(answer)) == (422, refusals.REFUSALS["empty"])


async def test_far_too_much_is_refused_before_it_is_read(scene: Scene, li: Seat, anna: Visitor) -> None:
    answer = await send(li, scene, [("大.jpg", JPEG + b"x" * (reply_files.MOST_TOGETHER + 300_000))])
    assert (answer.status_code, alert_of(answer)) == (413, "这些文件合计超过 30 MB，请分几次发送。")


async def test_a_form_of_another_page_sends_nothing(scene: Scene, li: Seat, anna: Visitor) -> None:
    answer = await send(li, scene, [("屏幕.jpg", JPEG)], csrf="x" * 32)
    assert (answer.status_code, alert_of(answer)) == (403, refusals.FORM_EXPIRED)
    assert agents_lines(anna) == []


async def test_where_no_room_is_left_files_wait_and_words_go_on(
    scene: Scene, li: Seat, anna: Visitor, console: Console
) -> None:
    console.app.state.service.space._files = 2**80  # bytes: more than any disk has
    answer = await send(li, scene, [("屏幕.jpg", JPEG)], text="请看")
    assert alert_of(answer) == "服务器空间不足，暂时不能发送文件，请先用文字回复客户，并告诉管理员。"
    assert (await send(li, scene, [], text="请看")).status_code == 303


async def test_only_the_holder_sends_files(scene: Scene, anna: Visitor, console: Console) -> None:
    wang = await console.sits("wang")
    answer = await send(wang, scene, [("屏幕.jpg", JPEG)])
    assert (answer.status_code, alert_of(answer)) == (409, refusals.refusal("not_holder", "客服li"))


async def test_a_reload_of_a_refused_reply_leads_to_the_ticket(scene: Scene, li: Seat, anna: Visitor) -> None:
    answer = await li.look(f"/console/tickets/{scene.ticket.id}/reply/files")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/tickets/{scene.ticket.id}")


async def test_the_name_of_a_file_is_never_markup(scene: Scene, li: Seat, anna: Visitor) -> None:
    name = f"{HOSTILE.replace('/', '')}.jpg"
    await send(li, scene, [(name, JPEG)])
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


async def test_limits_and_the_way_to_the_customer_are_said_before(scene: Scene, li: Seat, anna: Visitor) -> None:
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    assert f'id="attach-limits" class="quiet">{LIMITS}客户在网页对话里查看，图片直接显示。</p>' in page.text
    assert 'type="file" name="files" multiple' in page.text


async def test_of_a_messenger_its_own_is_said(scene: Scene, li: Seat) -> None:
    scene.visitor("77", "telegram").say("人工")
    scene.claimed_by(li.who)
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    assert f"{LIMITS}客户在 Telegram 收到，图片会被压缩。</p>" in page.text
    scene.write(mark_unreachable, "telegram", "77", scene.now)
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    assert 'type="file"' not in page.text
    assert "客户已停用机器人，消息无法送达；请改用电话等其他方式联系。" in page.text


async def test_a_finished_tickets_holder_may_still_send_one(scene: Scene, li: Seat, anna: Visitor) -> None:
    scene.act(li.who, Reply("已处理好", "k0"))
    scene.act(li.who, Resolve())
    page = await li.look(f"/console/tickets/{scene.ticket.id}")
    assert 'type="file" name="files" multiple' in page.text
    assert (await send(li, scene, [("发票.pdf", PDF)])).status_code == 303
    assert agents_lines(anna)[-1] == ("file", "发票.pdf")
    assert scene.ticket.state == "resolved"


async def test_only_this_customer_gets_the_file_and_nobody_once_it_is_taken_back(
    scene: Scene, li: Seat, anna: Visitor, console: Console
) -> None:
    customer, other = await _page(console), await _page(console)
    await customer.post("/api/chat/messages", json={"key": "m1", "text": "人工"})
    scene.claimed_by(li.who)
    scene.act(li.who, Reply("", "k1", files=picture()))
    shown = (await customer.get("/api/chat/messages")).json()["messages"][-1]
    assert shown["file"] == {"file": "屏幕.jpg", "mime": "image/jpeg", "size": len(JPEG)}
    path = f"/api/chat/files/{shown['id']}"
    assert (await customer.get(path)).content == JPEG
    assert (await other.get(path)).status_code == 404
    scene.act(li.who, TakeBack(shown["id"]))
    assert (await customer.get(path)).status_code == 404
    shown = (await customer.get("/api/chat/messages")).json()["messages"][-1]
    assert ("file" in shown, shown["text"]) == (False, "（这条消息已撤回）")


def picture() -> tuple[File, ...]:
    return check_files([GivenFile("屏幕.jpg", JPEG)])


async def _page(console: Console) -> httpx.AsyncClient:
    """A customer's browser with a session of its own."""
    browser = console.browser()
    answer = await browser.post("/api/chat/sessions")
    browser.headers["Authorization"] = f"Bearer {answer.json()['session_token']}"
    return browser
