"""After the overall score the customer may rate each dimension on the page, anew as well; they stand after a reload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.agents.actions import Claim, Reply, Resolve
from bot.dialogue import satisfaction
from bot.dialogue.customer import customer_of
from bot.dialogue.turn_context import TurnContext
from bot.transcript import conversations
from escalation.staff import find_credentials
from escalation.tickets.ratings import latest_dimensions
from tests.browser.conftest import PHONE
from tests.journeys.people import Desk
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_dimensions_are_rated_by_taps(
    customer: Callable[..., Any], ticket_of: Callable[[Any], Any], desk: Desk, shots: Any
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    chat = customer(desk.new_contact("三级"), PHONE)
    chat.locator("#text").fill("二楼打印机反复卡纸，转人工")
    chat.locator("#send").click()
    expect(chat.locator("article.line-bot").last).to_contain_text("专人")
    ticket = ticket_of(chat)
    lin = desk.read(find_credentials, "lin")[0]
    for action in (Claim(), Reply("修好了。", f"key-{ticket.id:012}"), Resolve(why="当场解决")):
        desk.do(lin, ticket.id, action)
    desk.service.database.write_now(_ask_rating, desk, ticket.conversation_id, ticket.id)
    chat.locator(".rating button", has_text="4").click()
    rows = chat.locator(".grade-row")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("响应")
    rows.nth(1).get_by_role("button", name="响应 3 分").click()
    expect(chat.locator("article.line-bot").last).to_contain_text("已记下：响应 3 分，感谢您的反馈。")
    expect(chat.locator("article.line-customer").last).to_contain_text("评分：响应 3 分")
    rows.nth(1).get_by_role("button", name="响应 5 分").click()
    expect(chat.locator("article.line-bot").last).to_contain_text("已按您最后的评分改为：响应 5 分")
    shots(chat, "dimensions")
    assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chat.reload()
    expect(rows).to_have_count(4)
    expect(rows.nth(1).locator("[aria-pressed=true]")).to_have_text("5")
    assert desk.read(latest_dimensions, ticket.id, 1) == {"response": 5}


def _ask_rating(db: Connection, desk: Desk, conversation_id: int, ticket_id: int) -> None:
    """What the timer does ten minutes after a solution."""
    rules, now = desk.service.rules, desk.service.clock()
    talk = conversations.lock_conversation_by_id(db, conversation_id)
    turn = TurnContext(db, rules, talk, customer_of(db, rules, talk, now), now)
    turn.remember(ticket_id=ticket_id, follow_up_at=None)
    satisfaction.ask_rating(turn)
    conversations.save_conversation(db, turn.conversation, now)
