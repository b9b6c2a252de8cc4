"""Properties of any update: idempotency key, chat, time, kind, text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, Update

from bot.messages import MAX_TEXT
from bot.telegram.parsing.contents import words_of_message, words_of_raw
from bot.transcript.business_chats import BusinessChat


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
    message = (update.message or update.business_message) if isinstance(update, Update) else None
    if message is not None and (is_of_customer(message) or message.business_connection_id is not None):
        return key_of_message(message, bot_id)
    return f"tg:{bot_id}:{update.update_id}"


def key_of_message(message: Message, bot_id: int) -> str:
    return f"tg:{bot_id}:{address_of(message).partition('/')[0]}:{message.message_id}"


def message_of(update: Update) -> Message | None:
    """Return the message that was written or edited, in the bot's own chats or in those of a connected account."""
    return update.message or update.edited_message or update.business_message or update.edited_business_message


def address_of(message: Message | InaccessibleMessage) -> str:
    """Return the address that a chat's messages come from and are answered at.

    Its id, "id/topic" within a topic, "id@connection" in a connected account.
    """
    if isinstance(message, InaccessibleMessage):
        return str(message.chat.id)
    if message.business_connection_id is not None:
        return BusinessChat(message.chat.id, message.business_connection_id).address
    direct = message.direct_messages_topic if message.chat.is_direct_messages else None
    if direct is not None:
        return f"{message.chat.id}/{direct.topic_id}"
    topic = message.message_thread_id if message.chat.type == "private" and message.is_topic_message else None
    return f"{message.chat.id}/{topic}" if topic is not None else str(message.chat.id)


def is_of_customer(message: Message) -> bool:
    """Whether a customer wrote it.

    In their own chat with the bot or with a connected account, or in their topic of a channel's direct messages.
    """
    if message.business_connection_id is not None:
        by_customer = message.from_user is not None and message.from_user.id == message.chat.id
        return by_customer and message.sender_business_bot is None
    if message.chat.type == "private":
        return True
    direct = message.direct_messages_topic if message.chat.is_direct_messages else None
    if direct is None or direct.user is None or message.from_user is None or message.sender_chat is not None:
        return False
    return direct.user.id == message.from_user.id


def customer_at(update: Fetched) -> str | None:
    """Return the address of the customer an update comes from; None for groups, channels and other people's chats."""
    if isinstance(update, Unreadable):
        return _address_of_raw(update.raw)
    if (message := message_of(update)) is not None:
        return address_of(message) if is_of_customer(message) else None
    tap, member = update.callback_query, update.my_chat_member
    if tap is not None and tap.message is not None:
        return address_of(tap.message) if is_their_own(tap, tap.message) else None
    return str(member.chat.id) if member is not None and member.chat.type == "private" else None


def is_their_own(tap: CallbackQuery, under: Message | InaccessibleMessage) -> bool:
    """Whether who tapped is the customer whose chat it is."""
    if under.chat.type == "private":
        return under.chat.id == tap.from_user.id  # chat and account have one id
    direct = under.direct_messages_topic if isinstance(under, Message) and under.chat.is_direct_messages else None
    return direct is not None and direct.user is not None and direct.user.id == tap.from_user.id


def chat_of(update: Fetched) -> int | None:
    """Return the chat of an update, within which order is kept; None if it has none."""
    if isinstance(update, Unreadable):
        return _chat_of_raw(update.raw)
    if (message := message_of(update)) is not None:
        return message.chat.id
    if (deleted := update.deleted_business_messages) is not None:
        return deleted.chat.id
    if (connection := update.business_connection) is not None:
        return connection.user_chat_id
    if (member := update.my_chat_member or update.chat_member) is not None:
        return member.chat.id
    tap = update.callback_query
    return tap.message.chat.id if tap is not None and tap.message is not None else None


def said_at(update: Update) -> float | None:
    """Return when a message was written or edited, in Unix seconds by Telegram's clock; None for a tap."""
    edited = update.edited_message or update.edited_business_message
    if edited is not None and edited.edit_date is not None:
        return float(edited.edit_date)
    message = update.message or update.business_message
    return message.date.timestamp() if message is not None else None


def kind_of(update: Fetched) -> str:
    """Return the kind of update, without any of its content, for logs."""
    if isinstance(update, Unreadable):
        return "unreadable"
    return ContentType(update.message.content_type).value if update.message is not None else update.event_type


def words_of(update: Fetched) -> str:
    """Return an update's text, if any, for the person who looks at a dead letter."""
    if isinstance(update, Unreadable):
        return words_of_raw(_held(update.raw))[:MAX_TEXT]
    message = message_of(update)
    return words_of_message(message)[:MAX_TEXT] if message is not None else ""


def content_of(update: Fetched) -> dict[str, Any]:
    """Return the whole update as JSON, for a dead letter."""
    return update.raw if isinstance(update, Unreadable) else update.model_dump(mode="json", exclude_none=True)


# Whatever comes from other chats (guests, channels) is answered there or not at all, never in our own chat.
_OF_BUSINESS = ("business_message", "edited_business_message")
_OF_OUR_CHATS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member", *_OF_BUSINESS)


def _chat_of_raw(raw: dict[str, Any]) -> int | None:
    if not any(kind in raw for kind in _OF_OUR_CHATS):
        return None
    held = _held(raw)
    under = held.get("message")
    chat = held.get("chat") or (under.get("chat") if isinstance(under, dict) else None)
    found = chat.get("id") if isinstance(chat, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _address_of_raw(raw: dict[str, Any]) -> str | None:
    """The address of the customer that it came from, of a connected account only what they wrote there themselves."""
    chat, held = _chat_of_raw(raw), _held(raw)
    if chat is None or chat <= 0:
        return None
    under = held.get("message")
    connection = (under if isinstance(under, dict) else held).get("business_connection_id")
    if connection is not None or any(kind in raw for kind in _OF_BUSINESS):
        writer = held.get("from")
        by_customer = isinstance(writer, dict) and writer.get("id") == chat and "sender_business_bot" not in held
        return BusinessChat(chat, str(connection)).address if by_customer and connection else None
    topic = held.get("message_thread_id") if held.get("is_topic_message") is True else None
    return f"{chat}/{topic}" if isinstance(topic, int) else str(chat)


def _held(raw: dict[str, Any]) -> dict[str, Any]:
    """What an update is about, of whichever kind."""
    return next((held for held in raw.values() if isinstance(held, dict)), {})
