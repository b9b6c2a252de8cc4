"""The Bot API client; error texts never contain the token."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramBadRequest
from aiogram.methods import SendMessage
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardMarkup,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiogram.utils.token import TokenValidationError, validate_token
from aiohttp import ClientError

from bot.messages import MAX_ELSEWHERE, BotRefusal, FileGone
from bot.telegram.api import values
from bot.telegram.api.business import BusinessMethods
from bot.telegram.api.ephemeral import EphemeralMessages
from bot.telegram.api.keyboards import Keyboards
from bot.telegram.api.known_files import KnownFiles
from bot.telegram.api.places import Place, account_in, topic_of, where
from bot.telegram.api.session import SEND_SECONDS, Session
from bot.telegram.api.topics import ForumTopics
from bot.telegram.api.update_feed import UpdateFeed
from bot.telegram.api.values import as_json
from bot.wording.telegram_staff import FILE_NOT_NOW, FILE_TOO_BIG

log = logging.getLogger(__name__)


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


class BadTelegramToken(BotRefusal):
    """A malformed token; the text is a whole sentence."""


class Client:
    """A bot on a Bot API server."""

    def __init__(self, token: str, api: str) -> None:
        try:
            validate_token(token)
        except TokenValidationError:
            raise BadTelegramToken(
                "JIEDAI_TELEGRAM_TOKEN is not a bot token; it must look like 123456:ABC-DEF, as BotFather gave it."
            ) from None
        self._token = token
        self._session = Session(api=TelegramAPIServer.from_base(api))
        self._bot = Bot(token, session=self._session)
        self.bot_id = self._bot.id
        self.feed, self.topics = UpdateFeed(self._bot), ForumTopics(self._bot)
        self.business, self.files = BusinessMethods(self._bot), KnownFiles(self._bot)
        self.ephemeral, self._keyboards = EphemeralMessages(self._session, self._bot), Keyboards()

    async def send(
        self,
        chat: str | int,
        text: str,
        markup: Markup | None = None,
        *,
        thread: Place = None,
        reply_to: int | None = None,
        entities: list[MessageEntity] | None = None,
        quiet: bool = False,
    ) -> int:
        """Send a plain text of at most 4,096 UTF-16 units; returns the message id.

        If the message to `reply_to` is gone, sends without. Bold and links are `entities`, never markup in the text:
        what people write is never interpreted.
        """
        given = {
            "chat_id": values.chat_id(chat),
            "text": text,
            **where(thread),
            "reply_parameters": as_json(values.reply_to(reply_to)),
            "entities": [as_json(entity) for entity in entities] if entities else None,
            "disable_notification": quiet or None,
        }

        async def post(shown: Markup | None) -> Any:
            content = given | {"reply_markup": as_json(shown)}
            return await self._session.ask(self._bot, SendMessage, content, SEND_SECONDS)

        told = await self._keyboards.send(post, markup)
        return int(told["message_id"])

    async def copy(
        self,
        chat: str | int,
        source: int,
        numbers: Sequence[int],
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        bare: bool = False,
    ) -> list[int]:
        """Copy messages of another of the bot's chats, albums as albums, `bare` without captions; returns the ids."""
        there = values.chat_id(chat)
        if len(numbers) == 1 and not bare:  # only several can be copied without their captions
            one = await self._bot.copy_message(
                there,
                source,
                numbers[0],
                **topic_of(thread),
                reply_parameters=values.reply_to(reply_to),
                request_timeout=SEND_SECONDS,
            )
            return [one.message_id]
        many = await self._bot.copy_messages(
            there,
            source,
            sorted(numbers),
            **topic_of(thread),
            remove_caption=bare or None,
            request_timeout=SEND_SECONDS,
        )
        return [each.message_id for each in many]

    async def send_place(self, chat: str | int, latitude: float, longitude: float, *, thread: Place = None) -> int:
        """Send a location, in degrees; returns the message id."""
        told = await self._bot.send_location(
            values.chat_id(chat), latitude, longitude, **where(thread), request_timeout=SEND_SECONDS
        )
        return told.message_id

    async def send_file(self, chat: str | int, name: str, content: bytes, *, thread: int | None = None) -> int:
        """Send a document whose bytes we hold; returns the message id."""
        file = BufferedInputFile(content, filename=name)
        told = await self._bot.send_document(
            values.chat_id(chat), file, message_thread_id=thread, request_timeout=SEND_SECONDS
        )
        return told.message_id

    async def edit(
        self,
        chat: int,
        number: int,
        text: str,
        markup: InlineKeyboardMarkup | None = None,
        entities: list[MessageEntity] | None = None,
        *,
        place: Place = None,
    ) -> None:
        """Edit a message of the bot; an edit that changes nothing succeeds."""
        which: dict[str, Any] = {"chat_id": chat, "message_id": number, "request_timeout": SEND_SECONDS}
        which |= {"business_connection_id": account_in(place)}

        async def change(shown: InlineKeyboardMarkup | None) -> None:
            await self._bot.edit_message_text(text, reply_markup=shown, parse_mode=None, entities=entities, **which)

        with _unchanged_is_fine():
            await self._keyboards.send(change, markup)

    async def edit_caption(self, chat: int, number: int, text: str, *, place: Place = None) -> None:
        """Edit the words under a file that the bot sent; an edit that changes nothing succeeds."""
        which: dict[str, Any] = {"chat_id": chat, "message_id": number, "business_connection_id": account_in(place)}
        with _unchanged_is_fine():
            await self._bot.edit_message_caption(caption=text, parse_mode=None, request_timeout=SEND_SECONDS, **which)

    async def delete(self, chat: int, number: int) -> None:
        """Delete a message of the bot, which the Bot API allows for 48 hours."""
        await self._bot.delete_message(chat, number, request_timeout=SEND_SECONDS)

    async def edit_buttons(self, chat: int, number: int, markup: InlineKeyboardMarkup | None) -> None:
        """Edit the buttons of a message of the bot."""
        place: dict[str, Any] = {"chat_id": chat, "message_id": number, "request_timeout": SEND_SECONDS}

        async def change(shown: InlineKeyboardMarkup | None) -> None:
            await self._bot.edit_message_reply_markup(reply_markup=shown, **place)

        with _unchanged_is_fine():
            await self._keyboards.send(change, markup)

    async def react(self, chat: int, number: int, emoji: str) -> None:
        """Set a reaction on a message; a failure is only logged."""
        try:
            await self._bot.set_message_reaction(chat, number, [ReactionTypeEmoji(emoji=emoji)], request_timeout=5)
        except Exception as error:  # noqa: BLE001  # what it stands for is committed already
            log.debug("a reaction was not shown: %s", self.safe(error))

    async def username(self) -> str:
        """Return the bot's username, as in t.me/NAME."""
        return (await self.about_itself())[0]

    async def about_itself(self) -> tuple[str, bool]:
        """Return the bot's username, and whether topics of private chats are switched on for it."""
        me = await self._bot.get_me(request_timeout=SEND_SECONDS)
        return me.username or "", bool(me.has_topics_enabled)

    async def offer_commands(self, commands: Mapping[str, str]) -> None:
        """Set the commands that customers see in the bot's menu."""
        listed = [BotCommand(command=name, description=about) for name, about in commands.items()]
        scope = BotCommandScopeAllPrivateChats()
        await self._bot.set_my_commands(listed, scope=scope, request_timeout=SEND_SECONDS)

    async def answer_tap(self, tap_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Answer a tapped button (callback query) with at most 200 characters; a failure is only logged."""
        try:
            await self._bot.answer_callback_query(tap_id, text=text, show_alert=alert or None, request_timeout=5)
        except Exception as error:  # noqa: BLE001  # the tap itself is committed already
            log.debug("a tap was not acknowledged: %s", self.safe(error))

    async def fetch_file(self, reference: str) -> bytes:
        """Download a file by its file id; raises FileGone."""
        try:
            found = await self._bot.get_file(reference, request_timeout=SEND_SECONDS)
            if (found.file_size or 0) > MAX_ELSEWHERE or not found.file_path:
                raise FileGone(FILE_TOO_BIG)
            stream = await self._bot.download_file(found.file_path, timeout=SEND_SECONDS * 2)
        except TelegramBadRequest as error:
            raise FileGone(FILE_TOO_BIG if "too big" in str(error) else FILE_NOT_NOW) from None
        except (AiogramError, ClientError, OSError) as error:  # `from None`: they may name the URL, and so the token
            log.warning("Telegram: a file could not be fetched: %s", self.safe(error))
            raise FileGone(FILE_NOT_NOW) from None
        if stream is None:
            raise FileGone(FILE_NOT_NOW)
        return stream.read()

    def safe(self, error: BaseException) -> str:
        """Return an error's text without the token, for logs and rows."""
        words = type(error).__name__ if isinstance(error, ClientDecodeError) else f"{type(error).__name__}: {error}"
        return words.replace(self._token, "<token>").replace(self._token.partition(":")[2], "<token>")[:300]

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.session.close()


@contextmanager
def _unchanged_is_fine() -> Iterator[None]:
    """An edit that changes nothing succeeds."""
    try:
        yield
    except TelegramBadRequest as error:
        if "message is not modified" not in str(error):
            raise
