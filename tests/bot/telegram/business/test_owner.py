"""What the owner writes with their own hands is a contact by a person."""

from __future__ import annotations

import pytest

from bot.messages import Incoming
from bot.telegram.business import owner as owners
from bot.telegram.parsing.owners import OwnerMessage
from bot.transcript import conversations, message_store
from escalation.tickets import deadline_store
from tests.bot.scene import Scene
from tests.bot.telegram.business_scene import Account
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram, Owner, Person


@pytest.fixture
async def account(api: FakeTelegram, world: World, wang: Owner, anna: Person) -> Account:
    await world.open_door()
    wang.connect(can_reply=True)
    return Account(api, world, wang, anna)


def first_contact(account: Account) -> list[str]:
    """How the clocks of the first contact stand."""
    rows = account.world.read(deadline_store.deadlines_of, account.ticket.id)
    return [row.state for row in rows if row.milestone == "first_contact"]


async def test_the_owners_line_is_in_the_transcript_and_the_first_contact_is_met(account: Account) -> None:
    asked = await account.hears("转人工")
    assert first_contact(account) == ["open"]
    await account.answers("您好，我是王强，马上给您看。", reply_to=asked)
    said = account.lines[-1]
    assert (said.author, said.staff_id, said.text) == ("agent", None, "您好，我是王强，马上给您看。")
    assert (said.meta["name"], said.meta["reply_to"]) == ("王强（账号主人）", account.lines[0].id)
    assert first_contact(account) == ["met"]
    assert (account.ticket.state, account.ticket.first_contact_at) == ("waiting", account.world.now)
    assert "replied" in account.events()


async def test_it_is_theirs_if_they_are_a_member_of_staff(account: Account) -> None:
    wang = await account.staff("wang", "王强", account=900)
    await account.hears("转人工")
    await account.answers("我来处理。")
    said = account.lines[-1]
    assert (said.staff_id, said.meta["name"]) == (wang.id, "王强")
    assert (account.ticket.state, account.ticket.holder_id) == ("claimed", wang.id)
    assert first_contact(account) == ["met"]


async def test_who_holds_the_ticket_holds_it_still(account: Account) -> None:
    await account.staff("wang", "王强", account=900)
    await account.hears("转人工")
    li = await account.claimed()
    await account.answers("同事在看了。")
    assert account.ticket.holder_id == li.id
    assert first_contact(account) == ["met"]


async def test_a_greeting_that_the_messenger_sends_by_itself_meets_nothing(account: Account) -> None:
    await account.hears("转人工")
    await account.answers("您好，请稍候。", is_from_offline=True)
    assert account.lines[-1].text == "您好，请稍候。"
    assert first_contact(account) == ["open"]


async def test_a_line_in_a_finished_or_new_talk_opens_no_ticket_and_is_not_answered(account: Account) -> None:
    await account.answers("您好，上次的打印机还好用吗？")
    assert account.world.count("tickets") == 0
    assert await account.quiet() == 0
    assert [line.author for line in account.lines] == ["agent"]


async def test_files_places_and_stickers_of_the_owner_are_kept(account: Account) -> None:
    size = [{"file_id": "photo-1", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 9}]
    await account.answers(photo=size, caption="接这个口")
    await account.answers(location={"latitude": 31.23, "longitude": 121.47})
    await account.answers("/me")
    await account.answers("字" * 2001)
    assert [(line.author, line.kind) for line in account.lines] == [
        ("agent", "file"),
        ("agent", "location"),
        ("agent", "text"),
        ("agent", "text"),
    ]
    assert account.lines[2].text == "/me"


async def test_an_edit_of_the_owners_is_a_further_version(account: Account) -> None:
    number = await account.answers("周一到")
    await account.owner.changes(account.owner, account.customer, number, "周二到")
    await account.settled()
    assert [(line.text, line.words) for line in account.lines] == [("周一到", "周二到")]


async def test_the_same_line_twice_is_one(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    said = Incoming("telegram", "77@conn", "k1", "text", text="我来看看", number=5)
    for _ in range(2):
        scene.write(owners.take_owner_message, scene.rules, OwnerMessage((said,), 900, ""), scene.now)
    talk = scene.read(conversations.find_conversation, "telegram", "77@conn")
    [line] = scene.read(message_store.transcript, talk.id)
    assert (line.author, line.meta["name"]) == ("agent", "账号主人")


async def test_what_the_owner_has_answered_the_bot_does_not_answer_once_more(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    visitor = scene.visitor("77@conn", "telegram")
    assert visitor.say("那个打印机", settle=False) == []
    said = Incoming("telegram", "77@conn", "k1", "text", text="请重启打印机。", number=5)
    scene.write(owners.take_owner_message, scene.rules, OwnerMessage((said,), 900, "王强"), scene.now)
    scene.pass_time(hours=3)
    assert [(line.author, line.text) for line in visitor.lines()] == [
        ("customer", "那个打印机"),
        ("agent", "请重启打印机。"),
    ]


async def test_while_the_owner_is_talking_the_bot_keeps_quiet_but_for_who_asks_for_a_person_or_is_in_danger(
    scene_anywhere: Scene,
) -> None:
    scene = scene_anywhere
    visitor = scene.visitor("77@conn", "telegram")
    said = Incoming("telegram", "77@conn", "k1", "text", text="您好，上次的打印机还好用吗？", number=5)
    scene.write(owners.take_owner_message, scene.rules, OwnerMessage((said,), 900, ""), scene.now)
    visitor.say("怎么开发票")
    assert [line.author for line in visitor.lines()] == ["agent", "customer"]
    visitor.say("打印机冒烟了")
    assert [line.author for line in visitor.lines()] == ["agent", "customer", "customer", "bot", "bot"]


async def test_half_an_hour_after_the_owners_last_line_the_bot_answers_again(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    visitor = scene.visitor("77@conn", "telegram")
    said = Incoming("telegram", "77@conn", "k1", "text", text="您好，上次的打印机还好用吗？", number=5)
    scene.write(owners.take_owner_message, scene.rules, OwnerMessage((said,), 900, ""), scene.now)
    scene.clock.advance(minutes=31)
    visitor.say("怎么开发票")
    assert [line.author for line in visitor.lines()] == ["agent", "customer", "bot"]
