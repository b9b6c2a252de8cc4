"""Customers' private chats with the bot: each update is one transaction, acknowledged after the commit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from aiogram.types import Update
from sqlalchemy import Connection

from bot.auth import one_time_codes
from bot.background import Background
from bot.delivery import outbox
from bot.delivery.customer_messages import send_to_customer
from bot.delivery.undeliverable import mark_reachable, mark_unreachable
from bot.dialogue import identity, intake, self_service
from bot.dialogue.choices import is_offered
from bot.dialogue.customer import shared_with
from bot.dialogue.named_taps import is_named, may_take, take_named
from bot.dialogue.objection import objection_button, take_objection
from bot.messages import Button, Edited, Incoming
from bot.rules import Rules
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.api.places import own_account
from bot.telegram.auto_replies import danger_in, send_auto_reply
from bot.telegram.desk import accounts
from bot.telegram.parsing.customers import (
    TELEGRAM,
    AutoReply,
    ChatBlocked,
    Command,
    CustomerUpdate,
    Parts,
    StickerSent,
    read_update,
)
from bot.telegram.parsing.updates import customer_at
from bot.telegram.private_topics import follow_topic, mark_everywhere
from bot.telegram.sending.customer_keyboard import PUT_AWAY
from bot.telegram.welcome import ABOUT_DATA, share_button, tell_of_data, welcome
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.channel_message_ids import remember_for
from bot.transcript.conversations import Conversation
from bot.wording import telegram_customers, transcript
from bot.wording.choices import DataWishChosen, ObjectionChosen, parse_choice
from bot.wording.phrases import in_script, say
from bot.wording.refusals import BAD_CHOICE
from escalation.customers import customer_store
from escalation.tickets import ticket_store

MOST_TOPICS = 10_000  # that are remembered; following one again changes nothing
GLAD = frozenset("👍👌🙏🤝👏❤💯😊🥰😍🎉🌹💐")  # stickers that say thanks
WISHES = {"export": self_service.EXPORT, "forget": self_service.FORGET}


class Customers:
    """The private chats of one bot."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self._acknowledgements = Background()
        self._topics: set[str] = set()  # those that are known to lead to their customer's conversation

    async def handle(self, update: Update) -> None:
        """Process an update once; returns after the commit."""
        address = customer_at(update)
        if address is not None and "/" in address and address not in self._topics:
            await self.service.database.unit(follow_topic, address, self.service.clock())
            if len(self._topics) >= MOST_TOPICS:
                self._topics.clear()
            self._topics.add(address)
        heard = read_update(update, self.client.bot_id)
        understood = heard is not None and await self._take(heard)
        if update.callback_query is not None:
            self._answer_tap(update.callback_query.id, None if understood else BAD_CHOICE)

    async def stop(self) -> None:
        """Cancel pending acknowledgements."""
        await self._acknowledgements.stop()

    async def _take(self, heard: CustomerUpdate) -> bool:
        """False for a button that is not valid (any more): nothing is written then."""
        unit, rules, now = self.service.database.unit, self.service.rules, self.service.clock()
        match heard:
            case Incoming(kind="choice"):
                return await self._take_tap(heard, now)
            case Incoming():
                await self._receive(heard, now)
            case Edited():
                await self.service.revise(heard)
            case Parts(messages):
                for part in messages:
                    await self.service.receive(part)
            case AutoReply():
                await self._refuse(heard, now)
            case StickerSent():
                await unit(handle_sticker, rules, heard, now)
            case Command():
                await unit(run_command, rules, self.service.token_secret, heard, now)
            case ChatBlocked():
                await unit(record_block, heard, now)
            case _:
                assert_never(heard)
        return True

    async def _take_tap(self, tap: Incoming, now: datetime) -> bool:
        rules, database = self.service.rules, self.service.database
        if not await database.read(is_offered, rules, tap, now):
            return False
        match parse_choice(tap.choice):
            case DataWishChosen():
                await database.unit(self_service.decide, rules, tap, now)
            case ObjectionChosen():
                await database.unit(take_objection, rules, tap, now)
            case _ if is_named(tap.choice):
                if not await database.read(may_take, rules, tap):
                    return False
                await database.unit(take_named, rules, tap, now)
            case _:
                await self.service.receive(tap)
        return True

    async def _receive(self, said: Incoming, now: datetime) -> None:
        service, unit, account = self.service, self.service.database.unit, own_account(said.address)
        if said.kind == "text" and account > 0 and (codes := accounts.codes_in(service.token_secret, said.text)):
            # Staff's own code without its command: it must not become a question that colleagues read.
            command = Command(said.address, said.key, account, "link", codes[0])
            await unit(run_command, service.rules, service.token_secret, command, now)
            return
        await service.receive(said)
        if said.kind == "contact":
            await unit(acknowledge_contact, service.rules, said, now)

    async def _refuse(self, wish: AutoReply, now: datetime) -> None:
        rules, database = self.service.rules, self.service.database
        found = await asyncio.to_thread(danger_in, rules, wish) if wish.words else None
        if found is not None:
            said, wish = found
            await self.service.receive(said)
        await database.unit(send_auto_reply, rules, wish, now)

    def _answer_tap(self, tap_id: str, words: str | None) -> None:
        # Beside the line: the tap is committed, and a slow answer must not keep the next message waiting.
        self._acknowledgements.start_short("telegram-tap", self.client.answer_tap(tap_id, words))


