from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import Update

from bot.messages import MAX_ELSEWHERE, MAX_TEXT, Edited, Incoming
from bot.telegram.parsing.customers import AutoReply, ChatBlocked, Command, CustomerUpdate, StickerSent, read_update
from bot.telegram.parsing.updates import chat_of, key_of
from tests.fakes.telegram_api import (
    AT,
    contact_update,
    edit_update,
    group_update,
    message_update,
    photo_update,
    tap_update,
    text_update,
)

BOT = 1001
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 5}


def whole(update: dict[str, Any], number: int = 7) -> Update:
    return Update.model_validate({"update_id": number, **update})


def read(update: dict[str, Any], number: int = 7) -> CustomerUpdate | None:
    return read_update(whole(update, number), BOT)


def numbered(update: dict[str, Any], number: int = 5) -> dict[str, Any]:
    """The same, as message 5 of its chat."""
    (what,) = update
    return {what: update[what] | {"message_id": number}}


def heard(update: dict[str, Any]) -> Incoming:
    found = read(numbered(update))
    assert isinstance(found, Incoming)
    return found


def test_text_keeps_its_chat_its_number_and_a_key_that_only_this_bot_can_have() -> None:
    assert heard(text_update(77, " 怎么开发票\u202e ")) == Incoming(
        "telegram", "77", "tg:1001:77:5", "text", text="怎么开发票", number=5
    )


def test_a_message_has_one_key_under_whichever_update_it_comes() -> None:
    update = numbered(text_update(77, "怎么开发票"))
    assert read(update, 7) == read(update, 8)
    assert key_of(whole(update, 7), BOT) == key_of(whole(update, 8), BOT) == "tg:1001:77:5"
    assert key_of(whole(tap_update(77, "person")), BOT) == "tg:1001:7"


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/start", "start", ""),
        ("/start ref42", "start", "ref42"),
        ("/start@JiedaiBot", "start", ""),
        ("/start\nc_abc", "start", "c_abc"),
        ("/help", "help", ""),
        ("/me", "me", ""),
        ("/export 现在", "export", "现在"),
        ("/forget", "forget", ""),
        ("/link s_abc", "link", "s_abc"),
    ],
)
def test_commands_are_known_however_they_are_written(text: str, name: str, argument: str) -> None:
    assert read(numbered(text_update(77, text))) == Command("77", "tg:1001:77:5", 77, name, argument)


@pytest.mark.parametrize("text", ["/starting", "/", "/me2", "请发 /start"])
def test_a_question_that_only_mentions_a_command_is_a_question(text: str) -> None:
    assert isinstance(read(text_update(77, text)), Incoming | StickerSent)


def test_too_long_and_empty_texts_are_answered_at_the_door() -> None:
    for length in (MAX_TEXT + 1, 4097):
        assert read(numbered(text_update(77, "字" * length))) == AutoReply(
            "77", "tg:1001:77:5", "too_long", "字" * MAX_TEXT, 5, words="字" * length
        )
    assert isinstance(read(text_update(77, "字" * MAX_TEXT)), Incoming)
    assert read(numbered(text_update(77, "\u200b\u200d"))) == AutoReply(
        "77", "tg:1001:77:5", "empty_message", "[空消息]", 5
    )


@pytest.mark.parametrize("text", ["<b>粗体</b> & <a href='x'>", "*加粗* _斜体_ [链接](http://x) `码`", "\\_价格\\_"])
def test_markup_in_a_text_is_text(text: str) -> None:
    assert heard(text_update(77, text)).text == text


def test_a_tapped_button_is_a_choice_under_its_message() -> None:
    tap = tap_update(77, "ask:wifi")
    under = tap["callback_query"]["message"]["message_id"]
    expected = Incoming("telegram", "77", "tg:1001:7", "choice", choice="ask:wifi", reply_to=under)
    assert read(tap) == expected


@pytest.mark.parametrize(
    "data",
    [
        "",
        "drop table",
        "rate:9",
        "ask:",
        "ask:" + "x" * 65,
        "字" * 21 + "xx",
        "helpful",
        "self:",
        "self:all",
        "t:1:claim",
    ],
)
def test_a_forged_choice_means_nothing(data: str) -> None:
    assert read(tap_update(77, data)) is None


def test_a_button_tapped_by_somebody_else_or_in_a_group_means_nothing() -> None:
    assert read(tap_update(77, "person", user=78)) is None
    assert read(tap_update(-5, "person", user=77)) is None
    assert read(tap_update(-5, "person", user=-5)) is None


