"""A company whose tickets are topics: the rooms behind the doors, the desk's worker, and a Bot API server of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.config.settings import Settings
from bot.messages import File, Incoming
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.telegram.api.client import Client
from bot.telegram.desk.worker import TopicWorker
from bot.topic_sync.work_queue import TopicWork
from tests.bot.scene import Scene, Visitor
from tests.bot.topic_rows import topic_of
from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram_api import TOKEN, FakeTelegram

GROUP = -1001000000001
SECOND = -1001000000002
CONSOLE = "https://help.example"
STEPS = 400  # of one matter; more means that the desk never comes to rest


class Forum:
    """One service with a desk; time passes only when told to."""

    def __init__(self, scene: Scene, api: FakeTelegram, *groups: int) -> None:
        self.scene, self.api = scene, api
        self.use(*(groups or (GROUP,)))
        self.clients: list[Client] = []
        self.topic_worker = self.replica()

    def use(self, *groups: int) -> None:
        """These are the groups of the settings from now on."""
        self.scene.rules = replace(self.scene.rules, topic_groups=groups, staff_chat="desk")

    def replica(self) -> TopicWorker:
        """A process of ours, with a connection of its own to the server."""
        client = Client(TOKEN, self.api.base)
        self.clients.append(client)
        settings = Settings(telegram_token=TOKEN, telegram_api=self.api.base, public_url=CONSOLE)
        scene = self.scene
        service = Service(settings, scene.database, scene.rules, ChangeFeed(scene.database.url), scene.clock, "s" * 32)
        return TopicWorker(service, client)

    async def settle(self, topic_worker: TopicWorker | None = None) -> float | None:
        """The desk does what it may do now; how long it would wait for the rest."""
        working = topic_worker or self.topic_worker
        working.service.rules = self.scene.rules
        for _ in range(STEPS):
            if (wait := await working.step()) > 0:
                return wait
        raise AssertionError("the desk never comes to rest")

    async def catch_up(self, minutes: int = 5) -> None:
        """Time enough for a group that hears twenty messages a minute."""
        for _ in range(minutes * 12):
            await self.settle()
            self.scene.clock.advance(seconds=5)
        await self.settle()

    def customer(self, account: int = 555, contact: str | None = None) -> Person:
        """Somebody who writes through Telegram."""
        return Person(self, account, contact)

    @property
    def group(self) -> Chat:
        """The first group."""
        return self.api.chats[GROUP]

    def topic(self, ticket_id: int | None = None) -> TopicWork:
        """What the desk knows of a ticket's topic, the newest ticket's unless told otherwise."""
        found: TopicWork | None = self.scene.read(topic_of, ticket_id or self.scene.ticket.id)
        assert found is not None
        return found

    def shown(self, ticket_id: int | None = None) -> list[str]:
        """The words that stand in its topic, the card first."""
        topic = self.topic(ticket_id)
        return self.api.shown(topic.chat or 0, topic.thread)

    def card(self, ticket_id: int | None = None) -> str:
        """The words of its card."""
        topic = self.topic(ticket_id)
        return self.api.message(topic.chat or 0, topic.card or 0).text

    def topics(self, chat: int = GROUP) -> list[str]:
        """The names of the topics that stand in a group."""
        return [topic.name for topic in self.api.chats[chat].topics.values() if not topic.deleted]

    def trouble(self, chat: int = GROUP) -> str | None:
        """What is wrong with a group."""
        from bot.topic_sync.topic_groups import every_group

        groups = {group.chat: group.trouble for group in self.scene.read(every_group, self.scene.rules)}
        return groups.get(chat)

    async def close(self) -> None:
        """Let go of connections."""
        for client in self.clients:
            await client.close()


class Person(Visitor):
    """A customer whose messages are also at the server, so that they can be copied from there."""

    def __init__(self, forum: Forum, account: int, contact: str | None) -> None:
        super().__init__(forum.scene, str(account), "telegram")
        self.person = forum.api.person(account)
        if contact is not None:
            forum.scene.know(contact)
            self.identify(contact)

    async def write(self, text: str, **more: Any) -> int:
        """Words; their number in the private chat."""
        number = await self.person.say(text)
        self._arrive("text", number, text=text, **more)
        return number

    async def picture(self, name: str = "机器.jpg", *, album: str | None = None) -> int:
        """A picture."""
        number = await self.person.photo()
        self._arrive("file", number, file=File(name, "image/jpeg", 10, None, "ref"), album=album)
        return number

    def _arrive(self, kind: Any, number: int, **what: Any) -> None:
        from bot.dialogue import intake

        message = Incoming("telegram", self.address, f"tg:{self.address}:{number}", kind, number=number, **what)
        self.scene.write(intake.receive, self.scene.rules, message, None, self.scene.now)


@asynccontextmanager
async def opened(scene: Scene, *groups: int) -> AsyncIterator[Forum]:
    """A forum for each group, and the service; everything is let go afterwards."""

    def seconds() -> float:
        now: datetime = scene.clock.now
        return now.timestamp()

    async with FakeTelegram(clock=seconds) as api:
        for group in groups or (GROUP,):
            api.make_forum(group)
        forum = Forum(scene, api, *groups)
        try:
            yield forum
        finally:
            await forum.close()
