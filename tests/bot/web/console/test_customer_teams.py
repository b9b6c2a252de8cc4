"""The team of a customer, changed on the console's page of tiers; who serves too many is named there and under 人员."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from escalation.customers.organisation_lookup import organisation_of
from escalation.customers.service_teams import teams_of
from escalation.journal.journal_store import lines_of
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of

PAGE = "/console/customers/tiers"
SHOP, OTHER = "C1020", "C1015"


@pytest.fixture
async def lead(console: Console) -> Seat:
    console.scene.know(SHOP, OTHER)
    return await console.sits("zhao", "lead")


async def send(seat: Seat, **form: str) -> httpx.Response:
    page = await seat.look(PAGE)
    return await seat.browser.post(f"{PAGE}/team", data={"csrf": csrf_of(page), "customer": SHOP, **form})


def team(console: Console, customer: str = SHOP) -> dict[str, str]:
    house = console.scene.read(organisation_of, customer)
    found: dict[str, str] = console.scene.read(teams_of, [house]).get(house, {})
    return found


async def test_a_lead_gives_a_colleague_a_post_and_takes_them_out(lead: Seat, console: Console) -> None:
    console.scene.staff("sun")
    answer = await send(lead, login="sun", post="通用坐席")
    assert answer.headers["location"] == f"{PAGE}?customer={SHOP}&done=team"
    page = (await lead.look(answer.headers["location"])).text
    assert "服务团队已更新，以后派单优先派给团队成员。" in page
    assert "<li>通用坐席：客服sun" in page
    assert team(console) == {"sun": "通用坐席"}
    await send(lead, login="sun", remove="1")
    assert team(console) == {}
    house = console.scene.read(organisation_of, SHOP)
    lines = console.scene.read(lines_of, f"organisation:{house}")
    assert [(line.what, line.by) for line in lines] == [("team changed", "zhao")] * 2


async def test_what_cannot_be_entered_is_refused_in_a_sentence(lead: Seat, console: Console) -> None:
    console.scene.staff("sun")
    assert alert_of(await send(lead, login="ghost", post="通用坐席")) == (
        "没有「ghost」这个账号，或已停用，请从列表里选择同事。"
    )
    assert alert_of(await send(lead, login="sun", post="司机")) == (
        "政策里「三级」没有「司机」这个职位，请从列表里选择。"
    )
    assert alert_of(await send(lead, login="sun", remove="1")) == ("「sun」不在这家客户的服务团队里，可能已经移出。")
    assert alert_of(await send(lead, customer="C9", login="sun", post="通用坐席")) == ("没有这家客户，请核对客户编号。")
    assert team(console) == {}


async def test_whoever_serves_too_many_is_named_on_the_card_and_under_people(lead: Seat, console: Console) -> None:
    scene = console.scene
    tier = scene.policy.tiers["三级"]
    few = replace(tier, posts=(replace(tier.posts[0], customers_each=0),))
    policy = replace(scene.policy, tiers={**scene.policy.tiers, "三级": few})
    scene.rules = replace(scene.rules, policy=policy)
    crowded = Console(scene, console.hashed)
    lead = Seat(crowded.browser(), lead.who)
    await lead.sign_in()
    scene.staff("sun")
    answer = await send(lead, login="sun", post="通用坐席")
    sentence = "客服sun作为通用坐席负责 1 家三级客户，超过政策规定的每人 0 家。"
    assert sentence in (await lead.look(answer.headers["location"])).text
    admin = await crowded.sits("root", "admin", ())
    people = (await admin.look("/console/people")).text
    assert sentence in people
    assert "客户过多" in people
    assert "负责 1 家客户" in people
