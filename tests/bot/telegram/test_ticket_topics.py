"""A ticket has a topic of its own in its customer's private chat: all that is said of it stands there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Action, Claim, Reply, Resolve, act
from bot.agents.new_tickets import EnteredMatter, enter
from bot.auth import one_time_codes
from bot.delivery import customer_topics
from bot.jobs.alarm_clock import AlarmClock
from bot.transcript import conversations
from bot.wording.telegram_customers import topic_name
from escalation.staff import Staff, add_staff, get_staff
from escalation.tickets import ticket_store
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram, Person

PROMISE = "已为您安排专人，最晚今天 12:00 前与您联系（首次联系）。您之前说的内容已一并转交，不用再重复。"
NAMED = "#1 打印机漏墨了，弄得满桌都是"


@pytest.fixture
def api(api: FakeTelegram) -> FakeTelegram:
    api.bot["has_topics_enabled"] = True
    return api


@pytest.fixture
def anna(api: FakeTelegram) -> Person:
    return api.person(77, first_name="安娜")


async def begin(world: World) -> None:
    """The bot runs, and knows that it may make topics."""
    await world.open_door()
    await world.until_stored(lambda: world.count("private_topics") == 1)


async def say(api: FakeTelegram, person: Person, text: str, thread: int | None = None) -> int:
    number = await person.say(text, thread=thread)
    await api.until_confirmed(api.last_number)
    return number


async def opened(api: FakeTelegram, world: World, person: Person, matter: str = "打印机漏墨了，弄得满桌都是") -> None:
    """A ticket about this is open, and its promise was sent."""
    await say(api, person, matter)
    await say(api, person, "转人工")
    await sent_all(world)


async def sent_all(world: World) -> None:
    """Whatever was to be sent was sent, or is given up."""
    await world.until_stored(lambda: all(state != "pending" for state, _ in world.letters()))


async def agent(world: World) -> Staff:
    number = await world.service.database.unit(add_staff, "li", "李敏", "agent", ["*"], "-", world.now)
    found: Staff = world.read(get_staff, number)
    return found


async def do(world: World, who: Staff, ticket: int, *actions: Action) -> None:
    for action in actions:
        await world.service.database.unit(act, world.service.rules, who, ticket, action, world.now)
    await sent_all(world)


async def tick(world: World) -> None:
    """The alarm clock looks at what is due."""
    await AlarmClock(world.service.database, lambda: world.service.rules, world.service.clock).run_due()


def placed(api: FakeTelegram, words: str) -> list[int | None]:
    """The topics in which a message with these words stands."""
    return [message.thread for message in api.sent_to(77) if message.text == words]


def topic_of(world: World, ticket: int = 1) -> customer_topics.CustomerTopic:
    found: customer_topics.CustomerTopic = world.read(customer_topics.get_topic, ticket, 77)
    return found


async def test_a_tickets_promise_stands_in_a_topic_that_is_named_by_the_matter(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    await opened(api, world, anna)
    assert [topic.name for topic in api.chats[77].topics.values()] == [NAMED]
    thread = topic_of(world).thread
    assert placed(api, PROMISE) == [thread]
    assert thread is not None


async def test_what_agents_write_and_the_rating_go_into_the_topic_wherever_the_customer_wrote_last(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    await opened(api, world, anna)
    thread, who = topic_of(world).thread, await agent(world)
    await say(api, anna, "对了，是二楼那台")
    outside = world.lines(77, "customer")[-1].id
    await do(world, who, 1, Claim(), Reply("您好，我来处理。", "r1", answers=outside))
    assert placed(api, "您好，我来处理。") == [thread]
    assert api.sent_to(77)[-1].reply_to is None, "what it answers stands outside of the topic"
    asked = await say(api, anna, "好的", thread)
    inside = world.lines(77, "customer")[-1].id
    await do(world, who, 1, Reply("请稍等。", "r2", answers=inside))
    assert (api.sent_to(77)[-1].thread, api.sent_to(77)[-1].reply_to) == (thread, asked)
    await do(world, who, 1, Reply("已修好。", "r3"), Resolve())
    for _ in range(8):
        world.later(timedelta(hours=1).total_seconds())
        await tick(world)
        await sent_all(world)
    assert placed(api, "请您为这次服务打个分：1 分很不满意，5 分非常满意。") == [thread]
    assert placed(api, "收到，已补充到您的问题里，专人会一并看到。") == [None], "it answers where they wrote"


async def test_without_topics_everything_is_said_in_the_chat_as_ever(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    api.bot["has_topics_enabled"] = False
    await world.open_door()
    await opened(api, world, anna)
    assert (placed(api, PROMISE), world.count("customer_topics")) == ([None], 0)


REFUSALS = [
    (
        400,
        "Bad Request: not enough rights to create a topic",
        (
            "不能在客户的私聊里为工单新建话题：请在 @BotFather 为机器人开启「Threaded Mode（话题模式）」，然后重启。"
            "在此之前消息照常发到私聊，没有丢失。"
            "（TelegramBadRequest: Telegram server says - Bad Request: not enough rights to create a topic）"
        ),
    ),
    (
        404,
        "Not Found: method not found",
        (
            "不能在客户的私聊里为工单新建话题：Bot API 服务器版本太旧，需要 9.4 或更新的版本，升级后请重启。"
            "在此之前消息照常发到私聊，没有丢失。"
        ),
    ),
]


@pytest.mark.parametrize(("code", "refusal", "sentence"), REFUSALS)
async def test_where_no_topic_can_be_made_the_message_goes_outside_and_the_reason_is_named(
    api: FakeTelegram, world: World, anna: Person, code: int, refusal: str, sentence: str
) -> None:
    await begin(world)
    api.fail_next("createForumTopic", code, refusal)
    await opened(api, world, anna)
    who = await agent(world)
    await do(world, who, 1, Claim(), Reply("您好，我来处理。", "r1"))
    assert (placed(api, PROMISE), placed(api, "您好，我来处理。")) == ([None], [None])
    assert world.read(customer_topics.trouble_of)[0] == sentence
    assert not api.chats[77].topics


async def test_a_topic_deleted_by_its_customer_is_not_made_again_and_nothing_is_lost(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    await opened(api, world, anna)
    who, thread = await agent(world), topic_of(world).thread
    await say(api, anna, "急用", thread)
    assert thread is not None
    api.remove_topic(api.chats[77], thread)
    await do(world, who, 1, Claim(), Reply("您好，我来处理。", "r1"), Reply("还在吗？", "r2"))
    assert (placed(api, "您好，我来处理。"), placed(api, "还在吗？")) == ([None], [None])
    assert len(api.chats[77].topics) == 1
    assert (topic_of(world).state, {state for state, _ in world.letters()}) == ("gone", {"sent"})


async def test_a_topic_whose_making_ended_unheard_is_known_by_its_name_and_no_second_one_is_made(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    api.hang_up_next("createForumTopic", after=True)
    await opened(api, world, anna)
    who = await agent(world)
    await api.until_confirmed(api.last_number)
    await do(world, who, 1, Claim(), Reply("您好，我来处理。", "r1"))
    (thread,) = api.chats[77].topics
    assert placed(api, PROMISE) == [None]
    assert placed(api, "您好，我来处理。") == [thread]


async def test_who_has_blocked_the_bot_is_unreachable_and_their_ticket_still_gets_its_topic_later(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    await say(api, anna, "打印机漏墨了，弄得满桌都是")
    await sent_all(world)
    api.blocked.add(77)
    await say(api, anna, "转人工")
    await sent_all(world)
    await world.until_stored(
        lambda: world.read(conversations.find_conversation, "telegram", "77").unreachable_at is not None
    )
    api.blocked.discard(77)
    await say(api, anna, "在吗")
    who = await agent(world)
    await do(world, who, 1, Claim(), Reply("您好，我来处理。", "r1"))
    assert placed(api, "您好，我来处理。") == [topic_of(world).thread]
    assert topic_of(world).thread is not None


async def test_what_is_written_in_a_topic_is_about_its_ticket_though_another_one_is_open(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    code = await world.service.database.unit(
        one_time_codes.issue, world.service.token_secret, "customer", "C1001", world.now
    )
    await anna.start(f"c_{code}")
    await opened(api, world, anna)
    who, rules, unit = await agent(world), world.service.rules, world.service.database.unit
    call = EnteredMatter("k1", "phone", "客户催合同，态度不好", "C1001")
    second = await unit(enter, rules, who, "li", call, world.now)
    await do(world, who, second.id, Claim(), Reply("合同已寄出。", "r1"))
    assert [topic.name for topic in api.chats[77].topics.values()] == [NAMED, "#2 您的服务事项"]
    first, other = topic_of(world, 1).thread, topic_of(world, 2).thread
    assert placed(api, "合同已寄出。") == [other]
    for words, thread in (("墨还在漏", first), ("合同收到了", other), ("漏得更多了", first), ("谢谢您", None)):
        await say(api, anna, words, thread)
    told = {line.text: line.ticket_id for line in world.lines(77, "customer")}
    assert (told["墨还在漏"], told["合同收到了"], told["漏得更多了"]) == (1, second.id, 1)
    assert told["谢谢您"] == 1, "outside of a topic it is about the matter they wrote on last"


async def test_words_in_the_topic_of_a_closed_ticket_belong_to_the_open_one_and_staff_read_where_they_stand(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await begin(world)
    await opened(api, world, anna)
    who, thread = await agent(world), topic_of(world).thread
    await do(world, who, 1, Claim(), Reply("已修好。", "r1"), Resolve())
    for _ in range(3):
        world.later(timedelta(days=10).total_seconds())
        await tick(world)
    assert world.read(ticket_store.get_ticket, 1).state == "closed"
    await opened(api, world, anna, "发票抬头写错了，请重开")
    await say(api, anna, "还有一件事", thread)
    line = world.lines(77, "customer")[-1]
    assert (line.text, line.ticket_id, line.meta["mark"]) == ("还有一件事", 2, "写在 #1 的话题里")


def test_a_topics_name_is_short_and_tells_nothing_of_the_house() -> None:
    assert topic_name(3, "打印机\n漏墨") == "#3 打印机 漏墨"
    assert topic_name(3, "客户要求人工，尚未说明事由") == "#3 您的服务事项"
    assert topic_name(3, "打印机漏墨，电话13912345678") == "#3 打印机漏墨，电话139****5678"
    assert topic_name(3, "") == "#3 您的服务事项"
    assert topic_name(3, "字" * 60) == f"#3 {'字' * 39}…"
