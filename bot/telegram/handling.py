"""One update: taken in, answered at the door, or set aside where a person sees it; each way is one transaction."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from aiogram.types import Update
from sqlalchemy import Connection

from bot import history
from bot.messages import Button, Incoming
from bot.performing import tell
from bot.reception import Reception
from bot.replies import BAD_CHOICE, in_script, person_button, say
from bot.rules import Rules
from bot.staff_chat import post_card
from bot.telegram import sentences
from bot.telegram.channel import SHARE
from bot.telegram.client import Client
from bot.telegram.router import (
    TELEGRAM,
    Fetched,
    Remark,
    Unreadable,
    chat_of,
    key_of,
    kind_of,
    read_update,
    words_of,
)

log = logging.getLogger(__name__)


class Handling:
    """What is done with an update; returns only after the commit."""

    def __init__(self, reception: Reception, client: Client) -> None:
        self.reception, self.client = reception, client
        self._acknowledgements: set[asyncio.Task[None]] = set()
        self._strange_groups: set[int] = set()

    async def handle(self, update: Fetched) -> None:
        """Take it in; the same update twice is the same as once."""
        if isinstance(update, Unreadable):
            return await self.set_aside(update)
        unit, clock = self.reception.database.unit, self.reception.clock
        heard = read_update(update, self.client.bot_id)
        match heard:
            case Incoming():
                await self.reception.receive(heard)
                if heard.kind == "contact":
                    await unit(acknowledge_contact, heard, clock())
            case Remark():
                await unit(remark, self.reception.rules, heard, clock())
            case None:
                self._mention_group(update)
        self._acknowledge_tap(update, understood=heard is not None)
        return None

    async def set_aside(self, update: Fetched) -> None:
        """Out of the way of others, where a person sees it: in the transcript, to the customer, in the staff chat."""
        log.error("Telegram: update %d (%s) is set aside unhandled", update.update_id, kind_of(update))
        now, rules, unit = self.reception.clock(), self.reception.rules, self.reception.database.unit
        await unit(set_aside, rules, update, key_of(update, self.client.bot_id), now)

    async def stop(self) -> None:
        """Leave no task behind."""
        for task in self._acknowledgements:
            task.cancel()
        await asyncio.gather(*self._acknowledgements, return_exceptions=True)

    def _acknowledge_tap(self, update: Update, *, understood: bool) -> None:
        # Beside the line: the tap is committed, and a slow answer must not keep the next message waiting.
        if update.callback_query is None:
            return
        answer = self.client.answer_tap(update.callback_query.id, None if understood else BAD_CHOICE)
        task = asyncio.create_task(answer)
        self._acknowledgements.add(task)
        task.add_done_callback(self._acknowledgements.discard)

    def _mention_group(self, update: Update) -> None:
        # Whoever sets up the staff chat needs its number, which Telegram shows nowhere.
        chat = update.message.chat if update.message is not None else None
        if chat is None or chat.type not in ("group", "supergroup") or str(chat.id) == self.reception.rules.staff_chat:
            return
        if chat.id not in self._strange_groups:
            self._strange_groups.add(chat.id)
            log.warning("Telegram: group %d is ignored; JIEDAI_TELEGRAM_STAFF_CHAT makes it the staff chat.", chat.id)


def remark(db: Connection, rules: Rules, wish: Remark, now: datetime) -> None:
    """Say the door's own sentence, once."""
    conversation = history.lock_conversation(db, TELEGRAM, wish.address, now)
    if not history.remember_key(db, TELEGRAM, wish.key, now):
        return
    language, buttons = conversation.language, list[Button]()
    match wish.wording:
        case "welcome":
            text = say(rules.policy, "greeting", language) + "\n" + in_script(sentences.WHY_SHARE, language)
            buttons = [Button(SHARE, in_script(sentences.SHARE_CONTACT, language))]
        case "unsupported":
            text = in_script(sentences.UNSUPPORTED, language)
        case wording:
            text = say(rules.policy, wording, language)
    tell(db, conversation, text, now, buttons)


def acknowledge_contact(db: Connection, message: Incoming, now: datetime) -> None:
    """Tell whoever shared their number whether we know them now, once."""
    conversation = history.lock_conversation(db, TELEGRAM, message.address, now)
    if not history.remember_key(db, TELEGRAM, f"{message.key}:answer", now):
        return
    known = conversation.proof == "shared_contact"
    tell(db, conversation, in_script(sentences.KNOWN_NOW if known else sentences.NOT_KNOWN, conversation.language), now)


def set_aside(db: Connection, rules: Rules, update: Fetched, key: str, now: datetime) -> None:
    """Keep an update that nothing else could be done with; a later redelivery is skipped."""
    if not history.remember_key(db, TELEGRAM, key, now):
        return
    chat, words = chat_of(update), words_of(update)
    if chat is not None:
        conversation = history.lock_conversation(db, TELEGRAM, str(chat), now)
        history.add_message(db, conversation, "customer", words or f"[{kind_of(update)}]", now, set_aside=True)
        language = conversation.language
        tell(db, conversation, in_script(sentences.SET_ASIDE, language), now, [person_button(rules.policy, language)])
    if rules.staff_chat:
        values = {"kind": kind_of(update), "address": chat or "—", "number": update.update_id, "text": words[:500]}
        card = sentences.CARD.format(**values)
        post_card(db, rules, card, now)
