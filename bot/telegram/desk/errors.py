"""Classify Bot API errors: of the group, the topic, the message, or temporary."""

from __future__ import annotations

import logging
from datetime import datetime

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError
from sqlalchemy import Connection

from bot.topic_sync import group_rate, topic_groups, topics
from bot.wording.topic_faults import GONE, NO_RIGHTS, NOT_FORUM

log = logging.getLogger(__name__)

BAD_TOKEN_PAUSE = 300.0  # seconds

NO_MESSAGE = ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "message to pin not found")
NO_FORUM = ("not a forum", "FORUM_DISABLED", "CHANNEL_FORUM_MISSING", "topics are disabled")
RIGHTS = ("not enough rights", "CHAT_ADMIN_REQUIRED", "need administrator rights", "have no rights")
NO_CHAT = ("chat not found", "group chat was deactivated", "CHANNEL_PRIVATE", "PEER_ID_INVALID")


def means(error: Exception, signs: tuple[str, ...]) -> bool:
    """Whether the error's text contains one of these signs."""
    words = str(error).casefold()
    return any(sign.casefold() in words for sign in signs)


def is_definite(error: Exception) -> bool:
    """Whether nothing can have been delivered."""
    if isinstance(error, TelegramBadRequest):
        return True
    cause = error.__cause__ if isinstance(error, TelegramAPIError) else None
    return isinstance(cause, ClientConnectorError | ConnectionTimeoutError)


def group_failed(db: Connection, chat: int, error: Exception, now: datetime) -> bool:
    """Whether the error concerns the whole group; records the group's trouble then."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            group_rate.back_off(db, chat, seconds, now)
        case TelegramMigrateToChat(migrate_to_chat_id=new):
            log.warning("Telegram group %d has become %d; set JIEDAI_TELEGRAM_DESK to that.", chat, new)
            topics.move_group(db, chat, new)
        case TelegramUnauthorizedError() | TelegramNotFound():
            group_rate.back_off(db, chat, BAD_TOKEN_PAUSE, now)
        case TelegramForbiddenError():
            _trouble(db, chat, GONE, now)
        case TelegramBadRequest() if means(error, NO_FORUM):
            _trouble(db, chat, NOT_FORUM, now)
        case TelegramBadRequest() if means(error, RIGHTS):
            _trouble(db, chat, NO_RIGHTS, now)
        case TelegramBadRequest() if means(error, NO_CHAT):
            _trouble(db, chat, GONE, now)
        case _:
            return False
    return True


def _trouble(db: Connection, chat: int, trouble: str, now: datetime) -> None:
    log.warning("Telegram group %d cannot be worked in; the console says why, on its page Telegram.", chat)
    topic_groups.set_trouble(db, chat, trouble, now)
