"""The Bot API's methods for forum groups: topics, pins, the bot's rights."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BotCommand, BotCommandScopeChat, ChatFullInfo, ResultChatMemberUnion

from bot.telegram.api.session import SEND_SECONDS


class ForumTopics:
    """Topics of the groups that the bot is in."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def make(self, chat: int, name: str) -> int:
        """Create a topic with a name of at most 128 characters; returns its thread id."""
        made = await self._bot.create_forum_topic(chat, name, request_timeout=SEND_SECONDS)
        return made.message_thread_id

    async def rename(self, chat: int, thread: int, name: str) -> None:
        """Rename a topic; succeeds if it has this name already."""
        try:
            await self._bot.edit_forum_topic(chat, thread, name=name, request_timeout=SEND_SECONDS)
        except TelegramBadRequest as error:
            if "TOPIC_NOT_MODIFIED" not in str(error):
                raise

    async def set_closed(self, chat: int, thread: int, *, closed: bool) -> None:
        """Close or reopen a topic; succeeds if it is so already."""
        change = self._bot.close_forum_topic if closed else self._bot.reopen_forum_topic
        try:
            await change(chat, thread, request_timeout=SEND_SECONDS)
        except TelegramBadRequest as error:
            if "TOPIC_NOT_MODIFIED" not in str(error):
                raise

    async def group(self, chat: int) -> ChatFullInfo:
        """Return the chat's description: whether it is a forum, its title."""
        return await self._bot.get_chat(chat, request_timeout=SEND_SECONDS)

    async def membership(self, chat: int, account: int) -> ResultChatMemberUnion:
        """Return an account's membership of a chat, with its rights."""
        return await self._bot.get_chat_member(chat, account, request_timeout=SEND_SECONDS)

    async def pin(self, chat: int, number: int) -> None:
        """Pin a message of the bot in its topic, without a notification."""
        await self._bot.pin_chat_message(chat, number, disable_notification=True, request_timeout=SEND_SECONDS)

    async def offer_commands(self, chat: int, commands: Mapping[str, str]) -> None:
        """Set the commands that a group's members see; where the server can, only their sender and the bot see them."""
        listed = [BotCommand(command=name, description=about, is_ephemeral=True) for name, about in commands.items()]
        await self._bot.set_my_commands(listed, scope=BotCommandScopeChat(chat_id=chat), request_timeout=SEND_SECONDS)
