"""A Telegram account that is one customer's: a second identity moves nothing of what the first one has."""

from __future__ import annotations

from typing import Any

from bot.auth import one_time_codes
from bot.transcript import conversations
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.tickets import deadline_store, ticket_store
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram, Person

OWN, OTHERS = "+8613900080001", "+8613900083001"


async def begun(api: FakeTelegram, world: World) -> Person:
    """甲 has shared his own number and asked for a person; 庚 of another house is known, too."""
    rules = world.service.rules
    for contact, house, name, phone in (("C8001", "望岳重工", "甲", OWN), ("C8301", "市立医院", "庚", OTHERS)):
        record = CustomerRecord(contact, house, name, 1, 1, 1, 1, phone=phone)
        await world.service.database.unit(customer_store.save_customer, rules.vault, rules.policy, record, world.now)
    await world.open_door()
    person = api.person(77, first_name="甲")
    await person.contact(OWN)
    await person.say("转人工")
    await api.until_confirmed(api.last_number)
    return person


def matter(world: World) -> Any:
    """Whose the first ticket is, in which tier and queue, until when, and how many there are."""
    ticket = world.read(ticket_store.get_ticket, 1)
    clocks = [(row.milestone, row.due_at, row.state) for row in world.read(deadline_store.deadlines_of, 1)]
    return ticket.contact_id, ticket.tier, ticket.queue, clocks, world.count("tickets")


async def test_somebody_elses_card_is_no_proof(api: FakeTelegram, world: World) -> None:
    person = await begun(api, world)
    before = matter(world)
    await person.contact(OTHERS, owner=4711)
    await api.until_confirmed(api.last_number)
    assert matter(world) == before
    assert before[0] == "C8001"


async def test_sharing_ones_own_number_again_changes_nothing(api: FakeTelegram, world: World) -> None:
    person = await begun(api, world)
    before = matter(world)
    await person.contact(OWN)
    await api.until_confirmed(api.last_number)
    assert matter(world) == before


async def test_a_link_made_for_another_customer_begins_a_talk_of_its_own(api: FakeTelegram, world: World) -> None:
    person = await begun(api, world)
    before = matter(world)
    code = await world.service.database.unit(
        one_time_codes.issue, world.service.token_secret, "customer", "C8301", world.now
    )
    await person.start(f"c_{code}")
    await person.say("转人工")
    await api.until_confirmed(api.last_number)
    assert matter(world)[:4] == before[:4]
    here = world.read(conversations.find_conversation, "telegram", "77")
    assert (here.contact_id, here.ticket_id) == ("C8301", 2)
    told = world.lines(77, "bot")
    assert any("市立医院" in line.text for line in told)
    second = world.read(ticket_store.get_ticket, 2)
    assert (second.contact_id, second.conversation_id == world.read(ticket_store.get_ticket, 1).conversation_id) == (
        "C8301",
        False,
    )
