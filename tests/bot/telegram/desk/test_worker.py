"""Every ticket has a topic that shows what it should, whatever happens to the group, the network or the process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.agents.actions import Note, Release, Reply, Resolve
from bot.delivery.undeliverable import mark_reachable, mark_unreachable
from bot.telegram.desk import overview, topic_card
from bot.topic_sync import topic_groups, topics
from bot.topic_sync.topic_groups import ROOM
from bot.transcript import conversations
from bot.transcript.channel_message_ids import find_id, remember_id
from bot.wording.ticket_topic import MADE_AGAIN, UNREACHABLE
from bot.wording.topic_faults import ALONE_VERSION, FULL, GONE, NO_PIN, NO_RIGHTS, NOT_FORUM
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene
from tests.bot.telegram.forum import GROUP, SECOND, Forum, opened
from tests.fakes.telegram_api import TOKEN

BOT = 1001
CHASED = "机器人：已记下并为您催办，专人最晚今天 12:00 前与您联系（首次联系），会一并为您处理。"


@pytest.fixture
async def forum(scene: Scene) -> AsyncIterator[Forum]:
    async with opened(scene) as found:
        yield found


@pytest.fixture
async def anywhere(scene_anywhere: Scene) -> AsyncIterator[Forum]:
    async with opened(scene_anywhere) as found:
        yield found


async def with_ticket(forum: Forum, contact: str | None = None) -> int:
    """A customer has asked for a person and said what about; the topic shows it, and that the bot took it in."""
    customer = forum.customer(contact=contact)
    await customer.write("人工")
    await forum.settle()
    await customer.write("订单 AB1234567")
    await forum.settle()
    return forum.scene.ticket.id


def news(forum: Forum, ticket_id: int | None = None) -> list[str]:
    """What stands in the topic beside the card and what every topic begins with."""
    shown = forum.shown(ticket_id)
    assert shown[2] == "客户：订单 AB1234567"
    return shown[4:]


async def test_a_ticket_gets_a_topic_with_a_pinned_card_and_what_was_said(anywhere: Forum) -> None:
    await anywhere.customer().write("人工")
    await anywhere.settle()
    topic = anywhere.topic()
    assert anywhere.topics() == ["总览", "⚪三 #1 未识别客户 · 客户要求人工，尚未说明事由"]
    assert anywhere.shown()[0].startswith("⚪ 三级 · #1 未识别客户\n状态：待认领\n")
    assert anywhere.shown()[1].startswith("客户：人工\n机器人：已为您安排专人，")
    assert anywhere.api.message(GROUP, topic.card or 0).pinned
    rows = anywhere.api.message(GROUP, topic.card or 0).markup["inline_keyboard"]
    assert [button["text"] for button in rows[0]] == ["认领", "转交"]
    assert (topic.wanted_at, topic.doing) == (None, None)


async def test_without_a_desk_nothing_is_wanted_and_nothing_runs(scene: Scene) -> None:
    async with opened(scene) as forum:
        forum.use()
        await forum.customer().write("人工")
        forum.topic_worker.service.rules = forum.scene.rules
        forum.topic_worker.start()
        await forum.topic_worker.stop()
        assert forum.scene.count(topics.topics) == 0
        assert not forum.api.calls


async def test_the_card_is_edited_where_it_stands_and_the_topic_is_closed_and_opened_with_the_ticket(
    forum: Forum,
) -> None:
    number = await with_ticket(forum)
    card = forum.topic().card
    forum.scene.claimed_by(forum.scene.staff())
    await forum.settle()
    assert "状态：处理中 · 客服li" in forum.card()
    forum.scene.act(forum.scene.read(_holder), Resolve(why="当场解决"))
    forum.scene.pass_time(days=8)
    await forum.catch_up(1)
    assert forum.topic(number).closed
    assert forum.group.topics[forum.topic().thread or 0].closed
    assert "状态：已关闭 · 客服li" in forum.card()
    assert forum.topic().card == card


def _holder(db: Any) -> Any:
    from escalation.staff import all_staff

    return all_staff(db)[0]


async def test_a_withdrawn_ticket_closes_its_topic_which_says_why(forum: Forum) -> None:
    await with_ticket(forum)
    forum.scene.withdraw()
    await forum.settle()
    assert "状态：客户撤回" in forum.card()
    assert forum.topic().closed


async def test_a_reopened_ticket_opens_its_topic_again(forum: Forum) -> None:
    number = await with_ticket(forum)
    who = forum.scene.claimed_by(forum.scene.staff())
    forum.scene.act(who, Reply("您好", "k"))
    forum.scene.act(who, Resolve(why="当场解决"))
    await forum.catch_up(1)
    thread = forum.topic().thread or 0
    forum.scene.write(_close_by_hand, number)
    forum.api.close_topic(GROUP, thread)
    forum.customer().say("还是不行，没修好")
    await forum.catch_up(1)
    assert forum.scene.ticket.state == "waiting"
    assert not forum.group.topics[thread].closed
    assert "重新打开 1 次" in forum.card()


async def test_of_a_complaint_that_is_closed_to_somebody_the_group_reads_only_that_it_is_there(forum: Forum) -> None:
    await with_ticket(forum)
    who, _other = forum.scene.claimed_by(forum.scene.staff("tech")), forum.scene.staff("other")
    forum.scene.act(who, Reply("您好", "k"))
    forum.scene.act(who, Resolve(why="当场解决"))
    await forum.catch_up(1)
    before = {title: forum.shown(1) for title in forum.topics()}
    forum.customer().say("我要投诉你们的技术员，他向我索要红包，请保密")
    complaint = forum.scene.ticket
    assert (complaint.id, complaint.closed) == (2, {who.id})
    await forum.catch_up(1)
    assert forum.topics() == list(before)
    shown = " ".join(message.text or "" for message in forum.group.messages.values())
    assert "索要红包" not in shown
    assert "#2 保密投诉（请在工作台查看） · 待认领" in shown


async def test_a_topic_is_closed_when_its_ticket_becomes_confidential(forum: Forum) -> None:
    number = await with_ticket(forum)
    tech = forum.scene.claimed_by(forum.scene.staff("tech"))
    forum.scene.staff("other")
    forum.scene.act(tech, Release())
    forum.customer().say("我要投诉你们的技术员，他向我索要红包，请保密")
    assert forum.scene.ticket.closed == {tech.id}
    await forum.catch_up(1)
    assert forum.topic(number).closed
    assert not any("索要红包" in said for said in forum.shown(number))


def _close_by_hand(db: Any, number: int) -> None:
    db.execute(update(topics.topics).where(topics.topics.c.ticket_id == number).values(closed=True))


async def test_what_the_customer_writes_stands_there_and_a_reply_to_it_finds_its_line(anywhere: Forum) -> None:
    customer = anywhere.customer()
    await customer.write("人工")
    await anywhere.settle()
    await customer.write("型号是 M227")
    await anywhere.settle()
    assert anywhere.shown()[2] == "客户：型号是 M227"
    shown = [message for message in anywhere.api.sent_to(GROUP) if message.text == "客户：型号是 M227"]
    found = anywhere.scene.read(find_id, GROUP, shown[0].number)
    line = next(line for line in customer.lines() if line.text == "型号是 M227")
    assert found.message_id == line.id


async def test_an_answer_from_the_console_and_a_note_are_shown_those_written_in_the_topic_are_not(forum: Forum) -> None:
    await with_ticket(forum)
    who = forum.scene.claimed_by(forum.scene.staff())
    await forum.settle()
    forum.scene.act(who, Reply("马上为您处理", "k1"))
    forum.scene.act(who, Note("老客户，注意语气"))
    await forum.settle()
    assert news(forum) == ["客服 客服li：马上为您处理", "内部备注 客服li：老客户，注意语气"]
    before = len(forum.shown())
    forum.scene.act(who, Reply("在话题里写的", "k2"))
    line = forum.customer().lines()[-1]
    forum.scene.write(remember_id, GROUP, 777, message_id=line.id)
    await forum.settle()
    assert len(forum.shown()) == before
    assert forum.topic().told == line.id


async def test_a_picture_is_copied_from_the_customers_chat_under_a_name_an_album_stays_one(forum: Forum) -> None:
    customer = forum.customer()
    await customer.write("人工")
    await forum.settle()
    forum.scene.act(forum.scene.claimed_by(forum.scene.staff()), Reply("请发照片", "k"))
    await forum.settle()
    numbers = [await customer.picture(f"{n}.jpg", album="a1") for n in range(3)]
    await forum.catch_up(1)
    sent = [message.method for message in forum.api.sent_to(GROUP)][-4:]
    assert sent == ["sendMessage", "copyMessages", "copyMessages", "copyMessages"]
    assert [call.given["message_ids"] for call in forum.api.record if call.method == "copyMessages"] == [str(numbers)]
    lines = [line.id for line in customer.lines() if line.kind == "file"]
    shown = [message.number for message in forum.api.sent_to(GROUP)][-3:]
    assert [forum.scene.read(find_id, GROUP, number).message_id for number in shown] == lines


async def test_what_may_not_be_copied_is_said_to_be_there(forum: Forum) -> None:
    await with_ticket(forum)
    customer = forum.customer()
    number = await customer.picture("机器.jpg")
    forum.api.chats[customer.person.id].messages[number].deleted = True
    await forum.catch_up(1)
    assert forum.shown()[-1] == "客户：[机器.jpg]（无法在这里显示，请在工作台查看）"
    assert forum.topic().wanted_at is None


async def test_a_file_from_the_web_is_sent_with_its_bytes(forum: Forum) -> None:
    visitor = forum.scene.visitor()
    visitor.say("人工")
    visitor.say("订单 AB1234567")
    await forum.catch_up(1)
    visitor.send_file("错误代码.jpg", content=b"picture")
    await forum.catch_up(1)
    sent = forum.api.sent_to(GROUP)[-3:]
    assert [message.method for message in sent] == ["sendMessage", "sendDocument", "sendMessage"]
    assert sent[0].text == "客户："
    assert sent[2].text == "机器人：好的，这一条也记下了。"
    assert b"picture" in forum.api.files.values()


async def test_names_and_words_with_markup_stay_what_they_are(forum: Forum) -> None:
    await with_ticket(forum)
    await forum.customer().write("<b>加粗</b> *星号* _下划线_ [链接](http://x) & 😀")
    await forum.settle()
    assert forum.shown()[-1] == "客户：<b>加粗</b> *星号* _下划线_ [链接](http://x) & 😀"
    assert not any("parse_mode" in call.given for call in forum.api.record)


async def test_a_customer_who_stopped_the_bot_is_marked_on_the_card_until_they_are_back(forum: Forum) -> None:
    await with_ticket(forum)
    forum.scene.write(mark_unreachable, "telegram", "555", forum.scene.now)
    await forum.settle()
    assert f"⚠️ {UNREACHABLE}" in forum.card()
    forum.scene.write(mark_reachable, "telegram", "555", forum.scene.now)
    await forum.settle()
    assert UNREACHABLE not in forum.card()


async def test_two_replicas_at_once_make_one_topic_with_one_card(anywhere: Forum) -> None:
    await anywhere.customer().write("人工")
    other = anywhere.replica()
    await asyncio.gather(anywhere.settle(), anywhere.settle(other))
    await anywhere.catch_up(1)
    assert anywhere.topics() == ["总览", "⚪三 #1 未识别客户 · 客户要求人工，尚未说明事由"]
    assert len(anywhere.shown()) == 2


async def test_killed_after_the_card_was_sent_it_is_sent_once_more_and_labelled(anywhere: Forum) -> None:
    await with_ticket(anywhere)
    await _killed_amid(anywhere, "sendMessage", "急，机器停了")
    anywhere.scene.clock.advance(seconds=59)
    await anywhere.settle(anywhere.replica())
    assert news(anywhere) == ["客户：急，机器停了"]
    anywhere.scene.clock.advance(seconds=2)
    await anywhere.settle(anywhere.replica())
    assert news(anywhere) == ["客户：急，机器停了", "（可能重复）客户：急，机器停了", CHASED]


async def _killed_amid(forum: Forum, method: str, text: str) -> None:
    await forum.customer().write(text)
    gate, calls = forum.api.hold_next(method), forum.api.calls[method]
    task = asyncio.create_task(forum.settle())
    await forum.api.until(lambda: forum.api.calls[method] > calls, "the call")
    await forum.api.until(lambda: any(text in words for words in forum.shown()), "its words")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    gate.set()


async def test_a_cut_line_after_the_send_is_labelled_when_it_is_repeated(forum: Forum) -> None:
    await with_ticket(forum)
    forum.api.hang_up_next("sendMessage", after=True)
    await forum.customer().write("急，机器停了")
    await forum.settle()
    forum.scene.clock.advance(seconds=6)
    await forum.settle()
    assert news(forum) == ["客户：急，机器停了", "（可能重复）客户：急，机器停了", CHASED]


async def test_a_repeated_message_stays_labelled_though_the_second_try_is_refused(forum: Forum) -> None:
    await with_ticket(forum)
    forum.api.hang_up_next("sendMessage", after=True)
    await forum.customer().write("急，机器停了")
    await forum.settle()
    forum.api.fail_next("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    forum.scene.clock.advance(seconds=6)
    await forum.settle()
    await forum.catch_up(1)
    assert news(forum) == ["客户：急，机器停了", "（可能重复）客户：急，机器停了", CHASED]


async def test_what_was_said_last_is_shown_before_the_topic_is_closed(forum: Forum) -> None:
    await with_ticket(forum)
    who = forum.scene.claimed_by(forum.scene.staff())
    forum.scene.act(who, Reply("您好", "k"))
    forum.scene.act(who, Resolve(why="当场解决"))
    forum.customer().say("好的，谢谢")
    forum.scene.pass_time(days=8)
    assert forum.scene.ticket.state == "closed"
    await forum.catch_up(1)
    assert forum.topic().closed
    assert any("好的，谢谢" in words for words in news(forum))


async def test_an_overview_that_a_page_found_deleted_is_made_anew(forum: Forum) -> None:
    await forum.settle()
    chat, thread = forum.scene.read(topic_groups.overview_chat, forum.scene.rules)
    forum.api.delete_topic(chat, thread)
    forum.scene.write(topic_groups.forget_overview, chat, thread)
    assert forum.scene.read(topic_groups.overview_chat, forum.scene.rules) == (GROUP, None)
    await forum.settle()
    assert forum.topics() == ["总览"]
    assert forum.scene.read(topic_groups.overview_chat, forum.scene.rules)[1] != thread


async def test_killed_while_a_topic_was_made_the_next_one_says_that_there_may_be_another(forum: Forum) -> None:
    await forum.settle()
    forum.api.hang_up_next("createForumTopic", after=True)
    await forum.customer().write("人工")
    await forum.settle()
    forum.scene.clock.advance(seconds=6)
    await forum.settle()
    assert forum.topics() == [
        "总览",
        "⚪三 #1 未识别客户 · 客户要求人工，尚未说明事由",
        "⚪三 #1 未识别客户 · 客户要求人工，尚未说明事由",
    ]
    assert forum.shown()[0].startswith(f"{MADE_AGAIN}\n\n⚪ 三级 · #1")


async def test_a_deleted_topic_is_made_once_more_by_however_many_replicas_and_links_what_was_there(
    anywhere: Forum,
) -> None:
    await with_ticket(anywhere)
    before = anywhere.topic()
    anywhere.api.delete_topic(GROUP, before.thread or 0)
    await anywhere.customer().write("还有人吗")
    others = [anywhere.replica() for _ in range(2)]
    await asyncio.gather(anywhere.settle(), *(anywhere.settle(other) for other in others))
    await anywhere.catch_up(1)
    assert anywhere.topics() == ["总览", "⚪三 #1 未识别客户 · 客户要求人工，尚未说明事由"]
    assert anywhere.topic().thread != before.thread
    card, told = anywhere.shown()[:2]
    assert card.startswith("原话题已被删除，或建立时未能确认；请以本话题为准，此前的对话已重新列在下面。\n\n⚪ 三级")
    assert "在工作台打开" in card
    assert told.startswith("客户：人工\n机器人：已为您安排专人，")
    noted = "您说的我先记下，专人最晚今天 12:00 前与您联系（首次联系），一并答复您。"
    assert told.endswith(f"客户：还有人吗\n机器人：{noted}")


async def test_a_deleted_card_alone_is_said_anew(forum: Forum) -> None:
    await with_ticket(forum)
    card = forum.topic().card or 0
    forum.group.messages[card].deleted = True
    forum.scene.claimed_by(forum.scene.staff())
    await forum.settle()
    assert forum.topic().card != card
    assert forum.topic().pinned
    assert "处理中 · 客服li" in forum.card()
    assert len(forum.topics()) == 2


async def test_topics_switched_off_are_said_in_words_and_everything_is_shown_once_they_are_on(forum: Forum) -> None:
    forum.api.switch_topics(GROUP, on=False)
    await forum.customer().write("人工")
    await forum.settle()
    assert forum.trouble() == NOT_FORUM
    assert NOT_FORUM == (
        "这个群没有开启「话题」功能，请群主在群设置中开启；开启之前，工单请在工作台处理，提醒会直接发到群里。"
    )
    assert forum.scene.read(topic_groups.overview_chat, forum.scene.rules) == (GROUP, None)
    forum.api.switch_topics(GROUP, on=True)
    forum.scene.clock.advance(seconds=59)
    await forum.topic_worker.examine()
    assert forum.trouble() == NOT_FORUM
    forum.scene.clock.advance(seconds=1)
    await forum.topic_worker.examine()
    await forum.settle()
    assert forum.trouble() is None
    assert len(forum.shown()) == 2


async def test_what_only_trying_finds_out_is_not_looked_for_and_is_tried_again_after_a_start(forum: Forum) -> None:
    now = forum.scene.now
    forum.scene.write(topic_groups.set_trouble, GROUP, NO_PIN, now)
    forum.scene.write(topic_groups.set_menu_trouble, GROUP, ALONE_VERSION, now)
    assert forum.trouble() == NO_PIN  # which is worse, and known already
    forum.scene.write(topic_groups.set_trouble, GROUP, None, now)
    forum.scene.write(topic_groups.set_menu_trouble, GROUP, ALONE_VERSION, now)
    forum.scene.clock.advance(minutes=2)
    await forum.topic_worker.examine()
    assert (forum.trouble(), forum.api.calls["getChat"]) == (ALONE_VERSION, 0)
    await forum.topic_worker.examine(everything=True)
    assert forum.trouble() is None


@pytest.mark.parametrize(
    ("status", "rights", "trouble"),
    [
        ("member", {}, NO_RIGHTS),
        ("administrator", {"can_pin_messages": True}, NO_RIGHTS),
        ("administrator", {"can_manage_topics": True}, NO_PIN),
        ("kicked", {}, GONE),
        ("left", {}, GONE),
    ],
)
async def test_what_the_bot_may_not_do_is_said_in_words(
    forum: Forum, status: str, rights: dict[str, bool], trouble: str
) -> None:
    forum.api.set_rights(GROUP, status, **rights)
    await forum.customer().write("人工")
    await forum.settle()
    assert forum.trouble() == trouble
    await forum.topic_worker.examine(everything=True)
    assert forum.trouble() == trouble
    assert forum.topic().wanted_at is not None or trouble == NO_PIN
    forum.api.set_rights(GROUP, can_manage_topics=True, can_pin_messages=True)
    await forum.topic_worker.examine(everything=True)
    await forum.settle()
    assert forum.trouble() is None
    assert forum.topic().pinned


def test_the_words_about_a_group_say_what_to_do() -> None:
    assert NO_RIGHTS == "机器人在这个群里权限不足：请把它设为管理员，并开启「管理话题」权限。"
    assert NO_PIN == ("机器人不能置顶消息：请在管理员权限中为它开启「置顶消息」。工单卡片照常更新，只是暂时没有置顶。")
    assert GONE == (
        "机器人不在这个群里：请把它重新加入并设为管理员；如果群号填错了，请改正 JIEDAI_TELEGRAM_DESK 后重启。"
    )
    assert FULL == ("这个群的消息数接近上限：请新建一个开启话题的群，把群号加到 JIEDAI_TELEGRAM_DESK 末尾后重启。")


async def test_a_group_that_does_not_exist_is_in_trouble_and_pages_go_nowhere_meanwhile(forum: Forum) -> None:
    del forum.api.chats[GROUP]
    await forum.customer().write("人工")
    await forum.settle()
    assert forum.trouble() == GONE
    assert forum.scene.read(topic_groups.overview_chat, forum.scene.rules) is None


async def test_a_second_group_takes_what_the_first_cannot(scene: Scene) -> None:
    async with opened(scene, GROUP, SECOND) as forum:
        forum.api.throw_out_bot(GROUP)
        await forum.customer().write("人工")
        await forum.settle()
        assert forum.topic().chat == SECOND
        assert scene.read(topic_groups.overview_chat, scene.rules)[0] == SECOND


async def test_a_group_near_a_million_messages_gets_no_new_topics_but_keeps_those_it_has(scene: Scene) -> None:
    async with opened(scene, GROUP, SECOND) as forum:
        first = await with_ticket(forum)
        scene.write(topic_groups.record_newest_id, GROUP, ROOM)
        await forum.customer(556).write("人工")
        await forum.customer(555).write("型号是 M227")
        await forum.settle()
        assert forum.topic().chat == SECOND
        assert forum.topic(first).chat == GROUP
        assert forum.shown(first)[-1] == "客户：型号是 M227"


async def test_the_last_group_goes_on_and_says_that_it_is_nearly_full(forum: Forum) -> None:
    forum.scene.write(topic_groups.record_newest_id, GROUP, ROOM)
    await forum.topic_worker.examine()
    assert forum.trouble() == FULL
    await with_ticket(forum)
    assert forum.topic().chat == GROUP


async def test_a_group_that_became_another_is_followed_though_the_setting_names_the_old_one(forum: Forum) -> None:
    await with_ticket(forum)
    new = forum.api.migrate(GROUP, SECOND)
    new.raw["is_forum"] = True
    forum.api.set_rights(SECOND, can_manage_topics=True, can_pin_messages=True)
    forum.scene.claimed_by(forum.scene.staff())
    await forum.catch_up(1)
    assert forum.topic().chat == SECOND
    assert forum.scene.read(topic_groups.overview_chat, forum.scene.rules)[0] == SECOND
    assert "处理中 · 客服li" in forum.card()


async def test_a_group_that_asks_for_silence_gets_it_and_others_go_on(scene: Scene) -> None:
    async with opened(scene, GROUP, SECOND) as forum:
        first = await with_ticket(forum)
        scene.write(topic_groups.record_newest_id, GROUP, ROOM)
        await forum.settle()
        forum.api.fail_next("sendMessage", 429, "Too Many Requests: retry after 90", retry_after=90)
        await forum.customer(555).write("型号是 M227")
        await forum.settle()
        await forum.customer(556).write("人工")
        await forum.settle()
        assert len(forum.shown()) == 2
        assert news(forum, first) == []
        calls = forum.api.calls["sendMessage"]
        scene.clock.advance(seconds=89)
        await forum.settle()
        assert news(forum, first) == []
        scene.clock.advance(seconds=2)
        await forum.settle()
        assert forum.shown(first)[-1] == "客户：型号是 M227"
        assert forum.api.calls["sendMessage"] == calls + 1


async def test_words_that_are_refused_for_no_known_reason_hold_up_nothing(forum: Forum) -> None:
    await with_ticket(forum)
    forum.api.fail_next("sendMessage", 400, "Bad Request: SOMETHING_INVALID")
    await forum.customer().write("型号是 M227")
    await forum.settle()
    await forum.customer().write("第二句")
    await forum.settle()
    assert news(forum) == ["（有一条消息无法在这里显示，请在工作台查看。）", "客户：第二句"]


async def test_a_network_that_is_away_is_waited_for(forum: Forum) -> None:
    await forum.settle()
    await forum.customer().write("人工")
    forum.api.hang_up_next("createForumTopic", after=False)
    await forum.settle()
    forum.scene.clock.advance(seconds=6)
    await forum.settle()
    assert len(forum.shown()) == 2


async def test_the_worker_does_it_all_by_itself_and_ends_when_told(forum: Forum) -> None:
    topic_worker = forum.topic_worker
    topic_worker.service.rules = forum.scene.rules
    topic_worker.start()
    await forum.customer().write("人工")
    topic_worker.service.change_feed.notify()
    await forum.api.until(lambda: forum.api.calls["pinChatMessage"] == 1, "a card that is pinned")
    await topic_worker.stop()
    assert forum.topic().pinned


async def test_a_step_under_way_is_finished_when_the_house_closes(forum: Forum) -> None:
    await with_ticket(forum)
    topic_worker = forum.topic_worker
    topic_worker.start()
    gate = forum.api.hold_next("sendMessage")
    await forum.customer().write("型号是 M227")
    topic_worker.service.change_feed.notify()
    await forum.api.until(lambda: forum.shown()[-1] == "客户：型号是 M227", "its words")
    stopping = asyncio.create_task(topic_worker.stop())
    gate.set()
    await stopping
    assert forum.topic().doing is None


async def test_no_words_no_names_and_no_token_reach_the_log(forum: Forum, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await with_ticket(forum, "C1001")
    forum.api.fail_next("sendMessage", 400, "Bad Request: SOMETHING_INVALID")
    forum.api.hang_up_next("editMessageText", after=True)
    await forum.customer().write("我的密码是 hunter2")
    forum.api.delete_topic(GROUP, forum.topic().thread or 0)
    await forum.catch_up(1)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "hunter2" not in ours
    assert TOKEN.partition(":")[2] not in caplog.text
    rows = forum.scene.read(lambda db: db.execute(select(topics.topics)).mappings().all())
    assert "hunter2" not in str([dict(row) for row in rows])


async def test_a_thousand_tickets_at_once_never_exceed_the_groups_minute_and_the_highest_come_first(
    scene: Scene,
) -> None:
    async with opened(scene) as forum:
        forum.api.meter.mode = "refuse"
        await forum.customer().write("人工")
        scene.write(_many, scene.rules, scene.ticket, scene.now)
        for _ in range(60):
            await forum.settle()
            scene.clock.advance(seconds=5)
        assert forum.api.meter.exceeded == 0
        cards = [message.text.split("\n")[0] for message in forum.api.sent_to(GROUP) if "等级依据" in message.text]
        highest = [text for text in cards if "特级" in text]
        assert len(highest) == 20
        assert cards[:20] == highest
        assert forum.api.meter.most_per_minute[GROUP] <= 20
        assert len(cards) > 20


def _many(db: Any, rules: Any, ticket: Any, now: Any) -> None:
    """As if a thousand had come in one moment; every fiftieth is of the highest tier."""
    for number in range(1000):
        conversation = conversations.lock_conversation(db, "web", f"v{number}", now)
        tier = "特级" if number % 50 == 49 else "三级"
        values = asdict(ticket) | {"tier": tier, "conversation_id": conversation.id, "subject": f"第 {number} 个"}
        del values["id"]
        made = db.execute(insert(tickets).values(**values).returning(tickets.c.id)).scalar_one()
        topics.want(db, {made: rules.policy.tier_of(tier).rank}, now)
    assert db.scalar(select(func.count()).select_from(topics.topics)) == 1001


# ── what must not hold up the rest ────────────────────────────────────


async def test_a_ticket_whose_card_cannot_be_put_together_does_not_stop_the_others(
    forum: Forum, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await with_ticket(forum)
    put_together = topic_card.card

    def card(policy: Any, facts: Any, now: Any) -> Any:
        if facts.ticket.id == broken:
            raise KeyError("客户的话")
        return put_together(policy, facts, now)

    monkeypatch.setattr(topic_card, "card", card)
    await forum.customer(account=555).write("还在吗")
    await forum.customer(account=556).write("人工")
    await forum.settle()
    assert len(forum.shown(broken + 1)) > 1
    assert "the topic of ticket 1 cannot be put together (KeyError); it is tried again" in caplog.text
    assert "客户的话" not in caplog.text
    monkeypatch.undo()
    await forum.catch_up(1)
    assert "客户：还在吗" in news(forum, broken)


async def test_an_overview_that_cannot_be_put_together_does_not_stop_the_topics(
    forum: Forum, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing(*_: Any) -> Any:
        raise KeyError("客户的话")

    monkeypatch.setattr(overview, "read_lines", nothing)
    await with_ticket(forum)
    assert news(forum) == []
    assert "the overview of group -1001000000001 cannot be put together (KeyError); it is tried again" in caplog.text
    assert "客户的话" not in caplog.text
    monkeypatch.undo()
    await forum.catch_up(2)
    assert topic_names(forum) == ["总览"]


@pytest.mark.parametrize(
    "refusal", ["chat not found", "not enough rights to send photos to the chat", "message to copy not found"]
)
async def test_a_picture_that_cannot_be_copied_is_mentioned_and_the_group_goes_on(forum: Forum, refusal: str) -> None:
    await with_ticket(forum)
    forum.api.fail_next("copyMessage", 400, f"Bad Request: {refusal}")
    customer = forum.customer()
    await customer.picture()
    await customer.write("照片里是型号")
    await forum.settle()
    assert forum.trouble() is None
    assert [line for line in news(forum) if "无法在这里显示" in line] == [
        "客户：[机器.jpg]（无法在这里显示，请在工作台查看）"
    ]
    assert any("照片里是型号" in line for line in news(forum))


async def test_pictures_of_an_album_that_could_not_be_copied_are_not_passed_over(forum: Forum) -> None:
    await with_ticket(forum)
    customer = forum.customer()
    first = await customer.picture("甲.jpg", album="a")
    await customer.picture("乙.jpg", album="a")
    forum.api.chats[555].messages[first].deleted = True
    await forum.settle()
    assert any("有图片或文件未能转来" in line for line in news(forum))


async def test_a_file_that_never_gets_through_is_mentioned_at_last_and_the_talk_goes_on(forum: Forum) -> None:
    visitor = forum.scene.visitor()
    visitor.say("人工")
    await forum.catch_up(1)
    visitor.send_file("大文件.pdf", "application/pdf", b"pdf")
    visitor.say("文件里有型号")
    for _ in range(9):
        forum.api.fail_next("sendDocument", 502, "Bad Gateway")
    await forum.catch_up(3)
    assert any("[大文件.pdf]（无法在这里显示，请在工作台查看）" in line for line in forum.shown())
    assert any("文件里有型号" in line for line in forum.shown())


def topic_names(forum: Forum) -> list[str]:
    """Those that are no ticket's."""
    return [name for name in forum.topics() if "#" not in name]
