"""A morning at the desk, played through the whole service on the Bot API server of ours, and drawn.

    python -m tests.journeys.desk_story desk.html [desk.png]

The picture in the README is made so: nothing in it is painted by hand. The second file needs a Chromium.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import open_service
from bot.auth import one_time_codes
from bot.config.settings import Settings
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from bot.service import Service
from bot.telegram.adapter import Telegram
from bot.transcript import channel_message_ids
from escalation.staff import add_staff
from tests.bot.telegram.world import stock
from tests.fakes.telegram import TOKEN, FakeTelegram, Person
from tests.fakes.telegram.chats import Message
from tests.fakes.telegram.drawing import draw
from tests.patience import patience

GROUP = -1001000000001
LI, HAN = 77, 78
BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 60.0


class Story:
    """The service, its group, and a clock that moves when told to."""

    def __init__(self, api: FakeTelegram, service: Service) -> None:
        self.api, self.service = api, service
        self.group = api.chats[GROUP]
        self._now = BEGIN
        service.clock = self.now
        api.meter.clock = lambda: self.now().timestamp()

    def now(self) -> datetime:
        """The story's instant."""
        return self._now

    async def later(self, minutes: int) -> None:
        """Time passes, and the desk comes to rest."""
        for _ in range(minutes * 6):
            self._now += timedelta(seconds=10)
            self.service.change_feed.notify()
            await asyncio.sleep(0.15)

    async def until(self, happened: Callable[[], Any], what: str) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(patience(PATIENCE)):
            await self.api.until(happened, what)

    async def staff(self, account: int, login: str, name: str) -> Person:
        """An agent who has entered the console's code."""
        here = self.service
        number = here.database.write_now(add_staff, login, name, "agent", ["*"], "-", here.clock())
        code = here.database.write_now(one_time_codes.issue, here.token_secret, "staff", str(number), here.clock())
        person = self.api.person(account, first_name=name)
        person.join(GROUP)
        await person.say(f"/link {code}")
        await self.until(lambda: any("已关联" in text for text in self.api.shown(account)), "the link")
        return person

    async def ask(self, account: int, name: str, phone: str, *words: str) -> int:
        """A customer shows who they are and asks for a person; the topic that is made for them."""
        person = self.api.person(account, first_name=name)
        before = set(self.group.topics)
        if phone:
            await person.contact(phone)
            await self.until(lambda: self.api.shown(account), "the thanks")
        for text in words:
            await person.say(text)
        await self.until(lambda: self._new(before), f"the topic of {name}")
        thread = self._new(before)[0]
        await self.until(lambda: self.card(thread), "its card")
        return thread

    def _new(self, before: set[int]) -> list[int]:
        topics = self.group.topics.values()
        return [topic.thread for topic in topics if topic.thread not in before and "#" in topic.name]

    def card(self, thread: int) -> Message | None:
        """The pinned card of a topic."""
        return next((one for one in self.group.standing_messages(thread) if one.pinned), None)

    def find(self, thread: int, words: str) -> int:
        """The number of the message that says this, or 0."""
        said = [one.number for one in self.group.standing_messages(thread) if words in one.text and not one.service]
        return said[-1] if said else 0

    def _knows(self, number: int) -> bool:
        """Whether the service has learned this message's number."""
        return self.service.database.read_now(channel_message_ids.find_id, GROUP, number) is not None

    async def claim(self, who: Person, thread: int) -> None:
        """Somebody takes a ticket by its card."""
        card = self.card(thread)
        assert card is not None
        before = card.text
        await who.tap(card.number, "认领", chat=GROUP)
        await self.until(lambda: card.text != before, "the card of a held ticket")

    async def answer(self, who: Person, thread: int, words: str, answer: str) -> None:
        """The holder answers a message of the customer's, once the service knows it by its number."""
        await self.until(lambda: self.find(thread, words), f"{words!r} in the topic")
        await self.until(lambda: self._knows(self.find(thread, words)), f"the number of {words!r}")
        number = await who.say(answer, chat=GROUP, reply_to=self.find(thread, words))
        await self.until(lambda: self.group.messages[number].reactions, "the sign under the reply")


async def tell(story: Story) -> int:
    """The morning; the thread of the topic to look at."""
    li, han = await story.staff(LI, "li", "李雷"), await story.staff(HAN, "han", "韩梅梅")
    other = await story.ask(501, "赵先生", "", "转人工", "发票抬头写错了，能重开吗？")
    await story.claim(han, other)
    await story.later(2)
    await story.ask(502, "罗建国", "8613800000004", "转人工", "采购合同需要盖章版")
    await story.later(2)
    thread = await story.ask(503, "周文博", "8613800000001", "网点的打印机全部连不上网，柜台开不了票，转人工")
    await story.later(1)
    await story.claim(li, thread)
    await story.answer(li, thread, "柜台开不了票", "周先生您好，我是李雷。请问路由器上的灯是什么颜色？")
    await story.later(2)
    customer = story.api.person(503, first_name="周文博")
    await customer.photo("是红色，一直在闪")
    await story.until(lambda: story.find(thread, "是红色"), "the picture")
    await story.later(1)
    await li.say("像是上周换的那批网关，我查一下固件", chat=GROUP, thread=thread)
    await story.answer(li, thread, "是红色", "收到。请按住网关背面的复位键 5 秒，我在线等您。")
    await story.later(3)
    await customer.say("好了！灯变绿，可以打印了 👍")
    await story.until(lambda: story.find(thread, "可以打印了"), "the good news")
    await story.later(1)
    return thread


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Story]:
    """The service of the story."""
    async with FakeTelegram() as api:
        api.make_forum(GROUP, "接待客服台")
        settings = Settings(
            data=folder, telegram_token=TOKEN, telegram_api=api.base, telegram_desk=(GROUP,), acts="none"
        )
        service = open_service(settings, "none")
        api.bot["first_name"] = "接待"
        story = Story(api, service)
        service.database.on_commit = service.change_feed.notify
        service.database.write_now(stock, service, read_faq_file(SAMPLE_FAQ).articles, BEGIN)
        await service.refresh()
        door = Telegram(service)
        await door.start()
        try:
            yield story
        finally:
            await door.stop()
            service.database.close()


def minute(message: Message) -> str:
    """When it was said, as the messenger shows it."""
    return f"{datetime.fromtimestamp(message.at, SHANGHAI):%H:%M}"


async def page() -> str:
    """The drawing."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as story:
            return draw(story.api, GROUP, await tell(story), viewer=LI, clock=minute)


def photograph(drawn: Path, picture: Path) -> None:
    """The page as a Chromium shows it."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, SWITCHES

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        shown = browser.new_page(viewport={"width": 1120, "height": 816}, device_scale_factor=1.5)
        shown.goto(drawn.resolve().as_uri())
        shown.screenshot(path=picture, full_page=True)
        browser.close()


def main() -> None:
    """Play, draw, and photograph if asked to."""
    drawn, *picture = map(Path, sys.argv[1:])
    drawn.write_text(asyncio.run(page()), encoding="utf-8")
    if picture:
        photograph(drawn, picture[0])


if __name__ == "__main__":
    main()
