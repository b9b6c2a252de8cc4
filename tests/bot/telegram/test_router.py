from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update

from bot.messages import MAX_TEXT, Incoming
from bot.telegram.router import Remark, chat_of, read_update
from tests.fakes.telegram_api import (
    contact_update,
    edit_update,
    group_update,
    message_update,
    photo_update,
    tap_update,
    text_update,
)

BOT = 1001


def read(update: dict[str, Any]) -> Incoming | Remark | None:
    return read_update(Update.model_validate({"update_id": 7, **update}), BOT)


def test_text_keeps_its_chat_and_a_key_that_only_this_bot_can_have() -> None:
    assert read(text_update(77, " 怎么开发票\u202e ")) == Incoming(
        "telegram", "77", "tg:1001:7", "text", text="怎么开发票"
    )


def test_start_is_a_wish_to_be_welcomed_however_it_is_written() -> None:
    for command in ("/start", "/start ref42", "/start@JiedaiBot", "/help"):
        assert read(text_update(77, command)) == Remark("77", "tg:1001:7", "welcome")


def test_a_question_that_only_mentions_a_command_is_a_question() -> None:
    assert isinstance(read(text_update(77, "/starting")), Incoming)


def test_too_long_and_empty_texts_are_answered_at_the_door() -> None:
    assert read(text_update(77, "字" * (MAX_TEXT + 1))) == Remark("77", "tg:1001:7", "too_long")
    assert isinstance(read(text_update(77, "字" * MAX_TEXT)), Incoming)
    assert read(text_update(77, "\u200b\u200d")) == Remark("77", "tg:1001:7", "empty_message")


def test_a_tapped_button_is_a_choice() -> None:
    assert read(tap_update(77, "ask:wifi")) == Incoming("telegram", "77", "tg:1001:7", "choice", choice="ask:wifi")


@pytest.mark.parametrize("data", ["", "drop table", "rate:9", "ask:", "ask:" + "x" * 65, "helpful"])
def test_a_forged_choice_means_nothing(data: str) -> None:
    assert read(tap_update(77, data)) is None


def test_a_button_tapped_in_a_group_means_nothing() -> None:
    assert read(tap_update(-5, "person", user=77)) is None


def test_ones_own_contact_card_is_vouched_for() -> None:
    heard = read(contact_update(77, "8613800000001", 77))
    assert heard == Incoming("telegram", "77", "tg:1001:7", "contact", phone="+8613800000001")


@pytest.mark.parametrize(
    "update",
    [
        contact_update(77, "+8613800000001", 78),
        contact_update(77, "+8613800000001", None),
        contact_update(77, "+8613800000001", 77, forwarded=True),
    ],
    ids=["somebody else's", "nobody's", "forwarded"],
)
def test_any_other_contact_card_is_only_a_claim(update: dict[str, Any]) -> None:
    heard = read(update)
    assert isinstance(heard, Incoming)
    assert (heard.kind, heard.phone, heard.text) == ("text", None, "名片：张三 +8613800000001")


def test_a_picture_is_kept_by_the_reference_of_its_largest_size() -> None:
    heard = read(photo_update(77, "p", "屏幕花了"))
    assert isinstance(heard, Incoming)
    assert heard.file is not None
    assert (heard.kind, heard.text, heard.file.mime) == ("file", "屏幕花了", "image/jpeg")
    assert (heard.file.reference, heard.file.content) == ("p-1280", None)


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 5}


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        ({"voice": {**FILE, "duration": 3}}, "语音.ogg", "audio/ogg"),
        ({"document": {**FILE, "file_name": "合同", "mime_type": "application/pdf"}}, "合同", "application/pdf"),
        ({"document": FILE}, "文件", "application/octet-stream"),
        ({"audio": {**FILE, "duration": 3, "file_name": "a.m4a"}}, "a.m4a", "audio/mpeg"),
        ({"video": {**FILE, "duration": 3, "width": 1, "height": 1}}, "视频.mp4", "video/mp4"),
        ({"video_note": {**FILE, "duration": 3, "length": 1}}, "视频.mp4", "video/mp4"),
        (
            {"animation": {**FILE, "duration": 1, "width": 1, "height": 1}, "document": FILE},
            "动图.mp4",
            "video/mp4",
        ),
        (
            {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
            "贴纸.webp",
            "image/webp",
        ),
    ],
)
def test_every_kind_of_file_has_a_name_and_a_type(content: dict[str, Any], name: str, mime: str) -> None:
    heard = read(message_update(77, **content))
    assert isinstance(heard, Incoming)
    assert heard.file is not None
    assert (heard.file.name, heard.file.mime, heard.file.size, heard.file.reference) == (name, mime, 5, "f")


def test_a_place_becomes_words() -> None:
    heard = read(message_update(77, location={"latitude": 31.2, "longitude": 121.4}))
    assert isinstance(heard, Incoming)
    assert heard.text == "位置：31.2, 121.4"


def test_what_cannot_be_shown_is_said_to_be_so() -> None:
    assert read(message_update(77, dice={"emoji": "🎲", "value": 3})) == Remark("77", "tg:1001:7", "unsupported")


def test_groups_edits_and_service_messages_are_nobodys_question() -> None:
    assert read(group_update(-5, 77, "怎么开发票")) is None
    assert read(edit_update(77, "怎么开发票")) is None
    assert read(message_update(77, message_auto_delete_timer_changed={"message_auto_delete_time": 60})) is None


def test_a_tap_belongs_to_the_chat_it_was_made_in() -> None:
    assert chat_of(Update.model_validate({"update_id": 7, **tap_update(77, "person")})) == 77
