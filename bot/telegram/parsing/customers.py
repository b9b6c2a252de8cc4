"""Translate an update from a private chat into what the customer did; pure."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, replace
from typing import Any, Literal

from aiogram.types import CallbackQuery, ChatMemberUpdated, Contact, Location, Message, Sticker, Update

from bot.messages import MAX_ELSEWHERE, MAX_TEXT, Edited, File, Incoming, is_welcome_kind
from bot.telegram.parsing.updates import key_of, key_of_message
from bot.wording import transcript
from bot.wording.choices import parse_choice
from bot.wording.sanitise import clean
from knowledge_base.text.normalise import is_empty

TELEGRAM = "telegram"
COMMANDS = ("start", "help", "me", "export", "forget", "link")
# Things a person sends on purpose that neither the bot nor the console can show; service messages are not among them.
NOT_SHOWN = frozenset(("poll", "dice", "story", "game", "paid_media", "invoice", "checklist", "giveaway", "unknown"))

_LARGEST = 2**31 - 1  # bytes that a column holds; some people may send files of 4 GB
_UNNAMED = "application/octet-stream"  # of a kind that nobody named

Wording = Literal["too_long", "empty_message", "unsupported", "file_too_large", "file_kind"]


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A reply by the adapter itself, once per key; `line` is what the transcript keeps of it, if anything."""

    address: str
    key: str
    wording: Wording
    line: str = ""
    number: int | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command: one of COMMANDS, with its argument. `account` is the person's Telegram id."""

    address: str
    key: str
    account: int
    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class StickerSent:
    """A sticker, or emoji without text."""

    message: Incoming
    emoji: str


@dataclass(frozen=True, slots=True)
class ChatBlocked:
    """A customer blocked or unblocked the bot."""

    address: str
    key: str
    reachable: bool


CustomerUpdate = Incoming | Edited | AutoReply | Command | StickerSent | ChatBlocked


def read_update(update: Update, bot_id: int) -> CustomerUpdate | None:
    """Return what a customer did; None for groups, service messages and forged buttons."""
    if update.message is not None and update.message.chat.type == "private":
        return _read_message(update.message, key_of(update, bot_id))
    if update.edited_message is not None and update.edited_message.chat.type == "private":
        return _read_edit(update.edited_message, update.update_id, bot_id)
    if update.callback_query is not None:
        return _read_tap(update.callback_query, key_of(update, bot_id))
    if update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
        return _read_standing(update.my_chat_member, key_of(update, bot_id))
    return None


def _read_tap(tap: CallbackQuery, key: str) -> Incoming | None:
    """A tap under a message of the customer's own chat; in a private chat, chat and account have one id."""
    if tap.message is None or tap.message.chat.type != "private" or tap.message.chat.id != tap.from_user.id:
        return None
    choice = tap.data or ""
    if parse_choice(choice) is None:
        return None
    return Incoming(TELEGRAM, str(tap.message.chat.id), key, "choice", choice=choice, reply_to=tap.message.message_id)


def _read_standing(member: ChatMemberUpdated, key: str) -> ChatBlocked:
    return ChatBlocked(str(member.chat.id), key, member.new_chat_member.status != "kicked")


def _read_edit(message: Message, update_id: int, bot_id: int) -> Edited | AutoReply | None:
    original = key_of_message(message, bot_id)
    whole = _read_message(message, original)
    key, order = f"tg:{bot_id}:{update_id}", (message.edit_date or 0, update_id)
    words = clean(message.text or message.caption or "")
    match whole:
        case AutoReply(wording="too_long"):
            return replace(whole, key=key, line="", number=None)  # the line it changes stays as it was
        case Incoming(kind="text" | "file"):
            return Edited(TELEGRAM, whole.address, key, original, message.message_id, words, whole, order)
        case StickerSent(Incoming(kind="text")):
            return Edited(TELEGRAM, str(message.chat.id), key, original, message.message_id, words, None, order)
        case _:  # a place that moves is told once; stickers and contacts do not change
            return None


def _read_message(message: Message, key: str) -> CustomerUpdate | None:
    if message.text is not None:
        return _read_text(message, message.text, key)
    if message.contact is not None:
        return _read_contact(message, message.contact, key)
    if (found := _read_place(message, key)) is not None:
        return found
    if message.sticker is not None:
        said = _incoming(message, key, "file", text=message.sticker.emoji or "", file=_sticker(message.sticker))
        return StickerSent(said, message.sticker.emoji or "")
    if (file := file_of(message)) is not None:
        return _read_file(message, file, key)
    unsupported = message.content_type in NOT_SHOWN
    return AutoReply(str(message.chat.id), key, "unsupported") if unsupported else None


