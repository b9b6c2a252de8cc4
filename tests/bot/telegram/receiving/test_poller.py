from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.rate_limit import SENDER_BURST
from bot.dialogue.intake import Receipt
from bot.messages import Incoming
from bot.telegram.parsing.updates import Fetched
from bot.telegram.receiving import retry
from bot.wording.refusals import TOO_FAST
from tests.bot.telegram.world import INVOICE, STAFF, World, poller_task
from tests.fakes.telegram_api import AT, PATIENCE, TOKEN, FakeTelegram, message_update, text_update
from tests.patience import patience


async def test_an_update_handed_out_four_times_counts_once(api: FakeTelegram, world: World) -> None:
    api.forgetful = 3
    number = await api.push(text_update(77, "怎么开发票"))
    await world.open_door()
    await api.until_confirmed(number)
    await world.take(text_update(77, "那个"))
    assert world.said(77) == ["怎么开发票", "那个"]
    assert world.count("inbox") == 2
    assert [line.text for line in world.lines(77, "bot")] == [INVOICE]


async def test_a_crash_between_commit_and_confirmation_doubles_nothing(api: FakeTelegram, world: World) -> None:
    door, committed = world.make_door(), asyncio.Event()
    handle = door.poller.retry.handle

    async def handle_and_hang(update: Fetched) -> None:
        await handle(update)
        committed.set()
        await asyncio.Event().wait()

    door.poller.retry.handle = handle_and_hang
    await door.start()
    number = await api.push(text_update(77, "怎么开发票"))
    await asyncio.wait_for(committed.wait(), patience(PATIENCE))
    poller_task().cancel()
    await door.stop()
    assert api.confirmed <= number
    await world.open_door()
    await api.until_confirmed(number)
    assert world.said(77) == ["怎么开发票"]
    assert [line.text for line in world.lines(77, "bot")] == [INVOICE]


async def test_a_crash_before_the_commit_loses_nothing(api: FakeTelegram, world: World) -> None:
    door, begun = world.make_door(), asyncio.Event()

    async def hang(_: Fetched) -> None:
        begun.set()
        await asyncio.Event().wait()

    door.poller.retry.handle = hang
    await door.start()
    number = await api.push(text_update(77, "怎么开发票"))
    await asyncio.wait_for(begun.wait(), patience(PATIENCE))
    poller_task().cancel()
    await door.stop()
    assert world.said(77) == []
    await world.open_door()
    await api.until_confirmed(number)
    assert world.said(77) == ["怎么开发票"]


async def test_stopping_finishes_what_is_in_hand(api: FakeTelegram, world: World) -> None:
    door, begun, go_on = world.make_door(), asyncio.Event(), asyncio.Event()
    handle = door.poller.retry.handle

    async def slowly(update: Fetched) -> None:
        begun.set()
        await go_on.wait()
        await handle(update)

    door.poller.retry.handle = slowly
    await door.start()
    await api.push(text_update(77, "第一条"), text_update(77, "第二条"))
    await asyncio.wait_for(begun.wait(), patience(PATIENCE))
    stopping = asyncio.create_task(door.stop())
    asyncio.get_running_loop().call_soon(go_on.set)
    await stopping
    assert world.said(77) == ["第一条", "第二条"]


async def test_twenty_updates_in_each_of_five_chats_keep_their_order(api: FakeTelegram, world: World) -> None:
    chats = range(71, 76)
    updates = [text_update(chat, f"第{number}条") for number, chat in itertools.product(range(20), chats)]
    await world.open_door()
    await world.take(*updates)
    assert {chat: world.said(chat) for chat in chats} == {chat: [f"第{n}条" for n in range(20)] for chat in chats}


async def test_a_slow_chat_holds_up_no_other(api: FakeTelegram, world: World) -> None:
    door, others_done = world.make_door(), asyncio.Event()
    handle = door.poller.retry.handle

    async def one_is_slow(update: Fetched) -> None:
        if "慢" in str(update):
            await asyncio.wait_for(others_done.wait(), patience(PATIENCE))
        await handle(update)
        if "快" in str(update):
            others_done.set()

    door.poller.retry.handle = one_is_slow
    await door.start()
    await world.take(text_update(71, "慢"), text_update(71, "后"), text_update(72, "快"))
    assert (world.said(71), world.said(72)) == (["慢", "后"], ["快"])


