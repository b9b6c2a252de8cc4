"""Draw the pictures that the READMEs show: a chat on a telephone, a ticket beside the list, the figures of a week.

python -m benchmarks.pictures [--into docs/images]

The real program on an embedded database with the sample content and invented customers, before Chromium.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from benchmarks.desk_ground import PASSWORD, fill
from bot.agents.actions import Claim, Reply, Resolve, act
from bot.app import open_service, utc_now
from bot.config.settings import read_settings
from bot.delivery.customer_messages import WEB
from bot.dialogue import intake
from bot.dialogue.customer import link_contact
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript.conversations import lock_conversation, save_conversation
from escalation.staff import Staff
from tests.processes import Server

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 800}
MATTERS = (
    ("C1001", "总行机房的打印机要搬到新楼，麻烦安排工程师"),
    ("C1002", "设备一直报错 E05，影响办公了"),
    ("C1003", "发票抬头开错了，能不能重开"),
    ("C1004", "订单三天了还没发货，帮我看看"),
    (None, "安装师傅约的上午没有来，请给个说法"),
    (None, "请问寄修要多久"),
)
SOLVED = 30  # tickets of the last days, for the figures


def draw(into: Path) -> list[str]:
    """Draw every picture into a folder and return their names."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        agent = fill(data, 0)[0]
        _write(data, agent)
        with Server(data) as server, _chromium() as browser:
            return [*_of_customer(browser, server.url, into), *_of_agent(browser, server.url, into)]


def _write(data: Path, agent: Staff) -> None:
    service = open_service(read_settings({"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}, data=str(data)))
    chance, now = random.Random(7), utc_now()  # nothing secret
    try:
        for number in range(SOLVED):
            at = now - timedelta(hours=chance.randrange(4, 150))
            service.database.write_now(_solved, service.rules, agent, number, at)
        for number, (contact, words) in enumerate(MATTERS):
            at = now - timedelta(minutes=3 + 4 * number)
            service.database.write_now(_open, service.rules, agent, number, contact, words, at)
    finally:
        service.database.close()


def _ask(db: Connection, rules: Rules, address: str, contact: str | None, words: str, at: datetime) -> int:
    if contact is not None:
        linked = link_contact(db, rules, lock_conversation(db, WEB, address, at), contact, "token", at)
        save_conversation(db, linked, at)
    for text in (words, "转人工"):
        intake.receive(db, rules, Incoming(WEB, address, uuid4().hex, "text", text), None, at)
    ticket = lock_conversation(db, WEB, address, at).ticket_id
    assert ticket is not None, "a person was asked for"
    return ticket


def _solved(db: Connection, rules: Rules, agent: Staff, number: int, at: datetime) -> None:
    ticket = _ask(db, rules, f"earlier-{number}", None, MATTERS[number % 4][1], at)
    act(db, rules, agent, ticket, Claim(), at + timedelta(minutes=2))
    act(
        db, rules, agent, ticket, Reply("您好，已经为您处理好了。", uuid4().hex), at + timedelta(minutes=4 + number % 9)
    )
    act(db, rules, agent, ticket, Resolve("流程", "当场解决"), at + timedelta(minutes=30 + 5 * number))


def _open(
    db: Connection, rules: Rules, agent: Staff, number: int, contact: str | None, words: str, at: datetime
) -> None:
    ticket = _ask(db, rules, f"now-{number}", contact, words, at)
    if number in (1, 2, 4):
        act(db, rules, agent, ticket, Claim(), at + timedelta(seconds=30))
        act(db, rules, agent, ticket, Reply("您好，我是小林，正在为您查看。", uuid4().hex), at + timedelta(seconds=60))
    if number == 1:
        further = Incoming(WEB, f"now-{number}", uuid4().hex, "text", "型号是 M2051，买了两年，在保修期内吗")
        intake.receive(db, rules, further, None, at + timedelta(seconds=100))


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def _page(browser: Any, size: dict[str, int], scale: float = 1) -> Any:
    context = browser.new_context(viewport=size, device_scale_factor=scale, locale="zh-CN", timezone_id="Asia/Shanghai")
    return context.new_page()


def _signed_in(browser: Any, url: str, login: str) -> Any:
    page = _page(browser, WIDE)
    page.goto(f"{url}/console")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("li.row").first.wait_for()
    page.wait_for_timeout(1500)  # clocks tick as on any day
    return page


def _of_customer(browser: Any, url: str, into: Path) -> list[str]:
    page = _page(browser, PHONE, 1.5)
    page.goto(f"{url}/chat")
    for words in ("怎么开发票", "打印机卡纸怎么办", "还是不行，转人工"):
        page.locator("#text").fill(words)
        page.locator("#text").press("Enter")
        page.locator("article.line-customer", has_text=words).wait_for()
        page.locator("article.line-bot").last.wait_for()
        page.wait_for_timeout(2500)  # the answer is drawn to its end
    page.screenshot(path=str(into / "chat.png"))
    return ["chat.png"]


def _of_agent(browser: Any, url: str, into: Path) -> list[str]:
    page = _signed_in(browser, url, "lin")
    page.goto(f"{url}/console?show=unread")
    page.locator("li.row .card-link").first.click()
    page.locator("#pane li.row").first.wait_for()
    page.screenshot(path=str(into / "ticket.png"))
    page = _signed_in(browser, url, "chen")
    page.goto(f"{url}/console/reports")
    page.locator("svg").first.wait_for()
    page.evaluate("scrollTo(0, 350)")
    page.screenshot(path=str(into / "reports.png"))
    return ["ticket.png", "reports.png"]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--into", type=Path, default=Path("docs/images"))
    asked = options.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"drawn": draw(asked.into)}))
