"""Both sides of the Telegram door: our Bot API server, and a service on a fresh database with a standing clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, text

from bot.delivery import outbox
from bot.files.escalation_files import read_customer_file
from bot.first_start import SAMPLE_CUSTOMERS
from bot.service import Service
from bot.telegram.adapter import Telegram
from bot.transcript import conversations, message_store
from escalation.customers import customer_store
from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from tests.fakes.telegram_api import PATIENCE, FakeTelegram
from tests.patience import patience

STAFF = -100200300
INVOICE = "请在订单页点“申请发票”。"
WIFI = "请选“无线设置”。<b>别关机</b> & 稍候。"
ARTICLES = (
    Article("invoice-how", "发票", "怎么开发票", ("如何开票", "发票怎么开"), INVOICE),
    Article("wifi", "安装", "打印机怎么连接无线网络", ("连不上wifi了",), WIFI),
)


class World:
    """The fake's side and the service's side of one bot; closes the doors it opened."""

    def __init__(self, api: FakeTelegram, service: Service) -> None:
        self.api, self.service = api, service
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
        self._doors: list[Telegram] = []

    def make_door(self) -> Telegram:
        """A process of ours, not started yet, that loses no time between two tries."""
        door = Telegram(self.service)
        door.poller.first_pause = door.poller.retry.first_pause = 0.001
        self._doors.append(door)
        return door

    async def open_door(self) -> Telegram:
        """A process of ours begins to listen and to send."""
        door = self.make_door()
        await door.start()
        return door

    async def close(self) -> None:
        """Everything stops."""
        for door in self._doors:
            await door.stop()

    async def take(self, *updates: dict[str, Any]) -> None:
        """Users do these things, and the bot confirms having taken them in."""
        await self.api.until_confirmed(await self.api.push(*updates))

    def seconds(self) -> float:
        """The clock as a number, for the fake's meter."""
        return self.now.timestamp()

    def later(self, seconds: float) -> None:
        """Time passes, and whoever waits for it looks at the clock again."""
        self.now += timedelta(seconds=seconds)
        self.service.change_feed.notify()

    async def until_stored(self, holds: Callable[[], bool]) -> None:
        """Wait until the database says so; look again after every commit."""
        async with asyncio.timeout(patience(PATIENCE)):
            seen = self.service.change_feed.version
            while not holds():
                seen = await self.service.change_feed.wait(seen, patience(PATIENCE))

    def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        """A look into the database."""
        return self.service.database.read_now(fn, *args)

    def lines(self, chat: int, author: str | None = None) -> list[message_store.Message]:
        """The transcript of a chat."""
        found = self.read(conversations.find_conversation, "telegram", str(chat))
        lines: list[message_store.Message] = self.read(message_store.transcript, found.id) if found else []
        return [line for line in lines if author in (None, line.author)]

    def said(self, chat: int) -> list[str]:
        """What the customer wrote."""
        return [line.text for line in self.lines(chat, "customer")]

    def count(self, table: str) -> int:
        """Rows of a table."""
        return int(self.read(lambda db: db.scalar(text(f"SELECT count(*) FROM {table}"))))

    def letters(self, channel: str = "telegram") -> list[tuple[str, str]]:
        """State and reason of every row of the outbox, oldest first."""
        rows = outbox.outbox
        query = select(rows.c.state, rows.c.why).where(rows.c.channel == channel).order_by(rows.c.id)
        return [(row[0], row[1] or "") for row in self.read(lambda db: db.execute(query).all())]

    async def post(self, chat: int, words: str) -> None:
        """Somebody of the service writes to a chat."""
        await self.service.database.unit(outbox.post, "telegram", str(chat), words, self.now)


def stock(
    db: Connection, service: Service, articles: Sequence[Article], now: datetime, *, contacts: Collection[str] = ()
) -> None:
    """These questions and the sample customers, or those whose ids are in `contacts`."""
    revision_store.save_revision(db, articles, now, "test")
    policy, vault = service.rules.policy, service.rules.vault
    for record in read_customer_file(SAMPLE_CUSTOMERS, tiers=policy.tiers):
        if not contacts or record.id in contacts:
            customer_store.save_customer(db, vault, policy, record, now)


def poller_task() -> asyncio.Task[None]:
    """The task that polls, of the door opened last."""
    return next(task for task in asyncio.all_tasks() if task.get_name() == "telegram-poller")