def poison(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The service chokes on 「毒」; returns what it was given."""
    given: list[str] = []
    receive = world.service.receive

    async def choke(message: Incoming) -> Receipt:
        given.append(message.text)
        if message.text == "毒":
            raise ValueError(message.text)
        return await receive(message)

    monkeypatch.setattr(world.service, "receive", choke)
    return given


async def test_an_update_that_keeps_failing_is_set_aside_where_people_see_it(
    api: FakeTelegram, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = poison(world, monkeypatch)
    await world.open_door()
    await world.take(text_update(77, "毒"), text_update(77, "后面的话"), text_update(78, "别人的话"))
    assert given.count("毒") == 3
    assert (world.said(77), world.said(78)) == (["毒", "后面的话"], ["别人的话"])
    told = (await api.until_sent(1, 77))[0]
    assert told.text == "抱歉，您刚才的消息没能处理成功。请换个说法再发一次，或点「转人工」。"
    assert told.rows == [["person"]]
    card = (await api.until_sent(1, STAFF))[0]
    assert card.text == (
        "【未能处理】Telegram 会话 77 有一条消息未能自动处理（text，编号 5001），请人工联系这位客户。毒"
    )
    assert "update 5001 (text) is set aside" in caplog.text
    assert "毒" not in caplog.text


async def test_an_update_of_unknown_shape_is_set_aside_and_its_neighbours_are_read(
    api: FakeTelegram, world: World
) -> None:
    strange = {"message": {"chat": {"id": 77, "type": "private"}, "text": "看不懂", "date": {"era": "令和"}}}
    await world.open_door()
    await world.take(text_update(77, "前"), strange, text_update(77, "后"))
    assert world.said(77) == ["前", "看不懂", "后"]
    assert "unreadable" in (await api.until_sent(1, STAFF))[0].text


async def test_messages_wait_at_telegram_while_the_database_is_away(
    api: FakeTelegram, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, unit = world.make_door(), world.service.database.unit
    failures = itertools.count()

    async def away(fn: Any, *args: Any, **kwargs: Any) -> Any:
        if fn.__name__ == "receive" and next(failures) < 10:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return await unit(fn, *args, **kwargs)

    monkeypatch.setattr(world.service.database, "unit", away)
    await door.start()
    await world.take(text_update(77, "怎么开发票"))
    assert world.said(77) == ["怎么开发票"]
    assert [message.text for message in await api.until_sent(1, 77)] == [INVOICE]
    assert world.letters("staff") == []


async def test_a_bad_network_is_waited_out(api: FakeTelegram, world: World) -> None:
    api.fail_next("getUpdates", 502, "Bad Gateway")
    api.hang_up_next("getUpdates", after=False)
    api.fail_next("getUpdates", 429, "Too Many Requests", retry_after=0)
    api.hang_up_next("getUpdates", after=True)
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    assert world.said(77) == ["怎么开发票"]


@pytest.mark.parametrize(("code", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_refused_token_ends_the_polling_with_a_sentence(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture, code: int, description: str
) -> None:
    api.fail_next("getUpdates", code, description)
    door = await world.open_door()
    await asyncio.wait_for(poller_task(), patience(PATIENCE))
    assert door.poller.refused
    assert "Telegram refuses the token; set JIEDAI_TELEGRAM_TOKEN to BotFather's and restart." in caplog.text


async def test_a_second_reader_of_the_same_bot_is_named_and_nothing_is_lost(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.open_door()
    await api.until(lambda: api.polling == 1, "the first reader")
    await world.open_door()
    await api.until(lambda: api.calls["getUpdates"] >= 2 and api.polling == 1, "the second reader")
    await world.take(text_update(77, "怎么开发票"))
    assert world.said(77) == ["怎么开发票"]
    assert "Another program reads this bot's messages; only one may poll with a token." in caplog.text


async def test_the_token_is_never_logged_however_things_go_wrong(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for method in ("getUpdates", "sendMessage", "answerCallbackQuery", "getFile"):
        api.fail_next(method, 500, f"cannot serve {api.base}/bot{TOKEN}/{method}")
        api.hang_up_next(method, after=False)
    door = await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    for _ in range(2):
        await door.client.answer_tap("tap")
        with pytest.raises(Exception, match="暂时无法") as gone:
            await door.fetch_file("nothing")
        assert gone.value.__cause__ is None
    await world.until_stored(lambda: "<token>" in world.letters()[0][1])
    world.later(5)
    await world.until_stored(lambda: "ServerDisconnected" in world.letters()[0][1])
    assert "cannot serve" in caplog.text
    for secret in (TOKEN, TOKEN.partition(":")[2]):
        assert secret not in caplog.text + str(world.letters()) + repr(world.service.settings)


@pytest.mark.proof
def test_the_house_does_not_import_aiogram_unless_it_is_wanted() -> None:
    code = "import bot.app, bot.telegram, sys; sys.exit('aiogram' in sys.modules)"
    root = Path(__file__).parents[4]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0


async def test_one_sender_without_end_is_bounded_told_once_and_holds_nobody_up(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    flood = [text_update(77, f"第 {number} 句话") for number in range(400)]
    await world.take(*flood, text_update(78, "怎么开发票"))
    await api.until_sent(1, 78)
    assert len(world.said(77)) <= SENDER_BURST + 5
    told = [line.text for line in world.lines(77, "bot") if line.text == TOO_FAST]
    assert told == ["您发送得太快了，刚才的消息没有全部收到。请稍等一分钟，再把要点发给我们。"]


async def test_what_a_customer_wrote_while_we_were_away_is_all_taken_in(api: FakeTelegram, world: World) -> None:
    said = [f"第 {number} 句话" for number in range(3 * SENDER_BURST)]
    await api.push(*(message_update(77, text=text, date=AT + 60 * at) for at, text in enumerate(said)))
    await world.open_door()
    await world.take(text_update(78, "怎么开发票"))
    assert world.said(77) == said


async def test_an_outage_of_the_database_uses_up_nobodys_patience(
    api: FakeTelegram, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = world.make_door()
    tried: list[int] = []
    take = door.dispatcher.customers.handle

    async def away_for_long(update: Any) -> None:
        tried.append(update.update_id)
        if len(tried) <= 2 * SENDER_BURST:
            raise OperationalError("SELECT", {}, Exception("gone"))
        await take(update)

    monkeypatch.setattr(door.dispatcher.customers, "handle", away_for_long)
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.001)
    await door.start()
    await world.take(text_update(77, "怎么开发票"))
    assert world.said(77) == ["怎么开发票"]