def handle_sticker(db: Connection, rules: Rules, stuck: StickerSent, now: datetime) -> None:
    """Store a sticker: forward it to the person who serves the customer, else reply without opening a ticket."""
    message = stuck.message
    conversation = conversations.lock_conversation(db, TELEGRAM, message.address, now)
    if conversation.ticket_id is not None and ticket_store.get_ticket(db, conversation.ticket_id).is_open:
        intake.receive(db, rules, message, None, now)
        return
    if not processed_keys.remember_key(db, TELEGRAM, message.key, now):
        return
    line = message_store.add_message(db, conversation, "customer", stuck.emoji or transcript.STICKER, now)
    processed_keys.note_message(db, TELEGRAM, message.key, line)
    remember_for(db, message.address, message.number, line)
    glad = any(sign in GLAD for sign in stuck.emoji)
    send_to_customer(
        db, conversation, say(rules.policy, "thanks" if glad else "empty_message", conversation.language), now
    )


def acknowledge_contact(db: Connection, rules: Rules, message: Incoming, now: datetime) -> None:
    """Tell a customer who shared their number what it says of them, once; removes the button for sharing it."""
    conversation = conversations.lock_conversation(db, TELEGRAM, message.address, now)
    if not processed_keys.remember_key(db, TELEGRAM, f"{message.key}:answer", now):
        return
    text = _acknowledged(db, rules, conversation, message, now)
    send_to_customer(db, conversation, text, now, [Button(PUT_AWAY, "")])


def _acknowledged(db: Connection, rules: Rules, conversation: Conversation, message: Incoming, now: datetime) -> str:
    if conversation.proof == "shared_contact":
        return in_script(telegram_customers.KNOWN_NOW, conversation.language)
    if not shared_with(db, rules, message, now):
        return in_script(telegram_customers.NOT_KNOWN, conversation.language)
    one_house = conversation.organisation_id is not None
    return say(rules.policy, "number_of_organisation" if one_house else "number_to_check", conversation.language)


def record_block(db: Connection, change: ChatBlocked, now: datetime) -> None:
    """Record, once, that a customer blocked or unblocked the bot."""
    if not processed_keys.remember_key(db, TELEGRAM, change.key, now):  # posted again after they came back
        return
    mark = mark_reachable if change.reachable else mark_unreachable
    mark_everywhere(db, change.address, mark, now)


def run_command(db: Connection, rules: Rules, secret: str, command: Command, now: datetime) -> None:
    """Carry out a command, once."""
    if command.name == "link" or (command.name == "start" and command.argument.startswith("s_")):
        _link_staff(db, secret, command, now)
        return
    conversation = conversations.lock_conversation(db, TELEGRAM, command.address, now)
    if not processed_keys.remember_key(db, TELEGRAM, command.key, now):
        return
    if conversation.unreachable_at is not None:
        mark_reachable(db, TELEGRAM, command.address, now)
    if command.name == "start" and command.argument.startswith("c_"):
        _bind(db, rules, secret, conversation, command.argument.removeprefix("c_"), now)
    elif command.name == "me":
        text = self_service.about_me(db, rules, conversation, now)
        objects = conversation.contact_id is not None and rules.policy.tier_rules.criteria_page
        buttons = [objection_button(conversation.language)] if objects else share_button(conversation)
        send_to_customer(db, conversation, text, now, buttons)
    elif command.name in WISHES:
        text, buttons = self_service.question(WISHES[command.name], conversation.language)
        send_to_customer(db, conversation, text, now, buttons)
    elif command.name in ABOUT_DATA:
        tell_of_data(db, rules, conversation, command.name, now)
    else:
        welcome(db, rules, conversation, command.name, now)


def _link_staff(db: Connection, secret: str, command: Command, now: datetime) -> None:
    if processed_keys.remember_key(db, TELEGRAM, command.key, now):
        told = accounts.redeem(db, secret, command.argument.removeprefix("s_"), command.account, now)
        outbox.post(db, TELEGRAM, command.address, told, now)


def _bind(db: Connection, rules: Rules, secret: str, conversation: Conversation, code: str, now: datetime) -> None:
    """Link the chat to the contact that the one-time code was issued for."""
    contact_id = one_time_codes.redeem(db, secret, "customer", code, now)
    customer = contact_id and customer_store.find_customer(db, rules.vault, rules.policy, contact_id, now)
    if not contact_id or not customer:
        send_to_customer(db, conversation, in_script(telegram_customers.BAD_LINK, conversation.language), now)
        return
    conversation = replace(identity.own(db, conversation, contact_id, now), unreachable_at=None)
    known = identity.join(db, rules, conversation, contact_id, "link", now)
    names = {"organisation": customer.organisation.name, "name": customer.contact.name}
    send_to_customer(db, known, in_script(telegram_customers.BOUND.format(**names), known.language), now)
