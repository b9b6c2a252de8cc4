"""Scores and dimensions are rated by taps in a private chat, below the line that offered them."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.agents.actions import Claim, Reply, Resolve, act
from bot.dialogue import satisfaction
from bot.dialogue.customer import customer_of
from bot.dialogue.turn_context import TurnContext
from bot.transcript import conversations
from escalation.staff import add_staff, get_staff
from escalation.tickets import ticket_store
from escalation.tickets.ratings import latest_dimensions
from tests.bot.telegram.world import World
from tests.fakes.telegram_api import FakeTelegram


async def test_a_score_and_its_dimensions_are_tapped(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    anna, write = api.person(77), world.service.database.unit
    await anna.say("转人工")
    await api.until_confirmed(api.last_number)
    number = await write(_solve, world)
    await api.until(lambda: any("打个分" in each.text for each in api.sent), "the question for a score")
    asked = next(each.number for each in reversed(api.sent) if "打个分" in each.text)
    await anna.forge(f"rate:4:{number}:1", asked)
    await api.until(lambda: any("也可以为下面各项打分" in each.text for each in api.sent), "the dimensions")
    offered = next(each.number for each in reversed(api.sent) if "也可以为下面各项打分" in each.text)
    await anna.forge(f"dim:{number}:1:response:3", offered)
    await api.until(lambda: api.sent[-1].text == "已记下：响应 3 分，感谢您的反馈。", "what was kept")
    assert world.read(latest_dimensions, number, 1) == {"response": 3}
    assert world.read(ticket_store.get_ticket, number).rating == 4


def _solve(db: Connection, world: World) -> int:
    """An agent solves the ticket of chat 77, and its customer is asked for a score."""
    rules, now = world.service.rules, world.now
    li = get_staff(db, add_staff(db, "li", "李敏", "agent", ["*"], "-", now))
    talk = conversations.find_conversation(db, "telegram", "77")
    assert li is not None
    assert talk is not None
    number = talk.ticket_id or 0
    for action in (Claim(), Reply("好了。", "key-12345678"), Resolve(why="当场解决")):
        act(db, rules, li, number, action, now)
    talk = conversations.lock_conversation_by_id(db, talk.id)
    turn = TurnContext(db, rules, talk, customer_of(db, rules, talk, now), now)
    turn.remember(ticket_id=number, follow_up_at=None)
    satisfaction.ask_rating(turn)
    conversations.save_conversation(db, turn.conversation, now)
    return number