def test_a_button_under_a_message_too_old_to_be_shown_is_still_a_choice() -> None:
    tap = tap_update(77, "person")
    tap["callback_query"]["message"] = {"chat": {"id": 77, "type": "private"}, "message_id": 3, "date": 0}
    found = read(tap)
    assert isinstance(found, Incoming)
    assert (found.choice, found.reply_to) == ("person", 3)


def test_ones_own_contact_card_is_vouched_for() -> None:
    found = heard(contact_update(77, "8613800000001", 77))
    assert (found.kind, found.phone, found.text) == ("contact", "+8613800000001", "")


@pytest.mark.parametrize(
    "update",
    [
        contact_update(77, "+8613800000001", 78),
        contact_update(77, "+8613800000001", None),
        contact_update(77, "+8613800000001", 77, forwarded=True),
        message_update(
            77,
            contact={"phone_number": "+8613800000001", "first_name": "张三", "user_id": 77},
            via_bot={"id": 5, "is_bot": True, "first_name": "b"},
        ),
    ],
    ids=["somebody else's", "nobody's", "forwarded", "by way of another bot"],
)
def test_any_other_contact_card_is_only_a_claim(update: dict[str, Any]) -> None:
    found = heard(update)
    assert (found.kind, found.phone, found.text) == ("text", None, "名片：张三 +8613800000001")


def test_a_picture_is_kept_by_the_reference_of_its_largest_size() -> None:
    found = heard(photo_update(77, "p", "屏幕花了"))
    assert found.file is not None
    assert (found.kind, found.text, found.file.mime) == ("file", "屏幕花了", "image/jpeg")
    assert (found.file.reference, found.file.content) == ("p-1280", None)


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        ({"voice": {**FILE, "duration": 3}}, "语音.ogg", "audio/ogg"),
        ({"document": {**FILE, "file_name": "合同", "mime_type": "application/pdf"}}, "合同", "application/pdf"),
        ({"document": {**FILE, "file_name": "合同.pdf"}}, "合同.pdf", "application/pdf"),
        ({"document": {**FILE, "file_name": "X", "mime_type": "Image/PNG"}}, "X", "image/png"),
        ({"audio": {**FILE, "duration": 3, "file_name": "a.m4a"}}, "a.m4a", "audio/mpeg"),
        ({"video": {**FILE, "duration": 3, "width": 1, "height": 1}}, "视频.mp4", "video/mp4"),
        ({"video_note": {**FILE, "duration": 3, "length": 1}}, "视频.mp4", "video/mp4"),
        (
            {"animation": {**FILE, "duration": 1, "width": 1, "height": 1}, "document": FILE},
            "动图.mp4",
            "video/mp4",
        ),
    ],
)
def test_every_kind_of_file_has_a_name_and_a_type(content: dict[str, Any], name: str, mime: str) -> None:
    found = heard(message_update(77, **content))
    assert found.file is not None
    assert (found.file.name, found.file.mime, found.file.size, found.file.reference) == (name, mime, 5, "f")


@pytest.mark.parametrize(
    ("about", "wording", "line"),
    [
        (
            {"file_name": "大片.mp4", "mime_type": "video/mp4", "file_size": MAX_ELSEWHERE + 1},
            "file_too_large",
            "[未接收的文件：大片.mp4，20.0 MB，超过 20 MB] 看这个",
        ),
        (
            {"file_name": "x.exe", "mime_type": "application/x-msdownload", "file_size": 1024 * 1024},
            "file_kind",
            "[未接收的文件：x.exe，1.0 MB，不支持这种文件] 看这个",
        ),
        ({"mime_type": "image/svg+xml"}, "file_kind", "[未接收的文件：文件，0.0 MB，不支持这种文件] 看这个"),
        ({"mime_type": "nonsense"}, "file_kind", "[未接收的文件：文件，0.0 MB，不支持这种文件] 看这个"),
        ({}, "file_kind", "[未接收的文件：文件，0.0 MB，不支持这种文件] 看这个"),
    ],
)
def test_files_too_large_or_of_other_kinds_are_refused_and_leave_a_line(
    about: dict[str, Any], wording: Any, line: str
) -> None:
    found = read(numbered(message_update(77, document=FILE | about, caption="看这个")))
    assert found == AutoReply("77", "tg:1001:77:5", wording, line, 5, words="看这个")


def test_a_file_of_just_20_mb_is_taken() -> None:
    about = {"mime_type": "video/mp4", "file_size": MAX_ELSEWHERE}
    assert heard(message_update(77, document=FILE | about)).file is not None


