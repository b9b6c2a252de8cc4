"""What staff do in their groups is told from what the messenger, other bots and nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.parsing.staff import ButtonPress, GroupMigrated, MemberLeft, StaffMessage, read_group_update
from tests.bot.telegram.desk_scene import (
    AT,
    BOT,
    CARD,
    GROUP,
    THREAD,
    Json,
    answering,
    message_in,
    person,
    standing,
    tap_on,
    update_of,
)

WHO = 77


def read(content: Json) -> Any:
    return read_group_update(update_of(content), BOT)


def said(**content: Any) -> Any:
    return read({"message": message_in(THREAD, WHO, 500, **content)})


def test_words_in_a_topic_answer_nothing_unless_they_do() -> None:
    assert said(text="看过了") == StaffMessage(GROUP, THREAD, 500, WHO, f"tg:{BOT}:{GROUP}:500", "看过了")
    assert said(text="您好", **answering(400)).reply_to == 400


def test_words_outside_of_topics_have_no_thread() -> None:
    assert read({"message": message_in(None, WHO, text="大家好")}).thread is None
    chain = message_in(None, WHO, text="大家好", message_thread_id=3)  # a chain of replies, in a plain group
    assert read({"message": chain}).thread is None


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/r 您好", "/r", "您好"),
        ("/r@jiedai_bot  您好 ", "/r", "您好"),
        ("/R\n第一行\n第二行", "/r", "第一行\n第二行"),
        ("/r", "/r", ""),
        ("/link abc", "/link", "abc"),
        ("/rest 今天", "", "/rest 今天"),
        ("先 /r 再说", "", "先 /r 再说"),
        ("<b>粗</b> *星* _线_ [x](y)", "", "<b>粗</b> *星* _线_ [x](y)"),
    ],
)
def test_a_command_is_ours_or_part_of_the_words(text: str, command: str, words: str) -> None:
    found = said(text=text)
    assert (found.command, found.text) == (command, words)


def test_files_places_and_albums_are_told_apart() -> None:
    size = {"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 5}
    photo = said(photo=[size], caption="/r 请看", media_group_id="a1")
    assert (photo.file.reference, photo.command, photo.text, photo.album) == ("p", "/r", "请看", "a1")
    assert said(location={"latitude": 31.2, "longitude": 121.5}).place == (31.2, 121.5)
    venue = {"location": {"latitude": 31.2, "longitude": 121.5}, "title": "仓库", "address": "路"}
    assert said(venue=venue).place == (31.2, 121.5)
    poll = {"id": "1", "question": "？", "options": [], "total_voter_count": 0, "is_closed": False}
    poll |= {
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    }
    assert said(poll=poll).sendable is False
    assert said(dice={"emoji": "🎲", "value": 3}).sendable is False


def test_whoever_hides_behind_the_group_is_nobody() -> None:
    hidden = said(text="您好", sender_chat={"id": GROUP, "type": "supergroup", "title": "客服群"})
    assert hidden.account is None


def test_bots_and_service_messages_are_not_heard() -> None:
    other = person(5) | {"is_bot": True}
    assert read({"message": message_in(THREAD, 5, text="hi") | {"from": other}}) is None
    assert said(forum_topic_closed={}) is None
    assert said(pinned_message=message_in(THREAD, BOT, CARD, text="卡片")) is None
    assert said(new_chat_members=[person(9)]) is None


def test_an_edit_is_an_edit() -> None:
    found = read({"edited_message": message_in(THREAD, WHO, 500, text="改", edit_date=AT)})
    assert (found.edited, found.number) == (True, 500)


def test_a_tap_says_where_it_was_made_as_long_as_the_messenger_knows() -> None:
    assert read(tap_on("t:1:claim", WHO, tap="x")) == ButtonPress(
        "x", GROUP, THREAD, CARD, WHO, f"tg:{BOT}:tap:x", "t:1:claim"
    )
    old = tap_on("t:1:claim", WHO)
    old["callback_query"]["message"] = {"chat": {"id": GROUP, "type": "supergroup"}, "message_id": CARD, "date": 0}
    assert read(old).thread is None
    inline = tap_on("t:1:claim", WHO)
    del inline["callback_query"]["message"]
    assert read(inline) is None


@pytest.mark.parametrize("status", ["left", "kicked"])
def test_somebody_left_or_was_removed(status: str) -> None:
    left = read(standing(status, WHO))
    assert isinstance(left, MemberLeft)
    assert (left.chat, left.account) == (GROUP, WHO)


def test_the_messengers_own_words_for_leaving_count_too() -> None:
    left = read({"message": message_in(None, WHO, left_chat_member=person(WHO))})
    assert isinstance(left, MemberLeft)
    assert (left.chat, left.account) == (GROUP, WHO)
    assert read(standing("member", WHO)) is None


def test_a_group_that_moved_is_told_from_both_sides() -> None:
    assert read({"message": message_in(None, WHO, migrate_to_chat_id=-100999)}) == GroupMigrated(GROUP, -100999)
    assert read({"message": message_in(None, WHO, migrate_from_chat_id=-55)}) == GroupMigrated(-55, GROUP)
