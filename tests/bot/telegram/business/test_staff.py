"""Agents in a topic whose customer writes to an owner's account."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages import File
from bot.telegram.business.connecting import save_connection
from bot.transcript import business_connections
from bot.transcript.business_chats import BusinessChat
from bot.transcript.business_connections import BusinessAccount
from tests.bot.scene import Scene
from tests.bot.telegram.business_scene import OWNER_OFF
from tests.bot.telegram.desk_scene import CUSTOMER, DeskScene, answering
from tests.bot.telegram.forum import GROUP, opened

LI = 500
CHAT = BusinessChat(CUSTOMER, "conn")
PHOTO = [{"file_id": "p1", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 5}]
PICTURE = {"id": "p1", "name": "照片.jpg", "mime": "image/jpeg"}
PLACE = {"latitude": 31.23, "longitude": 121.47}
DISCONNECTED = "⚠️ 机器人已与账号主人的 Telegram 账号断开，消息无法送达；请账号主人重新连接，或改用其他方式联系客户。"


def connect(scene: Scene, *, enabled: bool = True) -> None:
    """Telegram tells of the owner's account."""
    account = BusinessAccount("conn", 900, "王强", 900, enabled, frozenset(["can_reply"]), scene.now)
    scene.write(save_connection, scene.rules, account, None, scene.now)


@pytest.fixture
def held(scene_anywhere: Scene) -> DeskScene:
    """Li holds the ticket of a customer who has just written to the owner's account."""
    scene = scene_anywhere
    connect(scene)
    scene.write(business_connections.hear, CHAT, 5, scene.now)
    desk = DeskScene(scene, address=CHAT.address)
    scene.claimed_by(desk.staff("li", LI))
    return desk


async def test_a_reply_in_the_topic_goes_to_the_account(held: DeskScene) -> None:
    await held.write(LI, "/r 您好，我来处理。")
    (row,) = held.sent()
    assert (row.address, row.text) == (CHAT.address, "您好，我来处理。")


@pytest.mark.parametrize(
    ("content", "posted", "words"),
    [
        ({"photo": PHOTO, "caption": "请看这里"}, {"file": PICTURE, "caption": "请看这里"}, ""),
        ({"photo": PHOTO, "caption": "/r 请看这里"}, {"file": PICTURE, "caption": ""}, "请看这里"),
        ({"location": PLACE}, {"place": [31.23, 121.47]}, ""),
    ],
)
async def test_a_picture_or_a_place_goes_there_as_it_is_and_not_as_a_copy(
    held: DeskScene, content: dict[str, Any], posted: dict[str, Any], words: str
) -> None:
    held.mirror(400)
    await held.write(LI, **content, **answering(400))
    (row,) = held.sent()
    assert (row.content, row.text) == (posted, words)


async def test_a_reply_that_cannot_be_sent_is_refused_in_the_topic_with_what_is_missing(held: DeskScene) -> None:
    connect(held.scene, enabled=False)
    await held.write(LI, "/r 您好。")
    assert held.refusal() == f"{OWNER_OFF}刚才的话没有保存，也没有发给客户。"
    assert (held.said(), held.sent()) == ([], [])


async def test_the_card_says_that_the_account_is_gone_until_it_is_back(scene_anywhere: Scene) -> None:
    async with opened(scene_anywhere) as forum:
        scene = forum.scene
        connect(scene)
        scene.write(business_connections.hear, CHAT, 5, scene.now)
        scene.visitor(CHAT.address, "telegram").send("text", text="转人工", number=5)
        await forum.catch_up()
        assert DISCONNECTED not in forum.card()
        connect(scene, enabled=False)
        await forum.catch_up()
        assert DISCONNECTED in forum.card()
        connect(scene)
        await forum.catch_up()
        assert DISCONNECTED not in forum.card()


async def test_a_picture_of_a_customers_is_shown_in_the_topic_though_it_cannot_be_copied(scene_anywhere: Scene) -> None:
    async with opened(scene_anywhere) as forum:
        scene = forum.scene
        reference = forum.api.make_file("photo", b"\xff\xd8 a picture")
        visitor = scene.visitor("77@conn", "telegram")
        file = File("照片.jpg", "image/jpeg", 9, reference=reference)
        visitor.send("file", file=file, text="就是这台", number=5)
        await forum.catch_up()
        [shown] = [each for each in forum.api.chats[GROUP].standing_messages() if "photo" in each.raw]
        assert shown.text == "就是这台"
        film = forum.api.make_file("document", b"a film", name="现场.mp4")
        visitor.send("file", file=File("现场.mp4", "video/mp4", 9, reference=film), number=6)
        await forum.catch_up()
        [sent] = [each for each in forum.api.chats[GROUP].standing_messages() if "document" in each.raw]
        assert sent.raw["document"]["file_name"] == "现场.mp4"
