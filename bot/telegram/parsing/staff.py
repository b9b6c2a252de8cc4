"""Translate an update from a staff group into what staff did; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from aiogram.types import (
    CallbackQuery,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    Update,
)

from bot.messages import File
from bot.telegram.parsing.contents import Content, content_of_message, text_of, words_of_message
from bot.telegram.parsing.files import file_of
from bot.wording import transcript
from bot.wording.sanitise import clean

COMMANDS = (
    "/r",
    "/link",
    "/plan",
    "/progress",
    "/invite",
    "/result",
    "/followup",
    "/conclusion",
    "/prevention",
    "/prevented",
    "/told",
    "/mine",
    "/late",
    "/find",
)

MOST_FILES = 10  # of a rich message that is sent on; as many as an album has


@dataclass(frozen=True, slots=True)
class StaffMessage:
    """A message in a staff group. `account` is None for an anonymous administrator.

    `thread` is None outside of topics. `reply_to` is the message replied to, never the topic's first. `command` is one
    of ours that the text began with; `sendable` is false for content that cannot be passed on. `ephemeral` is its id if
    only the bot sees it; its `number` is 0 then.
    """

    chat: int
    thread: int | None
    number: int
    account: int | None
    key: str
    text: str = ""
    command: str = ""
    reply_to: int | None = None
    file: File | None = None
    place: tuple[float, float] | None = None
    album: str | None = None
    sendable: bool = True
    edited: bool = False
    ephemeral: int | None = None
    files: tuple[File, ...] = ()  # those of a rich message


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A tap on a button. `thread` is None where Telegram no longer tells it.

    `ephemeral` is the id of the message that it is under, if only the tapper sees that; its `number` is 0 then.
    """

    tap: str
    chat: int
    thread: int | None
    number: int
    account: int
    key: str
    data: str
    ephemeral: int | None = None


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """An account left the group or was removed."""

    chat: int
    account: int
    key: str  # the same for whatever tells of the same leaving


@dataclass(frozen=True, slots=True)
class GroupMigrated:
    """The group became a supergroup with a new chat id."""

    old: int
    new: int


StaffUpdate = StaffMessage | ButtonPress | MemberLeft | GroupMigrated


def read_group_update(update: Update, bot_id: int, bot_name: str = "") -> StaffUpdate | None:
    """Return what staff did; None for service messages, other bots and channels.

    `bot_name`: our bot's username, if known; commands for another bot are not ours.
    """
    if update.callback_query is not None:
        return _read_tap(update.callback_query, bot_id)
    if update.chat_member is not None:
        return _read_standing(update.chat_member, bot_id)
    message = update.message or update.edited_message
    if message is None:
        return None
    heard = _read_message(message, bot_id, edited=update.message is None)
    return _unless_for_another(heard, message, bot_name) if isinstance(heard, StaffMessage) else heard


def _read_tap(tap: CallbackQuery, bot_id: int) -> ButtonPress | None:
    under = tap.message
    if under is None or tap.from_user.is_bot:
        return None
    thread, ephemeral = None, None
    if not isinstance(under, InaccessibleMessage):
        thread, ephemeral = _thread(under), under.ephemeral_message_id
    # By the tap's own number: the same tap counts once, under whatever number it is told of again.
    key = f"tg:{bot_id}:tap:{tap.id}"[:160]
    chat, account = under.chat.id, tap.from_user.id
    return ButtonPress(tap.id, chat, thread, under.message_id, account, key, tap.data or "", ephemeral)


def _read_standing(change: ChatMemberUpdated, bot_id: int) -> MemberLeft | None:
    now = change.new_chat_member
    outside = isinstance(now, ChatMemberRestricted) and not now.is_member
    if not outside and not isinstance(now, ChatMemberLeft | ChatMemberBanned):
        return None
    return _left(bot_id, change.chat.id, now.user.id, change.date)


def _left(bot_id: int, chat: int, account: int, at: datetime) -> MemberLeft:
    return MemberLeft(chat, account, f"tg:{bot_id}:left:{chat}:{account}:{at:%Y%m%d%H%M%S}")


