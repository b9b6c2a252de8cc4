"""The talk on a ticket's page: what was changed, what is replied to, and whether the customer hears anything."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.agents.actions import Reply
from bot.delivery import outbox
from bot.delivery.undeliverable import mark_disconnected, mark_reachable, mark_unreachable
from bot.messages import File, Never
from bot.transcript import business_connections, edits
from bot.transcript.business_chats import BusinessChat
from bot.web.console import ticket_view
from bot.wording.business import OBSTACLES
from tests.bot.dialogue.phone import CHAT, Phone
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat

ACCOUNT_GONE = "机器人已与账号主人的 Telegram 账号断开，消息无法送达；请账号主人重新连接，或改用其他方式联系客户。"
GONE = "客户已停用机器人，消息无法送达；请改用电话等其他方式联系。"


@pytest.fixture
async def li(console: Console) -> Seat:
    return await console.sits("li")


@pytest.fixture
def phone(scene: Scene) -> Phone:
    found = Phone(scene)
    found.say(1, "转人工")
    return found


async def page(seat: Seat, scene: Scene) -> httpx.Response:
    found = await seat.look(f"/console/tickets/{scene.ticket.id}")
    assert found.status_code == 200, found.text
    return found


def talk(found: httpx.Response) -> list[str]:
    """Each line of the talk as a person reads it."""
    articles = re.findall(r"<article data-part class=\"said[^>]*>(.*?)</article>", found.text, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in articles]


async def test_a_changed_line_says_so_and_shows_what_it_said_before(scene: Scene, li: Seat, phone: Phone) -> None:
    phone.say(2, f"型号 M20 {HOSTILE}")
    before = scene.read(ticket_view.read_fingerprint, scene.ticket.id)
    phone.edit(2, f"型号 M21 {HOSTILE}")
    assert scene.read(ticket_view.read_fingerprint, scene.ticket.id) != before
    found = await page(li, scene)
    line = next(each for each in talk(found) if "型号" in each)
    assert line.startswith("客户 ")
    assert line.endswith(f"已修改 型号 M21 {HOSTILE} 修改前 型号 M20 {HOSTILE}")
    assert HOSTILE not in found.text


async def test_a_line_never_changed_says_nothing_of_it(scene: Scene, li: Seat, phone: Phone) -> None:
    phone.say(2, "型号 M20")
    assert "已修改" not in (await page(li, scene)).text


async def test_the_words_below_a_picture_are_shown_with_it(scene: Scene, li: Seat, phone: Phone) -> None:
    phone.say(2, "屏幕花了", kind="file", file=File("a.jpg", "image/jpeg", 5, reference="r1"))
    phone.edit(2, "屏幕裂了", kind="file", file=File("a.jpg", "image/jpeg", 5, reference="r1"))
    line = next(each for each in talk(await page(li, scene)) if "a.jpg" in each)
    assert line.startswith("客户 ")
    assert line.endswith("屏幕裂了 修改前 屏幕花了")


async def test_a_reply_shows_what_it_answers(scene: Scene, li: Seat, phone: Phone) -> None:
    phone.say(2, HOSTILE)
    phone.say(3, "就是这个", reply_to=2)
    found = await page(li, scene)
    assert talk(found)[-1].endswith(f"回复：{HOSTILE} 就是这个")
    assert HOSTILE not in found.text


async def test_staff_see_that_the_customer_hears_nothing_any_more(scene: Scene, li: Seat, phone: Phone) -> None:
    assert GONE not in (await page(li, scene)).text
    before = scene.read(ticket_view.read_fingerprint, scene.ticket.id)
    scene.write(mark_unreachable, "telegram", CHAT, scene.now)
    scene.write(mark_unreachable, "telegram", CHAT, scene.now)
    assert scene.read(ticket_view.read_fingerprint, scene.ticket.id) != before
    found = (await page(li, scene)).text
    assert GONE in found
    assert found.count("客户停用了机器人，消息无法送达") == 1
    scene.write(mark_reachable, "telegram", CHAT, scene.now)
    found = (await page(li, scene)).text
    assert GONE not in found
    assert "客户重新启用了机器人" in found


async def test_whoever_writes_again_can_be_reached_again(scene: Scene, li: Seat, phone: Phone) -> None:
    scene.write(mark_unreachable, "telegram", CHAT, scene.now)
    phone.say(2, "我又回来了")
    assert GONE not in (await page(li, scene)).text


def test_a_stranger_who_blocks_the_bot_is_nobodys_concern(scene: Scene) -> None:
    scene.write(mark_unreachable, "telegram", "99", scene.now)
    assert scene.tickets == []


async def test_a_file_that_its_channel_keeps_can_be_opened_from_the_page(scene: Scene, li: Seat) -> None:
    kept = File("照片.jpg", "image/jpeg", 1_200, None, "a-reference")
    scene.visitor("77", "telegram").send("file", file=kept, mark="富文本，转发自<王五>")
    shown = (await page(li, scene)).text
    assert '<p class="quiet answered">富文本，转发自&lt;王五&gt;</p>' in shown
    assert "download>照片.jpg</a>" in shown
    assert "请在原渠道查看" not in shown


async def test_the_page_says_that_an_owners_account_is_gone_what_was_not_delivered_and_what_was_deleted(
    scene: Scene, li: Seat
) -> None:
    chat = BusinessChat(77, "conn")
    visitor = scene.visitor(chat.address, "telegram")
    visitor.send("text", text="转人工", number=5)
    scene.write(business_connections.hear, chat, 5, scene.now)
    scene.act(scene.claimed_by(li.who), Reply("您好。", "r1"))
    off = Never("not tried", obstacle="business_off")
    while rows := scene.write(outbox.claim, "telegram", scene.now):
        scene.write(outbox.conclude, [(row, off) for row in rows], scene.now)
    scene.write(mark_disconnected, "telegram", chat.address, scene.now)
    scene.write(edits.keep_deleted, visitor.lines()[0], scene.now)
    shown = await page(li, scene)
    assert GONE not in shown.text
    assert (
        "机器人已与账号主人的 Telegram 账号断开，消息无法送达；请账号主人重新连接，或改用其他方式联系客户。"
        in shown.text
    )
    assert f"一条回复没有送达客户，请换个形式重发或改用其他方式联系（{OBSTACLES['business_off']}）" in shown.text
    assert "已删除" in talk(shown)[0]
    assert talk(shown)[0].endswith("转人工")
