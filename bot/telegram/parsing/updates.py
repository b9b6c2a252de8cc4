"""Properties of any update: idempotency key, chat, time, kind, text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message, Update

from bot.messages import MAX_TEXT
from bot.telegram.parsing.contents import words_of_message
from bot.wording.sanitise import clean


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that aiogram could not decode."""

    update_id: int
    raw: dict[str, Any]


Fetched = Update | Unreadable


def key_of(update: Fetched, bot_id: int) -> str:
    """Return the update's idempotency key, unique per bot.

    A private message is identified by its message id, so that it counts once under whichever update it comes.
    """
    if isinstance(update, Update) and update.message is not None and update.message.chat.type == "private":
        return key_of_message(update.message, bot_id)
    return f"tg:{bot_id}:{update.update_id}"


def key_of_message(message: Message, bot_id: int) -> str:
    return f"tg:{bot_id}:{message.chat.id}:{message.message_id}"


def chat_of(update: Fetched) -> int | None:
    """Return the chat of an update, within which order is kept; None if it has none."""
    if isinstance(update, Unreadable):
        return _chat_of_raw(update.raw)
    if (message := update.message or update.edited_message) is not None:
        return message.chat.id
    if (member := update.my_chat_member or update.chat_member) is not None:
        return member.chat.id
    tap = update.callback_query
    return tap.message.chat.id if tap is not None and tap.message is not None else None


def said_at(update: Update) -> float | None:
    """Return when a message was written or edited, in Unix seconds by Telegram's clock; None for a tap."""
    if update.edited_message is not None and update.edited_message.edit_date is not None:
        return float(update.edited_message.edit_date)
    return update.message.date.timestamp() if update.message is not None else None


def kind_of(update: Fetched) -> str:
    """Return the kind of update, without any of its content, for logs."""
    if isinstance(update, Unreadable):
        return "unreadable"
    return ContentType(update.message.content_type).value if update.message is not None else update.event_type


def words_of(update: Fetched) -> str:
    """Return an update's text, if any, for the person who looks at a dead letter."""
    if isinstance(update, Unreadable):
        message = update.raw.get("message")
        found = message.get("text") or message.get("caption") if isinstance(message, dict) else None
        return clean(str(found or ""))[:MAX_TEXT]
    message = update.message or update.edited_message
    return words_of_message(message)[:MAX_TEXT] if message is not None else ""


def content_of(update: Fetched) -> dict[str, Any]:
    """Return the whole update as JSON, for a dead letter."""
    return update.raw if isinstance(update, Unreadable) else update.model_dump(mode="json", exclude_none=True)


def _chat_of_raw(raw: dict[str, Any]) -> int | None:
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    found = chat.get("id") if isinstance(chat, dict) and chat.get("type") == "private" else None
    return found if isinstance(found, int) else None
