"""Updates from staff groups: each is one transaction, acknowledged after the commit."""

from __future__ import annotations

import logging
from datetime import datetime

from aiogram.types import Update

from bot.background import Background
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.desk.accounts import leave
from bot.telegram.desk.button_actions import CallbackAnswer, handle_button_press
from bot.telegram.desk.ephemeral_words import handle_ephemeral
from bot.telegram.desk.only_for_one import OnlyForOne, Reader
from bot.telegram.desk.own_lists import ASKS, asker, list_of
from bot.telegram.desk.staff_messages import (
    NotSent,
    answer,
    handle_edit,
    handle_message,
    refuse_edit,
    refuse_message,
    sentence_of,
)
from bot.telegram.desk.tap_answers import TapAnswers
from bot.telegram.parsing.staff import ButtonPress, GroupMigrated, MemberLeft, StaffMessage, read_group_update
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync.topic_groups import is_desk
from bot.topic_sync.topics import move_group
from escalation.tickets.lifecycle import Refused

log = logging.getLogger(__name__)


class StaffUpdateHandler:
    """Handles updates from staff groups."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        # Beside the line: a slow answer to what is committed must not keep the next message waiting.
        self._acknowledgements = Background()
        self._alone = OnlyForOne(service, client)
        self._taps = TapAnswers(service, client, self._alone)

    async def is_ours(self, chat: int) -> bool:
        """Whether a chat is a staff group, under its present or an earlier id."""
        rules = self.service.rules
        if chat in rules.topic_groups or str(chat) == rules.staff_chat:
            return True
        return chat < 0 and await self.service.database.read(is_desk, rules, chat)

    async def handle(self, update: Update) -> None:
        """Process an update once; returns after the commit."""
        service, now = self.service, self.service.clock()
        heard = read_group_update(update, self.client.bot_id, service.bot_name)
        if isinstance(heard, StaffMessage) and heard.command in ASKS and await self._list(heard, now):
            return
        match heard:
            case StaffMessage(ephemeral=int()):
                await self._answer_alone(heard, now)
            case StaffMessage(edited=True):
                await self._correct(heard, now)
            case StaffMessage():
                await self._listen(heard)
            case ButtonPress():
                await self._obey(heard)
            case MemberLeft():
                await service.database.unit(leave, service.rules, heard, now)
            case GroupMigrated(old, new):
                await service.database.unit(move_group, old, new)
                log.warning("Telegram group %d has become %d; change JIEDAI_TELEGRAM_DESK.", old, new)

    async def stop(self) -> None:
        """Cancel pending acknowledgements."""
        await self._acknowledgements.stop()

    async def _list(self, said: StaffMessage, now: datetime) -> bool:
        """Answer a command that asks for a list, for its sender alone; False if it is answered otherwise."""
        service = self.service
        who = await service.database.unit(asker, said, now)
        if who is None or said.account is None:
            return False
        # Read after the commit: a search may take longer than others should wait for.
        url = service.settings.public_url
        listed = await service.database.read(list_of, service.rules, url, who, said, now)
        self._acknowledgements.start_short("telegram-list", self._say_alone(said, said.account, listed))
        return True

    async def _listen(self, said: StaffMessage) -> None:
        service, now = self.service, self.service.clock()
        try:
            sign = await service.database.unit(handle_message, service.rules, service.token_secret, said, now)
        except (Refused, NotSent) as why:
            await service.database.unit(refuse_message, said, why, now)
            return
        if sign is not None:
            self._acknowledgements.start_short("telegram-reaction", self.client.react(said.chat, said.number, sign))

    async def _correct(self, said: StaffMessage, now: datetime) -> None:
        service = self.service
        try:
            await service.database.unit(handle_edit, service.rules, said, now)
        except Refused as why:
            await service.database.unit(refuse_edit, said, why, now)

    async def _obey(self, tapped: ButtonPress) -> None:
        service, now = self.service, self.service.clock()
        try:
            answer = await service.database.unit(handle_button_press, service.rules, tapped, now)
        except Refused as why:
            answer = CallbackAnswer(await service.database.read(sentence_of, why), alert=True)
        self._acknowledgements.start_short("telegram-tap", self._taps.give(tapped, answer))

    async def _answer_alone(self, said: StaffMessage, now: datetime) -> None:
        service = self.service
        text: RichText | str | None
        try:
            text = await service.database.unit(handle_ephemeral, service.rules, service.token_secret, said, now)
        except Refused as why:
            text = await service.database.read(sentence_of, why)
        if text is not None and said.account is not None:
            self._acknowledgements.start_short("telegram-alone", self._say_alone(said, said.account, text))

    async def _say_alone(self, said: StaffMessage, account: int, text: RichText | str) -> None:
        reader = Reader(said.chat, said.thread, account, message=said.ephemeral)
        if not await self._alone.show(reader, text):
            # That nothing was kept must be read, and what they wrote is not in it.
            service, words = self.service, text if isinstance(text, str) else text.text
            await service.database.unit(answer, said, words, service.clock())
