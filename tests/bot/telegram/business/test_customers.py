"""Customers who write to an owner's own account are answered there, apart from their chat with the bot."""

from __future__ import annotations

import pytest

from bot.agents.reply import Written
from bot.messages import File
from bot.transcript import attachments
from bot.wording.telegram_customers import SET_ASIDE
from tests.bot.telegram.business_scene import Account
from tests.bot.telegram.world import INVOICE, World
from tests.fakes.telegram import FakeTelegram, Owner, Person

PICTURE = [{"file_id": "photo-77", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 9}]


@pytest.fixture
async def account(api: FakeTelegram, world: World, wang: Owner, anna: Person) -> Account:
    await world.open_door()
    wang.connect(can_reply=True)
    return Account(api, world, wang, anna)


async def test_a_question_to_the_owners_account_is_answered_in_its_name(account: Account) -> None:
    await account.hears("怎么开发票")
    [sent] = await account.told(1)
    await account.quiet()
    assert (sent.chat, INVOICE in sent.text) == (77, True)
    assert [line.author for line in account.lines] == ["customer", "bot"], "our own words come back"


async def test_the_same_person_writing_to_the_bot_and_to_two_owners_has_three_conversations(
    api: FakeTelegram, world: World, anna: Person, account: Account
) -> None:
    chen = api.owner(901, first_name="陈静")
    chen.connect(can_reply=True)
    other = Account(api, world, chen, anna)
    for each in (account, other):
        await each.hears("怎么开发票")
    await anna.say("怎么开发票")
    for each in (account, other):
        await each.told(1)
        await each.quiet()
    assert world.count("conversations") == 3
    assert [len(account.lines), len(other.lines), len(world.lines(77))] == [2, 2, 2]


async def test_whoever_blocks_the_bot_is_answered_in_the_account_all_the_same(account: Account) -> None:
    await account.customer.say("你好")
    account.customer.block()
    await account.hears("怎么开发票")
    assert INVOICE in (await account.told(1))[-1].text
    assert account.talk is not None
    assert account.talk.unreachable_at is None


async def test_danger_alarms_and_a_person_is_asked_for(account: Account) -> None:
    await account.hears("打印机起火了")
    assert "请先保证人身安全" in (await account.told(1))[0].text
    assert account.ticket.is_open


async def test_files_albums_places_and_quotes_come_in(account: Account) -> None:
    await account.hears("转人工")
    first = await account.hears(photo=PICTURE, caption="打印机的照片", media_group_id="a1")
    await account.hears(photo=PICTURE, media_group_id="a1")
    await account.hears(location={"latitude": 31.23, "longitude": 121.47})
    await account.hears("就是这台", reply_to=first, quote={"text": "的照片", "position": 3})
    said = [line for line in account.lines if line.author == "customer"][1:]
    assert [line.kind for line in said] == ["file", "file", "location", "text"]
    assert said[3].meta["reply_to"] == said[0].id
    assert said[3].meta["mark"] == "引用「的照片」"
    assert said[0].meta["album"] == said[1].meta["album"] == "a1"
    held = account.world.read(attachments.get_attachment, said[0].id)
    assert held[1].reference == "photo-77"


async def test_an_edit_is_a_further_version(account: Account) -> None:
    number = await account.hears("转人工，订单 1")
    await account.owner.changes(account.customer, account.customer, number, "转人工，订单 2")
    await account.settled()
    said = account.lines[0]
    assert (said.text, said.words) == ("转人工，订单 1", "转人工，订单 2")


async def test_nobody_is_asked_to_share_their_number_there(account: Account) -> None:
    await account.hears("/start")
    await account.hears("/help")
    for sent in await account.told(2):
        assert (sent.asks_for_contact, "共享手机号" in sent.text) == (False, False)
    await account.quiet()
    assert [state for state, _ in account.world.letters()] == ["sent", "sent"]


async def test_a_card_of_ones_own_identifies_and_its_thanks_arrive(account: Account) -> None:
    await account.hears(contact={"phone_number": "8613800000000", "first_name": "安娜", "user_id": 77})
    [sent] = await account.told(1)
    assert sent.text == "手机号已收到，谢谢。客户资料里暂时没有这个号码，不影响您继续咨询。"


async def test_a_button_under_the_owners_name_counts_for_the_customer_alone(account: Account) -> None:
    await account.hears("打印机怎么连接")
    under = (await account.told(1))[-1]
    for person in (account.owner, account.customer):
        await account.owner.tapped(person, account.customer, under.number, under.rows[0][0])
        await account.settled()
    assert len([line for line in account.lines if line.kind == "choice"]) == 1


async def test_a_code_of_staff_links_nobody_there(account: Account) -> None:
    await account.hears("/link abc")
    assert account.lines[0].text == "/link abc"
    assert account.world.count("staff_links") == 0


async def test_the_owners_notes_to_themself_and_what_the_messenger_itself_writes_are_not_taken_in(
    api: FakeTelegram, account: Account
) -> None:
    await account.hears("你好")
    itself = api.person(777_000, first_name="Telegram")
    before = account.world.count("messages")
    await account.owner.hears(account.owner, "买牛奶")
    await account.owner.hears(itself, "Login code: 12345")
    await account.settled()
    assert account.world.count("conversations") == 1
    assert account.world.count("messages") >= before


async def test_an_agents_files_go_out_in_the_owners_name(api: FakeTelegram, account: Account) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    picture, film = api.make_file("photo", b"\xff\xd8 a picture"), api.make_file("document", b"a film", name="b.mp4")
    answered = account.lines[0]
    photo = File("照片.jpg", "image/jpeg", 9, reference=picture)
    await account.replies(li, "请看", file=photo, written=Written(-100, 5), answers=answered.id)
    await account.replies(li, "", "r2", file=File("b.mp4", "video/mp4", 9, reference=film), written=Written(-100, 6))
    await account.replies(li, "位置：1, 2", "r3", place=(1.0, 2.0), written=Written(-100, 7))
    await account.quiet()
    assert [(each.method, each.text) for each in account.sent[-3:]] == [
        ("sendPhoto", "请看"),
        ("sendDocument", ""),
        ("sendLocation", ""),
    ]
    assert account.sent[-3].reply_to == 1
    assert {each.chat for each in account.sent} == {77}


async def test_what_cannot_be_decoded_is_kept_and_told_to_the_customer_in_the_account(
    api: FakeTelegram, account: Account
) -> None:
    chat = {"id": 77, "type": "private", "first_name": "安娜"}
    said = {"message_id": 900, "date": "?", "chat": chat, "from": account.customer.user, "text": "坏了"}
    raw = said | {"business_connection_id": account.owner.connection.id}
    account.owner.connection.chat(account.customer.user)
    await account.hears("你好")
    before = await account.quiet()
    await account.world.take({"business_message": raw}, {"edited_business_message": raw | {"message_id": 901}})
    assert [each.text for each in (await account.told(before + 2))[before:]] == [SET_ASIDE, SET_ASIDE]
    assert [line.text for line in account.lines if line.meta.get("set_aside")] == ["坏了", "坏了"]
    by_owner = raw | {"message_id": 902, "from": account.owner.user}
    await account.world.take({"business_message": by_owner}, {"business_connection": {}})
    assert account.world.count("set_aside") == 4
    assert len(account.sent) == before + 2


async def test_a_part_that_cannot_be_decoded_stays_in_the_message(account: Account) -> None:
    await account.hears("打印机起火了", forward_origin={"type": "unheard of"})
    assert account.lines[0].meta["mark"] == "转发的消息，有部分内容无法读取"
    assert account.ticket.is_open
