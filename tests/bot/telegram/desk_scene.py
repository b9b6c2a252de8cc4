"""A ticket's topic in a group of staff: who writes and taps there, and what the bot does in return."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from aiogram.types import InlineKeyboardMarkup, Update
from sqlalchemy import select, update

from bot.auth import messenger_accounts
from bot.config.settings import Settings
from bot.delivery.outbox import STAFF_CHAT
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.telegram.desk.updates import StaffUpdateHandler
from bot.telegram.parsing.decoding import decode
from bot.topic_sync.topics import topics, want
from bot.transcript import channel_message_ids
from escalation.roles import Role
from escalation.staff import Staff
from escalation.tickets import ticket_store
from tests.bot.scene import Scene, Visitor

Json = dict[str, Any]

BOT, GROUP, THREAD, CARD, CUSTOMER = 1001, -1001234, 7, 70, 4711
QUESTION = 900  # a message of the bot under which it asks something
SECRET = "s" * 40
AT = 1_795_000_000

_numbers = itertools.count(1000)
_updates = itertools.count(1)


def person(account: int, **more: Any) -> Json:
    """A user of the messenger."""
    return {"id": account, "is_bot": False, "first_name": "某人"} | more


def message_in(thread: int | None, account: int, number: int | None = None, **content: Any) -> Json:
    """A message of the group, in a topic unless `thread` is None."""
    chat = {"id": GROUP, "type": "supergroup", "title": "客服群", "is_forum": True}
    made: Json = {"message_id": number or next(_numbers), "date": AT, "chat": chat, "from": person(account)}
    if thread is not None:
        begun = {"message_id": thread, "date": AT, "chat": chat, "message_thread_id": thread}
        topic = {"forum_topic_created": {"name": "#1", "icon_color": 7322096}}
        made |= {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": begun | topic}
    return made | content


def answering(number: int, account: int = CUSTOMER) -> Json:
    """What makes a message a reply to another of its topic."""
    return {"reply_to_message": message_in(THREAD, account, number, text="…", reply_to_message=None)}


def tap_on(data: str | None, account: int, *, tap: str | None = None, thread: int = THREAD, number: int = CARD) -> Json:
    """A tap under a message of the bot's."""
    under = message_in(thread, BOT, number, text="卡片")
    under["from"]["is_bot"] = True
    query: Json = {"id": tap or f"tap{next(_numbers)}", "from": person(account), "chat_instance": "1"}
    return {"callback_query": query | {"message": under} | ({"data": data} if data is not None else {})}


def standing(status: str, account: int, **more: Any) -> Json:
    """A member of the group becomes something else."""
    chat = {"id": GROUP, "type": "supergroup", "title": "客服群"}
    was, now = {"status": "member", "user": person(account)}, {"status": status, "user": person(account)} | more
    if status == "kicked":
        now["until_date"] = 0
    return {
        "chat_member": {
            "chat": chat,
            "from": person(CUSTOMER),
            "date": AT,
            "old_chat_member": was,
            "new_chat_member": now,
        }
    }


def update_of(content: Json) -> Update:
    """An update as the client library hands it on."""
    found = decode({"update_id": next(_updates), **content})
    assert isinstance(found, Update)
    return found


class NobodyAlone:
    """Shows nothing to one person alone: everything is answered where all can see it."""

    async def send(self, *_given: Any, **_more: Any) -> int:
        """Refused."""
        raise RuntimeError


@dataclass
class ScriptedClient:
    """Writes down what the messenger is asked to do."""

    bot_id: int = BOT
    reactions: list[tuple[int, str]] = field(default_factory=list)
    taps: list[tuple[str | None, bool]] = field(default_factory=list)
    keyboards: list[InlineKeyboardMarkup] = field(default_factory=list)
    ephemeral: NobodyAlone = field(default_factory=NobodyAlone)

    async def react(self, _chat: int, number: int, emoji: str) -> None:
        """A sign under a message."""
        self.reactions.append((number, emoji))

    async def answer_tap(self, _tap: str, text: str | None = None, *, alert: bool = False) -> None:
        """What the tapper reads."""
        assert text is None or 1 <= len(text) <= 200
        self.taps.append((text, alert))

    async def edit_buttons(self, chat: int, number: int, markup: InlineKeyboardMarkup) -> None:
        """What stands under a message from now on."""
        assert (chat, number) in ((GROUP, CARD), (GROUP, QUESTION))
        self.keyboards.append(markup)

    def safe(self, error: BaseException) -> str:
        """Words for a log."""
        return str(error)


