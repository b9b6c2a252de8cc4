"""Handle one update: processed, replied to by the adapter, or set aside as a dead letter; each in one transaction."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from aiogram.types import Message, Update
from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.delivery.rate_limit import counted_at
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.api.update_feed import WANTED
from bot.telegram.auto_replies import danger_in
from bot.telegram.business.updates import BusinessUpdates
from bot.telegram.customers import Customers
from bot.telegram.desk.updates import StaffUpdateHandler
from bot.telegram.parsing.customers import TELEGRAM, AutoReply
from bot.telegram.parsing.updates import (
    Fetched,
    Unreadable,
    chat_of,
    content_of,
    customer_at,
    key_of,
    kind_of,
    said_at,
    words_of,
)
from bot.telegram.private_topics import note_own
from bot.transcript import conversations, dead_letters, message_store, processed_keys
from bot.wording import marks, telegram_customers
from bot.wording.buttons import person_button
from bot.wording.message_kinds import UNKNOWN
from bot.wording.outside_chat import ELSEWHERE
from bot.wording.phrases import in_script
from bot.wording.refusals import TOO_FAST
from escalation.customers.starring import starred

log = logging.getLogger(__name__)


class Dispatcher:
    """Handles updates; returns after the commit."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self.customers = Customers(service, client)
        self.staff = StaffUpdateHandler(service, client)
        self.business = BusinessUpdates(service, client, self._hear)
        self._strange_groups: set[int] = set()
        self._strange_kinds: set[str] = set()

    async def handle(self, update: Fetched) -> None:
        """Process an update once."""
        if isinstance(update, Unreadable):
            return await self.set_aside(update, "the client library cannot decode it")
        if await self.business.handle(update):
            return None
        chat = chat_of(update)
        if isinstance(update, Update) and update.message is not None and self._is_own(update.message):
            await self.service.database.unit(note_own, update.message)
        elif (chat is not None and chat > 0) or customer_at(update) is not None:
            await self._hear(update, customer_at(update) or str(chat))
        elif chat is not None and await self.staff.is_ours(chat):
            await self.staff.handle(update)
        else:
            self._mention_group(update)
        return None

    def _is_own(self, message: Message) -> bool:
        """Whether it tells of what the bot itself did in a customer's chat."""
        sender = message.from_user
        return message.chat.type == "private" and sender is not None and sender.id == self.client.bot_id

    async def _hear(self, update: Update, address: str) -> None:
        # Before anything is read or written: what comes without end must cost the others nothing.
        inbound_limiter = self.service.inbound_limiter
        sender = counted_at(address)
        verdict = "allow" if update.my_chat_member is not None else inbound_limiter.check(sender, said_at(update))
        if verdict == "allow":
            try:
                await self.business.note(update)
                await self.customers.handle(update)
            except BaseException:
                inbound_limiter.give_back(sender)  # it is tried again, or posted again
                raise
        elif verdict == "notify":
            log.warning("Telegram: a chat sends more than a person can; what is too much is not taken in.")
            key = f"{key_of(update, self.client.bot_id)}:flood"
            await self.service.database.unit(tell_to_wait, address, key, self.service.clock())

    async def set_aside(self, update: Fetched, why: str) -> None:
        """Store an update that cannot be handled as a dead letter, and note it in the transcript and the staff chat."""
        log.error("Telegram: update %d (%s) is set aside unhandled", update.update_id, kind_of(update))
        now, rules, unit = self.service.clock(), self.service.rules, self.service.database.unit
        told = isinstance(update, Unreadable) and await self._take_danger(update)
        await unit(set_aside, rules, update, key_of(update, self.client.bot_id), why, now, told=told)

    async def _take_danger(self, update: Unreadable) -> bool:
        """Take in the words of a customer's update that tell of a danger; whether there are any."""
        address, words = customer_at(update), words_of(update)
        if address is None or not words:
            return False
        key = f"{key_of(update, self.client.bot_id)}:danger"
        wish = AutoReply(address, key, "unsupported", words=words, mark=marks.PARTLY)
        found = await asyncio.to_thread(danger_in, self.service.rules, wish)
        if found is not None:
            await self.service.receive(found[0])
        return found is not None

    async def stop(self) -> None:
        """Cancel pending acknowledgements."""
        await self.customers.stop()
        await self.staff.stop()

    def _mention_group(self, update: Update) -> None:
        # Whoever sets up the staff chat needs its number, which Telegram shows nowhere.
        if kind_of(update) not in WANTED and kind_of(update) not in self._strange_kinds and update.message is None:
            self._strange_kinds.add(kind_of(update))
            log.warning("Telegram: updates of the kind %s came unasked, and are not taken in.", kind_of(update))
        chat = update.message.chat if update.message is not None else None
        if chat is None or chat.type not in ("group", "supergroup"):
            return
        if chat.id not in self._strange_groups:
            self._strange_groups.add(chat.id)
            if chat.is_direct_messages:
                log.info("Telegram: chat %d holds a channel's direct messages; only its customers are heard.", chat.id)
                return
            log.warning(
                "Telegram: group %d is ignored; JIEDAI_TELEGRAM_DESK makes it the desk, JIEDAI_TELEGRAM_STAFF_CHAT the "
                "chat for notices.",
                chat.id,
            )


def tell_to_wait(db: Connection, address: str, key: str, now: datetime) -> None:
    """Tell a customer, once per key, that messages beyond the rate limit were left out.

    Staff see it in the transcript.
    """
    conversation = conversations.lock_conversation(db, TELEGRAM, address, now)
    if processed_keys.remember_key(db, TELEGRAM, key, now):
        send_to_customer(db, conversation, in_script(TOO_FAST, conversation.language), now)


def set_aside(
    db: Connection, rules: Rules, update: Fetched, key: str, why: str, now: datetime, *, told: bool = False
) -> None:
    """Store an update as a dead letter; a later redelivery is skipped. `told`: its words were taken in and answered."""
    if not processed_keys.remember_key(db, TELEGRAM, key, now):
        return
    chat, words = chat_of(update), words_of(update)
    dead_letters.keep(db, rules.vault, key, kind_of(update), chat, why, content_of(update), now)
    address = customer_at(update)
    if address is not None and not told:
        conversation = conversations.lock_conversation(db, TELEGRAM, address, now)
        message_store.add_message(db, conversation, "customer", words or f"[{UNKNOWN.label}]", now, set_aside=True)
        language = conversation.language
        send_to_customer(
            db,
            conversation,
            in_script(telegram_customers.SET_ASIDE, language),
            now,
            [person_button(rules.policy, language)],
        )
    if rules.staff_chat:
        tells = rules.policy.outside_chat.tells_talk(TELEGRAM, TELEGRAM)
        values = {"kind": kind_of(update), "address": chat or "—", "number": update.update_id}
        values["text"] = starred(words)[:500] if tells else ELSEWHERE
        card = telegram_customers.CARD.format(**values)
        post_to_staff_chat(db, rules, card, now)
