"""Accounts of owners that the bot is connected to: their chats with customers, and what may be done there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.editing import Editing
from tests.fakes.telegram.reading import integer, objects, words
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.sending import Sending
from tests.fakes.telegram.updates import AT


@dataclass
class Connection:
    """One account's connection to the bot."""

    id: str
    owner: Json
    enabled: bool = True
    rights: Json = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)  # chats without a customer's message in the last 24 hours
    read: dict[int, int] = field(default_factory=dict)  # the last message that was marked as read, by chat
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))  # one series for all of its chats

    @property
    def raw(self) -> Json:
        """As an update tells it."""
        about: Json = {"id": self.id, "user": self.owner, "user_chat_id": self.owner["id"], "date": AT}
        return about | {"is_enabled": self.enabled, "rights": self.rights}

    def chat(self, customer: Json) -> Chat:
        """The account's chat with somebody, which has the same id as theirs with the bot."""
        raw = {"id": customer["id"], "type": "private", "first_name": customer["first_name"]}
        return self.chats.setdefault(customer["id"], Chat(customer["id"], raw, numbers=self.numbers, business=self.id))


class Business(Sending, Editing):
    """What the bot does in the name of accounts."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.connections: dict[str, Connection] = {}

    def _chat(self, given: Json, name: str = "chat_id") -> Chat:
        if name != "chat_id" or "business_connection_id" not in given:
            return super()._chat(given, name)
        connection, number = self._connection(given), integer(given, "chat_id")
        # Telegram says the same of a missing right, of a chat it does not know and of one silent for a day.
        if not connection.rights.get("can_reply") or number in connection.silent or number not in connection.chats:
            raise bad("BUSINESS_PEER_INVALID")
        return connection.chats[number]

    def _connection(self, given: Json) -> Connection:
        found = self.connections.get(words(given, "business_connection_id"))
        if found is None:
            raise bad("business connection not found")
        if not found.enabled:
            raise bad("BUSINESS_CONNECTION_INVALID")
        return found

    def _check_reachable(self, chat: Chat) -> None:
        if not chat.business:  # whether the bot itself is blocked says nothing about the account
            super()._check_reachable(chat)

    def _send(self, method: str, chat: Chat, given: Json, content: Json) -> Message:
        if not chat.business:
            return super()._send(method, chat, given, content)
        _check_markup(objects(given, "reply_markup") or {})
        owner = self.connections[chat.business].owner
        about = {"business_connection_id": chat.business, "from": owner, "sender_business_bot": self.bot}
        sent = super()._send(method, chat, given, content | about)
        self.queue({"business_message": sent.raw})  # it comes back like everything that is said in the account
        return sent

    def _do_getBusinessConnection(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        found = self.connections.get(words(given, "business_connection_id"))
        if found is None:
            raise bad("business connection not found")
        return found.raw

    def _do_readBusinessMessage(self, given: Json) -> bool:  # noqa: N802
        connection, chat = self._connection(given), integer(given, "chat_id")
        if not connection.rights.get("can_read_messages"):
            raise bad("not enough rights to read messages")
        if chat in connection.silent or chat not in connection.chats:
            raise bad("BUSINESS_PEER_INVALID")
        connection.read[chat] = integer(given, "message_id")
        return True

    def _do_deleteBusinessMessages(self, given: Json) -> bool:  # noqa: N802
        connection = self._connection(given)
        if not connection.rights.get("can_delete_sent_messages"):
            raise bad("not enough rights to delete messages")
        numbers = [int(each) for each in objects(given, "message_ids")]
        for chat in connection.chats.values():
            for number in numbers:
                if number in chat.messages:
                    chat.messages[number].deleted = True
        return True


def _check_markup(markup: Json) -> None:
    rows = [*markup.get("keyboard", []), *markup.get("inline_keyboard", [])]
    for button in itertools.chain.from_iterable(rows):
        if {"request_contact", "request_location", "web_app", "switch_inline_query"} & set(button):
            raise bad("BUTTON_TYPE_INVALID")