class DeskScene:
    """One customer's ticket, shown in a topic."""

    def __init__(
        self, scene: Scene, channel: str = "telegram", client: Any = None, address: str = str(CUSTOMER)
    ) -> None:
        self.scene, self.client = scene, client or ScriptedClient()
        scene.rules = replace(scene.rules, topic_groups=(GROUP,), staff_chat="desk")
        change_feed = ChangeFeed(scene.database.url)
        self.service = Service(Settings(), scene.database, scene.rules, change_feed, scene.clock, SECRET)
        self.side = StaffUpdateHandler(self.service, self.client)  # type: ignore[arg-type]
        self.customer: Visitor = scene.visitor(address, channel)
        self.customer.say("人工")
        self.ticket_id = scene.ticket.id
        scene.write(_show, self.ticket_id, scene.now)

    def staff(self, login: str, account: int, role: Role = "agent", queues: tuple[str, ...] = ("*",)) -> Staff:
        """A member of staff whose account is linked."""
        who = self.scene.staff(login, role, queues)
        self.scene.write(messenger_accounts.link, account, who.id, self.scene.now)
        return who

    def mirror(self, number: int, line: int | None = None) -> int:
        """The customer's latest line (or another) stands in the topic under this number."""
        line = line or [each.id for each in self.customer.lines() if each.author == "customer"][-1]
        self.scene.write(channel_message_ids.remember_id, GROUP, number, message_id=line)
        return line

    async def write(self, account: int, text: str | None = None, **content: Any) -> int:
        """Somebody writes in the topic; the number of the message."""
        if text is not None:
            content["text"] = text
        made = message_in(content.pop("thread", THREAD), account, content.pop("number", None), **content)
        await self.handle({"message": made})
        return int(made["message_id"])

    async def tap(self, data: str | None, account: int, **where: Any) -> tuple[str | None, bool]:
        """Somebody taps; what they read and whether as an alert."""
        await self.handle(tap_on(data, account, **where))
        return self.client.taps[-1]

    async def press(self, label: str, account: int) -> tuple[str | None, bool]:
        """Tap the button of this label in the list shown last."""
        shown = [button for row in self.client.keyboards[-1].inline_keyboard for button in row]
        return await self.tap(next(button.callback_data for button in shown if button.text == label), account)

    async def handle(self, content: Json) -> None:
        """An update comes in, and everything it causes is over."""
        await self.side.handle(update_of(content))
        for task in list(self.side._acknowledgements.tasks):  # nobody else may wait for it
            await task

    def answers(self, *, anywhere: bool = False) -> list[tuple[str, int | None, str]]:
        """Address, message answered and words of what was said to staff in topics, or `anywhere` in the group."""
        told = [(row.address, row.reply_to, row.text) for row in self.scene.posted(STAFF_CHAT)]
        return [each for each in told if "/" in each[0] or (anywhere and each[1] is not None)]

    def refusal(self) -> str:
        """The latest of them."""
        return self.answers()[-1][2] if self.answers() else ""

    def notes(self) -> list[str]:
        """Remarks on the ticket."""
        return [row.text for row in self.scene.read(ticket_store.notes_of, self.ticket_id)]

    def sent(self) -> list[Any]:
        """What waits for the customer, of staff's."""
        said = {line.id for line in self.customer.lines() if line.author == "agent"}
        return [row for row in self.scene.posted("telegram") if row.line in said]

    def words(self) -> list[str]:
        """What the customer reads of staff by now."""
        return [line.words for line in self.customer.lines() if line.author == "agent"]

    def said(self) -> list[str]:
        """Staff's lines of the transcript."""
        return [line.text for line in self.customer.lines() if line.author == "agent"]


def _show(db: Any, ticket_id: int, now: Any) -> None:
    want(db, {ticket_id: 3}, now)
    there = {"chat": GROUP, "thread": THREAD, "card": CARD, "pinned": True}
    db.execute(update(topics).where(topics.c.ticket_id == ticket_id).values(**there))
    assert db.scalar(select(topics.c.card)) == CARD
