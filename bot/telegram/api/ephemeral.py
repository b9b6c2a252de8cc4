"""The Bot API's ephemeral messages: one member of a group sees them, and whether they arrive is not guaranteed."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardMarkup, MessageEntity

from bot.telegram.api.session import Session
from bot.telegram.api.values import as_json

SECONDS = 5  # of patience: a tap may be answered for fifteen, in another way too


class SeenByAll(Exception):
    """The server does not know ephemeral messages: what was sent stood there for everybody, and was deleted."""


class EphemeralMessages:
    """Ephemeral messages in the groups that the bot is in; a message is known by chat, receiver and its id."""

    def __init__(self, session: Session, bot: Bot) -> None:
        self._session, self._bot = session, bot

    async def send(
        self,
        chat: int,
        account: int,
        text: str,
        markup: InlineKeyboardMarkup | None = None,
        *,
        thread: int | None = None,
        entities: Sequence[MessageEntity] = (),
        tap: str | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Send a text to one member; returns its id among ephemeral messages.

        `tap`: the tap that it answers, of the last 15 seconds; without one the bot must be an administrator.
        `reply_to`: the id of an ephemeral message of the member's, of the last 15 seconds. Raises SeenByAll.
        """
        values: dict[str, Any] = {
            "chat_id": chat,
            "text": text,
            "entities": [as_json(entity) for entity in entities] or None,
            "message_thread_id": thread,
            "disable_notification": True,  # who tapped is looking
            "reply_markup": as_json(markup),
            "reply_parameters": {"ephemeral_message_id": reply_to} if reply_to is not None else None,
            "ephemeral_message_parameters": {"receiver_user_id": account}
            | ({"callback_query_id": tap} if tap is not None else {}),
        }
        told = await self._session.ask(self._bot, SendMessage, values, SECONDS)
        if "ephemeral_message_id" not in told:
            # An older server leaves out a parameter that it does not know, without a word.
            with contextlib.suppress(TelegramAPIError):
                await self._bot.delete_message(chat, int(told["message_id"]), request_timeout=SECONDS)
            raise SeenByAll
        return int(told["ephemeral_message_id"])

    async def edit(
        self, chat: int, account: int, number: int, text: str, markup: InlineKeyboardMarkup | None = None
    ) -> None:
        """Change what a member sees; without `markup` its buttons go."""
        await self._bot.edit_ephemeral_message_text(
            chat, account, number, text=text, parse_mode=None, reply_markup=markup, request_timeout=SECONDS
        )

    async def delete(self, chat: int, account: int, number: int) -> None:
        """Take away what a member sees."""
        await self._bot.delete_ephemeral_message(chat, account, number, request_timeout=SECONDS)