def test_the_pieces_of_an_album_know_that_they_belong_together() -> None:
    piece = photo_update(77, "p")
    piece["message"]["media_group_id"] = "g1"
    assert heard(piece).album == "g1"


def test_a_sticker_is_no_more_than_its_emoji_unless_somebody_reads_along() -> None:
    about = {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False, "emoji": "👍"}
    found = read(message_update(77, sticker=FILE | about))
    assert isinstance(found, StickerSent)
    assert found.message.file is not None
    assert (found.emoji, found.message.kind, found.message.text, found.message.file.mime) == (
        "👍",
        "file",
        "👍",
        "image/webp",
    )


def test_emoji_without_words_are_a_gesture() -> None:
    found = read(text_update(77, "👍👍"))
    assert isinstance(found, StickerSent)
    assert (found.emoji, found.message.kind) == ("👍👍", "text")


def test_a_place_becomes_words_and_stays_a_place() -> None:
    found = heard(message_update(77, location={"latitude": 31.2, "longitude": 121.4}))
    assert (found.kind, found.text, found.place) == ("location", "位置：31.200000, 121.400000", (31.2, 121.4))


def test_a_venue_is_a_place_with_a_name() -> None:
    at = {"latitude": 31.2, "longitude": 121.4}
    venue = {"location": at, "title": "<b>旗舰店</b>", "address": "南京西路 1 号"}
    found = heard(message_update(77, venue=venue, location=at))
    assert found.text == "位置：<b>旗舰店</b> 南京西路 1 号（31.200000, 121.400000）"
    assert found.place == (31.2, 121.4)


def test_a_reply_knows_the_number_of_what_it_answers() -> None:
    answered = text_update(77, "第一句")["message"] | {"message_id": 3}
    assert heard(message_update(77, text="这个呢", reply_to_message=answered)).reply_to == 3
    foreign = answered | {"chat": {"id": -5, "type": "supergroup", "title": "x"}}
    assert heard(message_update(77, text="这个呢", reply_to_message=foreign)).reply_to is None


def test_an_edit_is_the_message_anew_under_a_key_of_its_own() -> None:
    update = numbered(edit_update(77, "怎么开发票"))
    original = Incoming("telegram", "77", "tg:1001:77:5", "text", text="怎么开发票", number=5)
    assert read(update) == Edited(
        "telegram", "77", "tg:1001:7", "tg:1001:77:5", 5, "怎么开发票", original, order=(AT, 7)
    )


def test_an_edit_of_words_below_a_picture_is_an_edit() -> None:
    update = {"edited_message": photo_update(77, "p", "新说明")["message"] | {"message_id": 5, "edit_date": AT}}
    found = read(update)
    assert isinstance(found, Edited)
    assert (found.original, found.text) == ("tg:1001:77:5", "新说明")


def test_an_edit_into_too_much_is_answered_at_the_door() -> None:
    update = numbered(edit_update(77, "字" * 2001))
    assert read(update) == AutoReply("77", "tg:1001:7", "too_long", words="字" * 2001)


def test_edits_that_say_nothing_new_are_nothing() -> None:
    at = {"latitude": 31.2, "longitude": 121.4, "live_period": 60}
    assert read({"edited_message": message_update(77, location=at, edit_date=AT)["message"]}) is None
    assert read(edit_update(77, "/start")) is None
    assert read(edit_update(-5, "转人工")) is None


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_whoever_stops_the_bot_cannot_be_reached(status: str, reachable: bool) -> None:
    bot = {"id": BOT, "is_bot": True, "first_name": "Jiedai"}
    user = {"id": 77, "is_bot": False, "first_name": "客户"}
    new: dict[str, Any] = {"status": status, "user": bot} | ({"until_date": 0} if status == "kicked" else {})
    change = {"chat": {"id": 77, "type": "private"}, "from": user, "date": AT, "new_chat_member": new}
    update = {"my_chat_member": change | {"old_chat_member": {"status": "left", "user": bot}}}
    assert read(update) == ChatBlocked("77", "tg:1001:7", reachable)
    assert chat_of(whole(update)) == 77


def test_what_cannot_be_shown_is_said_to_be_so() -> None:
    update = numbered(message_update(77, dice={"emoji": "🎲", "value": 3}))
    assert read(update) == AutoReply("77", "tg:1001:77:5", "unsupported", "[骰子] 🎲 3", 5)


def test_groups_and_service_messages_are_nobodys_question() -> None:
    assert read(group_update(-5, 77, "怎么开发票")) is None
    assert read(message_update(77, message_auto_delete_timer_changed={"message_auto_delete_time": 60})) is None
