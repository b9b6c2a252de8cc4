"""Properties of any update: idempotency key, chat, time, kind, text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import Message, Update

from bot.messages import MAX_TEXT
from bot.telegram.parsing.contents import words_of_message, words_of_raw


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
        return words_of_raw(_held(update.raw))[:MAX_TEXT]
    message = update.message or update.edited_message
    return words_of_message(message)[:MAX_TEXT] if message is not None else ""


def content_of(update: Fetched) -> dict[str, Any]:
    """Return the whole update as JSON, for a dead letter."""
    return update.raw if isinstance(update, Unreadable) else update.model_dump(mode="json", exclude_none=True)


# Whatever comes from other chats (business, guests, channels) is answered there or not at all, never in our own chat.
_OF_OUR_CHATS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")


def _chat_of_raw(raw: dict[str, Any]) -> int | None:
    if not any(kind in raw for kind in _OF_OUR_CHATS):
        return None
    held = _held(raw)
    under = held.get("message")
    chat = held.get("chat") or (under.get("chat") if isinstance(under, dict) else None)
    found = chat.get("id") if isinstance(chat, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _held(raw: dict[str, Any]) -> dict[str, Any]:
    """What an update is about, of whichever kind."""
    return next((held for held in raw.values() if isinstance(held, dict)), {})
