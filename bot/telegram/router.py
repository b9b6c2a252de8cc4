"""Translate a Telegram update into what a customer did; pure, and one function long per kind of thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Contact, Message, Sticker, Update

from bot.cleaning import clean
from bot.messages import MAX_TEXT, File, Incoming
from bot.turns import is_choice
from knowledge_base.text import is_empty

TELEGRAM = "telegram"
COMMANDS = ("/start", "/help")
# Things a person sends on purpose that neither the bot nor the console can show; service messages are not among them.
NOT_SHOWN = frozenset(("poll", "dice", "story", "game", "paid_media", "invoice", "checklist", "giveaway", "unknown"))

Wording = Literal["welcome", "too_long", "empty_message", "unsupported"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the door answers by itself, once per key."""

    address: str
    key: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that the client library could not decode."""

    update_id: int
    raw: dict[str, Any]


Fetched = Update | Unreadable


def read_update(update: Update, bot_id: int) -> Incoming | Remark | None:
    """What it means to us; None for everything that is nobody's question: groups, edits, service messages."""
    key = key_of(update, bot_id)
    if update.message is not None and update.message.chat.type == "private":
        return _read_message(update.message, key)
    if update.callback_query is not None:
        return _read_tap(update.callback_query, key)
    return None


def key_of(update: Fetched, bot_id: int) -> str:
    """Unique per bot: another bot on the same database counts its updates anew."""
    return f"tg:{bot_id}:{update.update_id}"


def chat_of(update: Fetched) -> int | None:
    """The chat an update belongs to; whatever has none needs no order."""
    if isinstance(update, Unreadable):
        return _chat_of_raw(update.raw)
    if update.message is not None:
        return update.message.chat.id
    tap = update.callback_query
    return tap.message.chat.id if tap is not None and tap.message is not None else None


def kind_of(update: Fetched) -> str:
    """What sort of update, without a word of its content: fit for a log."""
    if isinstance(update, Unreadable):
        return "unreadable"
    return ContentType(update.message.content_type).value if update.message is not None else "callback_query"


def words_of(update: Fetched) -> str:
    """The words in it, if any, for a person who looks at what the bot could not handle."""
    if isinstance(update, Unreadable):
        message = update.raw.get("message")
        found = message.get("text") or message.get("caption") if isinstance(message, dict) else None
        return clean(str(found or ""))[:MAX_TEXT]
    message = update.message
    return clean((message.text or message.caption or "") if message is not None else "")[:MAX_TEXT]


def _chat_of_raw(raw: dict[str, Any]) -> int | None:
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    found = chat.get("id") if isinstance(chat, dict) and chat.get("type") == "private" else None
    return found if isinstance(found, int) else None


def _read_tap(tap: CallbackQuery, key: str) -> Incoming | None:
    if tap.message is None or tap.message.chat.type != "private" or not is_choice(tap.data or ""):
        return None
    return Incoming(TELEGRAM, str(tap.message.chat.id), key, "choice", choice=tap.data or "")


def _read_message(message: Message, key: str) -> Incoming | Remark | None:
    address = str(message.chat.id)
    if message.text is not None:
        return _read_text(message.text, address, key)
    if message.contact is not None:
        return _read_contact(message, message.contact, key)
    if (place := _place(message)) is not None:
        return Incoming(TELEGRAM, address, key, "text", text=place)
    if (file := _file(message)) is not None:
        caption = clean(message.caption or "")[:MAX_TEXT]
        return Incoming(TELEGRAM, address, key, "file", text=caption, file=file)
    return Remark(address, key, "unsupported") if message.content_type in NOT_SHOWN else None


def _read_text(text: str, address: str, key: str) -> Incoming | Remark:
    if text.startswith("/") and text.split(maxsplit=1)[0].partition("@")[0] in COMMANDS:
        return Remark(address, key, "welcome")
    if len(text) > MAX_TEXT:
        return Remark(address, key, "too_long")
    if is_empty(text):
        return Remark(address, key, "empty_message")
    return Incoming(TELEGRAM, address, key, "text", text=clean(text))


def _read_contact(message: Message, contact: Contact, key: str) -> Incoming:
    address, sender = str(message.chat.id), message.from_user
    number = "+" + contact.phone_number.lstrip("+")
    # Telegram vouches for the number only when people share their own card, at first hand.
    at_first_hand = message.forward_origin is None and message.via_bot is None
    if at_first_hand and sender is not None and contact.user_id == sender.id:
        return Incoming(TELEGRAM, address, key, "contact", phone=number)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return Incoming(TELEGRAM, address, key, "text", text=clean(f"名片：{name} {number}")[:MAX_TEXT])


def _place(message: Message) -> str | None:
    if message.venue is not None:
        at = message.venue.location
        return clean(f"位置：{message.venue.title} {message.venue.address}（{at.latitude}, {at.longitude}）")
    at_once = message.location
    return f"位置：{at_once.latitude}, {at_once.longitude}" if at_once is not None else None


def _file(message: Message) -> File | None:
    """Kept by reference: Telegram holds the bytes until an agent asks for them."""
    if message.photo:
        return _named("照片.jpg", "image/jpeg", message.photo[-1])
    if message.sticker is not None:
        return _sticker(message.sticker)
    for thing, name, mime in (
        (message.animation, "动图.mp4", "video/mp4"),
        (message.document, "文件", "application/octet-stream"),
        (message.voice, "语音.ogg", "audio/ogg"),
        (message.audio, "音频.mp3", "audio/mpeg"),
        (message.video, "视频.mp4", "video/mp4"),
        (message.video_note, "视频.mp4", "video/mp4"),
    ):
        if thing is not None:
            return _named(getattr(thing, "file_name", None) or name, getattr(thing, "mime_type", None) or mime, thing)
    return None


def _sticker(sticker: Sticker) -> File:
    if sticker.is_animated:
        return _named("贴纸.tgs", "application/x-tgsticker", sticker)
    if sticker.is_video:
        return _named("贴纸.webm", "video/webm", sticker)
    return _named("贴纸.webp", "image/webp", sticker)


def _named(name: str, mime: str, thing: Any) -> File:
    name = clean(name)[:200] or "文件"
    return File(name=name, mime=mime[:127], size=thing.file_size or 0, reference=thing.file_id)