def _incoming(message: Message, key: str, kind: Any, **what: Any) -> Incoming:
    replied = message.reply_to_message
    reply_to = replied.message_id if replied is not None and replied.chat.id == message.chat.id else None
    known: dict[str, Any] = {"number": message.message_id, "reply_to": reply_to, "album": message.media_group_id}
    return Incoming(TELEGRAM, str(message.chat.id), key, kind, **known, **what)


def _read_text(message: Message, text: str, key: str) -> CustomerUpdate:
    address = str(message.chat.id)
    if text.startswith("/"):
        word, *rest = text.split(maxsplit=1)
        name = word.removeprefix("/").partition("@")[0]
        if name in COMMANDS:
            account = message.from_user.id if message.from_user is not None else message.chat.id
            return Command(address, key, account, name, rest[0].strip() if rest else "")
    if len(text) > MAX_TEXT:
        return AutoReply(address, key, "too_long", clean(text)[:MAX_TEXT], message.message_id)
    words = clean(text)
    if not words:
        return AutoReply(address, key, "empty_message")
    said = _incoming(message, key, "text", text=words)
    return StickerSent(said, words) if is_empty(words) else said


def _read_contact(message: Message, contact: Contact, key: str) -> Incoming:
    sender, number = message.from_user, "+" + contact.phone_number.lstrip("+")
    # Telegram vouches for the number only when people share their own card, at first hand.
    at_first_hand = message.forward_origin is None and message.via_bot is None
    if at_first_hand and sender is not None and contact.user_id == sender.id:
        return _incoming(message, key, "contact", phone=number)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return _incoming(message, key, "text", text=clean(transcript.business_card(name, number))[:MAX_TEXT])


def _read_place(message: Message, key: str) -> Incoming | None:
    if message.venue is not None:
        at, named = message.venue.location, f"{message.venue.title} {message.venue.address}"
        return _incoming(message, key, "location", text=_place(at, clean(named)[:200]), place=_degrees(at))
    if message.location is not None:
        return _incoming(message, key, "location", text=_place(message.location), place=_degrees(message.location))
    return None


def _place(at: Location, name: str = "") -> str:
    figures = f"{at.latitude:.6f}, {at.longitude:.6f}"
    return transcript.place(figures, name)


def _degrees(at: Location) -> tuple[float, float]:
    return at.latitude, at.longitude


def _read_file(message: Message, file: File, key: str) -> Incoming | AutoReply:
    if file.size > MAX_ELSEWHERE:
        return _refused(message, file, key, "file_too_large", transcript.FILE_OVER_LIMIT)
    if not is_welcome_kind(file.mime):
        return _refused(message, file, key, "file_kind", transcript.FILE_KIND)
    caption = clean(message.caption or "")[:MAX_TEXT]
    return _incoming(message, key, "file", text=caption, file=file)


def _refused(message: Message, file: File, key: str, wording: Wording, why: str) -> AutoReply:
    size = f"{file.size / 1024 / 1024:.1f} MB"
    refused = transcript.file_refused(file.name, size, why)
    line = f"{refused} {clean(message.caption or '')[:MAX_TEXT]}".strip()
    return AutoReply(str(message.chat.id), key, wording, line, message.message_id, message.media_group_id)


def file_of(message: Message) -> File | None:
    """Return a message's file by reference: Telegram holds the bytes until an agent asks for them."""
    if message.photo:
        return _named(transcript.PHOTO, "image/jpeg", message.photo[-1])
    if message.sticker is not None:
        return _sticker(message.sticker)
    for thing, name, mime in (
        (message.animation, transcript.ANIMATION, "video/mp4"),
        (message.document, transcript.FILE, _UNNAMED),
        (message.voice, transcript.VOICE, "audio/ogg"),
        (message.audio, transcript.AUDIO, "audio/mpeg"),
        (message.video, transcript.VIDEO, "video/mp4"),
        (message.video_note, transcript.VIDEO, "video/mp4"),
    ):
        if thing is not None:
            return _named(getattr(thing, "file_name", None) or name, getattr(thing, "mime_type", None) or mime, thing)
    return None


def _sticker(sticker: Sticker) -> File:
    if sticker.is_animated:
        return _named(transcript.STICKER_ANIMATED, "application/x-tgsticker", sticker)
    if sticker.is_video:
        return _named(transcript.STICKER_VIDEO, "video/webm", sticker)
    return _named(transcript.STICKER_STILL, "image/webp", sticker)


def _named(name: str, mime: str, thing: Any) -> File:
    name = clean(name)[:200] or transcript.FILE
    if mime == _UNNAMED:
        mime = mimetypes.guess_type(name)[0] or mime
    size = min(thing.file_size or 0, _LARGEST)
    return File(name=name, mime=clean(mime).lower()[:127], size=size, reference=thing.file_id)
