"""Words that one member of a staff group alone sees; a group that refuses them is told of once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup
from sqlalchemy.exc import SQLAlchemyError

from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.api.ephemeral import SeenByAll
from bot.telegram.desk.errors import RIGHTS, means
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync.topic_groups import set_menu_trouble
from bot.wording.topic_faults import ALONE_RIGHT, ALONE_VERSION

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=10)  # after a refusal; a server that shows such words to everybody is not tried again
NO_ADMIN = (*RIGHTS, "BOT_NOT_ADMIN")
OLDER = ("unsupported", "not supported", "unknown parameter")
WHY = {
    ALONE_VERSION: "the Bot API server is older than 10.3",
    ALONE_RIGHT: "the bot is no administrator there",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who alone reads something, and where. `tap` and `message` (an ephemeral one's id) are what it answers."""

    chat: int
    thread: int | None
    account: int
    tap: str | None = None
    message: int | None = None


class OnlyForOne:
    """Shows words to one person; nothing that must be read, for Telegram does not promise that they arrive."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self._refused: dict[int, tuple[str, datetime | None]] = {}  # why a group refuses, and until when it is believed

    async def show(self, reader: Reader, words: RichText | str, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Show a text; False if it was not shown, so that the caller says it in another way."""
        why, until = self._refused.get(reader.chat, ("", None))
        if why and (until is None or self.service.clock() < until):
            return False
        try:
            await self._send(reader, (RichText(words) if isinstance(words, str) else words).within(), markup)
        except SeenByAll:
            await self._refuse(reader.chat, ALONE_VERSION, None)
        except TelegramBadRequest as error:
            log.info("words for one person alone were refused: %s", self.client.safe(error))
            trouble = ALONE_RIGHT if means(error, NO_ADMIN) else ALONE_VERSION if means(error, OLDER) else None
            if trouble is not None:  # else it concerns this person, topic or text alone
                await self._refuse(reader.chat, trouble, self.service.clock() + TRY_AGAIN)
        except Exception as error:  # noqa: BLE001  # the network, or too many requests: said in another way
            log.debug("words for one person alone were not shown: %s", self.client.safe(error))
        else:
            if self._refused.pop(reader.chat, None) is not None:
                await self._record(reader.chat, None)
            return True
        return False

    async def change(self, reader: Reader, number: int, text: str, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Put other words in place of what the person sees; False if that failed."""
        try:
            await self.client.ephemeral.edit(reader.chat, reader.account, number, text, markup)
        except Exception as error:  # noqa: BLE001  # it may be gone by now: said in another way
            log.debug("words for one person alone were not changed: %s", self.client.safe(error))
            return False
        return True

    async def take_away(self, reader: Reader, number: int) -> None:
        """Take away what the person sees; a failure is only logged."""
        try:
            await self.client.ephemeral.delete(reader.chat, reader.account, number)
        except Exception as error:  # noqa: BLE001  # it goes by itself in time
            log.debug("words for one person alone were not taken away: %s", self.client.safe(error))

    async def _send(self, reader: Reader, words: RichText, markup: InlineKeyboardMarkup | None) -> None:
        send, to = self.client.ephemeral.send, (reader.chat, reader.account, words.text, markup)
        if reader.tap is not None or reader.message is not None:
            try:
                how: dict[str, Any] = {"tap": reader.tap, "reply_to": reader.message}
                await send(*to, thread=reader.thread, entities=words.entities, **how)
            except TelegramBadRequest as error:
                # Fifteen seconds may be over; an administrator may write all the same.
                log.debug("what was tapped or written cannot be answered any more: %s", self.client.safe(error))
            else:
                return
        await send(*to, thread=reader.thread, entities=words.entities)

    async def _refuse(self, chat: int, why: str, until: datetime | None) -> None:
        before, _ = self._refused.get(chat, ("", None))
        self._refused[chat] = (why, until)
        if before == why:
            return
        sentence = "Telegram group %d: menus and refusals cannot be shown to one person alone, for %s."
        log.warning(sentence, chat, WHY[why])
        await self._record(chat, why)

    async def _record(self, chat: int, trouble: str | None) -> None:
        try:
            await self.service.database.unit(set_menu_trouble, chat, trouble, self.service.clock())
        except SQLAlchemyError:  # the tap is answered all the same
            log.exception("what is wrong with Telegram group %d could not be recorded", chat)