def _read_message(message: Message, bot_id: int, *, edited: bool) -> StaffUpdate | None:
    if message.migrate_to_chat_id is not None:
        return GroupMigrated(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return GroupMigrated(message.migrate_from_chat_id, message.chat.id)
    if message.left_chat_member is not None:
        return _left(bot_id, message.chat.id, message.left_chat_member.id, message.date)
    hidden = message.sender_chat is not None
    if not hidden and (message.from_user is None or message.from_user.is_bot):
        return None
    return _read_words(message, bot_id, hidden=hidden, edited=edited)


def _read_words(message: Message, bot_id: int, *, hidden: bool, edited: bool) -> StaffMessage | None:
    content, file, place = content_of_message(message), file_of(message), _place(message)
    if content is None:
        return None
    words, sendable = _words(message, content, has_file=file is not None or place is not None)
    command, text = _command_of(words)
    if file is not None and message.sticker is not None:
        text = clean(message.sticker.emoji or "")
    return StaffMessage(
        chat=message.chat.id,
        thread=_thread(message),
        number=message.message_id,
        account=None if hidden or message.from_user is None else message.from_user.id,
        key=f"tg:{bot_id}:{message.chat.id}:{_number(message)}",
        text=text,
        command=command,
        reply_to=_answered(message),
        file=file,
        place=place,
        album=message.media_group_id,
        sendable=sendable,
        edited=edited,
        ephemeral=message.ephemeral_message_id,
        files=content.files if sendable and message.rich_message is not None else (),
    )


def _number(message: Message) -> str:
    """What tells a message from the others of its chat; the ids of ephemeral ones are each person's, and used again."""
    if message.ephemeral_message_id is None or message.from_user is None:
        return str(message.message_id)
    return f"e{message.ephemeral_message_id}:{message.from_user.id}:{message.date:%Y%m%d%H%M%S}"


def _words(message: Message, content: Content, *, has_file: bool) -> tuple[str, bool]:
    """The words of a message, and whether all of it can be sent on: of a poll or a list only the words can."""
    if message.text is not None or has_file:
        return clean(text_of(message)), True
    if message.rich_message is not None and _is_sendable(content):
        return content.words, True
    if message.contact is not None:
        name = " ".join(filter(None, (message.contact.first_name, message.contact.last_name)))
        return clean(transcript.business_card(name, message.contact.phone_number)), False
    if message.caption:
        return content.words, False  # a command may stand in front
    return clean(f"{content.line} {content.words}"), False


def _is_sendable(content: Content) -> bool:
    """Whether words and files of a rich message can be sent one after the other."""
    return bool(content.words or content.files) and len(content.files) <= MOST_FILES


def _thread(message: Message) -> int | None:
    # In a group without topics a thread is only a chain of replies.
    return message.message_thread_id if message.is_topic_message else None


def _answered(message: Message) -> int | None:
    """The message replied to; Telegram reports a message without one as a reply to the topic's first."""
    answered = message.reply_to_message
    if answered is None or answered.message_id == message.message_thread_id:
        return None
    return answered.message_id


def _command_of(words: str) -> tuple[str, str]:
    """Our command at the beginning, addressed to this bot or to none, and the rest of the text."""
    first, _, rest = words.partition(" ") if " " in words.partition("\n")[0] else words.partition("\n")
    name = first.partition("@")[0].lower()
    return (name, rest.strip()) if name in COMMANDS else ("", words)


def _unless_for_another(said: StaffMessage, message: Message, bot_name: str) -> StaffMessage:
    words = words_of_message(message)
    _, _, asked = words.split(maxsplit=1)[0].partition("@") if said.command else ("", "", "")
    for_another = asked and bot_name and asked.lower() != bot_name.lower()
    return replace(said, command="", text=words) if for_another else said


def _place(message: Message) -> tuple[float, float] | None:
    at = message.venue.location if message.venue is not None else message.location
    return (at.latitude, at.longitude) if at is not None else None
