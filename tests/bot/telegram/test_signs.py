"""Signs in place of words on Telegram: they reach the agent who has the ticket as the web's do."""

from __future__ import annotations

from bot.agents.actions import Claim, act
from escalation.staff import add_staff, get_staff
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram

SIGNS = ["……", "!", "?", "~", "、", "^_^", "<3", "&", "+1", "②", "№"]
EMOJI = [
    "👍🏻",
    "❤️",
    "👨\u200d👩\u200d👧",
    "🇨🇳",
    "1️⃣",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "㊗️",
]


async def test_signs_reach_the_agent_as_they_were_written_and_the_bot_adds_nothing(
    api: FakeTelegram, world: World
) -> None:
    await world.open_door()
    person = api.person(77, first_name="甲")
    await person.contact("+8613800000001")
    await person.say("转人工")
    await api.until_confirmed(api.last_number)
    number = await world.service.database.unit(add_staff, "lintao", "林涛", "agent", ["*"], "-", world.now)
    who = world.read(get_staff, number)
    await world.service.database.unit(act, world.service.rules, who, 1, Claim(), world.now)
    bot = len(world.lines(77, "bot"))
    for sign in (*SIGNS, *EMOJI):
        await person.say(sign)
        await api.until_confirmed(api.last_number)
        world.later(3)
    lines = world.lines(77, "customer")[-len(SIGNS + EMOJI) :]
    assert [line.text for line in lines] == SIGNS + EMOJI
    assert {line.ticket_id for line in lines} == {1}
    assert len(world.lines(77, "bot")) == bot
