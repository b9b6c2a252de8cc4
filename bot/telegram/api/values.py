"""Values of the Bot API as plain JSON."""

from __future__ import annotations

from typing import Any

from aiogram.types import ReplyParameters, TelegramObject


def as_json(value: TelegramObject | None) -> dict[str, Any] | None:
    """Return an object as JSON, without what is not set."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def reply_to(number: int | None) -> ReplyParameters | None:
    """Return what makes a message a reply; if the message replied to is gone, it is sent without."""
    if number is None:
        return None
    # The library's own default for the mode of a quote is no value at all, and cannot be sent.
    return ReplyParameters(message_id=number, allow_sending_without_reply=True, quote_parse_mode=None)


def chat_id(chat: str | int) -> int | str:
    """Return a chat's number, or its @name as it is."""
    return int(chat) if isinstance(chat, int) or chat.removeprefix("-").isdigit() else chat
