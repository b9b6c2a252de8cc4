"""Owners of accounts: they connect the bot, and write with their customers, which the bot is told."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.business import Connection
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.refusals import Json
from tests.fakes.telegram.updates import AT

if TYPE_CHECKING:
    from tests.fakes.telegram.bot import Bot

_connections = itertools.count(1)


class Owner(Person):
    """Somebody whose account the bot is connected to."""

    def __init__(self, bot: Bot, account: int, **about: Any) -> None:
        super().__init__(bot, account, **about)
        self.connection = Connection(f"BQADconnection-{next(_connections)}_X", self.user)

    def connect(self, **rights: bool) -> str:
        """Connect the bot, with these rights; the connection's id."""
        self.connection.enabled, self.connection.rights = True, {n: True for n, has in rights.items() if has}
        self._bot.connections[self.connection.id] = self.connection
        self._bot.queue({"business_connection": self.connection.raw})
        return self.connection.id

    def disconnect(self, *, told: bool = True) -> None:
        """Take the bot off the account."""
        self.connection.enabled = False
        if told:
            self._bot.queue({"business_connection": self.connection.raw})

    async def hears(self, customer: Person, text: str = "", reply_to: int | None = None, **content: Any) -> int:
        """A customer writes to the account; the message's number."""
        self.connection.silent.discard(customer.id)
        return self._written(customer.user, customer, text, reply_to, content)

    async def answers(self, customer: Person, text: str = "", reply_to: int | None = None, **content: Any) -> int:
        """The owner writes to a customer with their own hands."""
        return self._written(self.user, customer, text, reply_to, content)

    async def changes(self, writer: Person, customer: Person, number: int, text: str) -> None:
        """Somebody edits what they wrote."""
        message = self.connection.chat(customer.user).messages[number]
        assert message.raw["from"]["id"] == writer.id, "people change their own messages only"
        message.raw = message.raw | {"text": text, "edit_date": AT}
        self._bot.queue({"edited_business_message": message.raw})

    async def deletes(self, customer: Person, *numbers: int) -> None:
        """Messages are deleted for both, whoever does it."""
        chat = self.connection.chat(customer.user)
        for number in numbers:
            chat.messages[number].deleted = True
        deleted = {"business_connection_id": self.connection.id, "chat": chat.raw, "message_ids": list(numbers)}
        self._bot.queue({"deleted_business_messages": deleted})

    async def tapped(self, person: Person, customer: Person, number: int, data: str) -> None:
        """Somebody taps a button under a message of the bot's in the account's chat with a customer."""
        message = self.connection.chat(customer.user).messages[number]
        query = {"id": f"tap-{person.id}-{number}", "from": person.user, "chat_instance": "b", "data": data}
        self._bot.queue({"callback_query": query | {"message": message.raw}})

    def _written(self, writer: Json, customer: Person, text: str, reply_to: int | None, content: Json) -> int:
        chat = self.connection.chat(customer.user)
        raw: Json = {"message_id": next(chat.numbers), "date": AT, "chat": chat.raw, "from": writer}
        raw |= {"business_connection_id": self.connection.id} | ({"text": text} if text else {}) | content
        if reply_to is not None:
            raw["reply_to_message"] = chat.messages[reply_to].quoted
        kept = self._bot._keep(chat, raw, mine=False)
        self._bot._learn_files(raw)
        if self.connection.enabled:
            self._bot.queue({"business_message": raw})
        return kept.number
