"""A record says what it says: what a file or a call leaves out, or leaves blank, is not erased in passing."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from bot.tickets import tier_moves
from escalation.customers.customer_store import find_customer
from escalation.customers.model import ManualTier
from tests.neighbours.crm import BY_HAND, FIGURES, WEDNESDAY, Crm

HOUSE = "望岳重工"
JIA: dict[str, Any] = {
    "id": "C8001",
    "organisation": HOUSE,
    "contact": "甲",
    "phone": "13900080001",
    "email": "jia@wangyue.example",
    **FIGURES,
    **BY_HAND,
    "agent": "lintao",
}
YI = JIA | {"id": "C8002", "contact": "乙", "phone": "13900080002", "email": "yi@wangyue.example"}
NEEDED = {"organisation": HOUSE, **FIGURES}
UNHARMED = {"tier": "特级", "reason": "战略合作", "expires": "2027-12-31", "agent": "lintao", **FIGURES}
BLANK = {"tier": "", "reason": "", "expires": "", "agent": ""}
WHOLE = ("id", "organisation", "contact", "phone", "email", *FIGURES)


@pytest.fixture
def firm(crm: Crm) -> Crm:
    """Two contacts of a firm whose tier is set by hand and in force."""
    crm.take(JIA, YI)
    assert crm.approve() == 1
    return crm


async def assert_unharmed(crm: Crm, *ids: str, **but: Any) -> None:
    for contact in ids or ("C8001", "C8002"):
        found = await crm.get(contact)
        assert {name: found[name] for name in UNHARMED} == UNHARMED | but, contact


async def test_a_narrow_file_changes_the_address_it_carries_and_nothing_else(firm: Crm) -> None:
    firm.take(YI | {"email": "yi.new@wangyue.example"}, columns=("id", "organisation", "contact", "email"))
    await assert_unharmed(firm)
    jia, yi = await firm.get("C8001"), await firm.get("C8002")
    assert (yi["email"], yi["phone"]) == ("yi.new@wangyue.example", "13900080002")
    assert (jia["email"], jia["phone"]) == ("jia@wangyue.example", "13900080001")


@pytest.mark.parametrize("rows", [(JIA, YI | BLANK), (YI | BLANK, JIA)], ids=["first", "last"])
async def test_what_one_row_of_a_file_gives_its_colleagues_blank_cell_does_not_take(crm: Crm, rows: Any) -> None:
    told = crm.take(*rows)
    assert any("1 tiers wait" in line for line in told)
    assert crm.approve() == 1
    await assert_unharmed(crm)


@pytest.mark.parametrize("turned", [False, True])
async def test_two_rows_of_one_organisation_with_two_agents_are_refused(firm: Crm, turned: bool) -> None:
    rows = [JIA, YI | {"agent": "hanmei"}][:: -1 if turned else 1]
    told = firm.tried(*rows, columns=("id", "organisation", "contact", *FIGURES, "agent"))
    assert told.startswith("REFUSED")
    assert all(name in told for name in (HOUSE, "lintao", "hanmei")), told
    await assert_unharmed(firm)


async def test_the_same_complete_file_does_not_cost_the_second_persons_approval(firm: Crm) -> None:
    assert firm.take(JIA, YI) == ["2 contacts saved, 0 of them new; the tier of 0 changed."]
    assert firm.waiting() == []
    await assert_unharmed(firm)
    firm.scene.clock.now += timedelta(minutes=5)
    ticket = firm.ticket_of("C8002")
    assert ticket.tier == "特级"
    due = firm.scene.clock_of("first_contact").due_at
    assert due <= firm.scene.now + timedelta(minutes=15)


async def test_a_partial_record_leaves_a_wish_that_waits_as_it_is(crm: Crm) -> None:
    crm.take(JIA | BLANK, YI | BLANK)
    wish(crm, "C8001", ManualTier("特级", "战略合作", date(2027, 12, 31)), "李敏")
    crm.scene.clock.now += timedelta(minutes=30)
    await crm.put("C8002", **NEEDED, contact="乙")
    [waiting] = crm.waiting()
    assert (waiting.proposed_by, waiting.reason, str(waiting.expires)) == ("李敏", "战略合作", "2027-12-31")
    assert (await crm.get("C8001"))["tier"] == "二级"
    crm.approve()
    for contact in ("C8001", "C8002"):
        found = await crm.get(contact)
        assert (found["tier"], found["reason"], found["expires"]) == ("特级", "战略合作", "2027-12-31")


def wish(crm: Crm, contact: str, wished: ManualTier, by: str) -> None:
    scene = crm.scene
    found = scene.read(find_customer, scene.vault, scene.policy, contact, scene.now)
    scene.write(tier_moves.wish_tier, scene.rules, found.organisation.id, wished, by, scene.now)


async def test_a_lower_tier_set_by_hand_is_not_lifted_by_a_file_that_does_not_mention_it(crm: Crm) -> None:
    poor = {"organisation": "欠款商贸", **FIGURES, "tier": "三级", "reason": "长期欠款", "expires": "2027-06-30"}
    crm.take({"id": "C8101", "contact": "丙", **poor}, {"id": "C8102", "contact": "丁", **poor})
    crm.approve()
    told = crm.take({"id": "C8103", "contact": "戊", **poor}, columns=("id", "organisation", "contact", *FIGURES))
    assert not any("cleared" in line for line in told)
    for contact in ("C8101", "C8102", "C8103"):
        found = await crm.get(contact)
        assert (found["tier"], found["reason"], found["expires"]) == ("三级", "长期欠款", "2027-06-30")
    assert crm.ticket_of("C8103").tier == "三级"


CLEARING = (YI | BLANK | {"phone": ""},)


async def test_a_dry_run_tells_by_name_what_clearing_would_clear(firm: Crm) -> None:
    tried = firm.take(*CLEARING, dry_run=True, clear_blank=True)
    await assert_unharmed(firm)
    done = firm.take(*CLEARING, clear_blank=True)
    assert [line.replace("would be saved", "saved").replace("would change", "changed") for line in tried] == done
    assert "cleared: 1 agent, 1 phone." in done
    assert any("特级" in line and "C8002" in line for line in done)
    await assert_unharmed(firm, agent=None)
    jia, yi = await firm.get("C8001"), await firm.get("C8002")
    assert (jia["phone"], jia["email"]) == ("13900080001", "jia@wangyue.example")
    assert (yi["phone"], yi["email"]) == (None, "yi@wangyue.example")


async def test_a_cell_of_blanks_keeps_the_number_and_who_it_proves(firm: Crm) -> None:
    yi = firm.customer("C8002", "telegram")
    firm.take(YI | {"phone": "   ", "email": "yi2@wangyue.example"}, columns=WHOLE)
    found = await firm.get("C8002")
    assert (found["phone"], found["email"]) == ("13900080002", "yi2@wangyue.example")
    ticket = firm.ticket_from(yi)
    assert (ticket.tier, ticket.contact_id) == ("特级", "C8002")


async def test_null_an_empty_text_and_absence_are_told_apart(firm: Crm) -> None:
    answer = await firm.put("C8002", **NEEDED, contact="乙", email=None)
    assert answer["cleared"] == ["email"]
    await assert_unharmed(firm)
    assert (await firm.get("C8002"))["phone"] == "13900080002"
    answer = await firm.put("C8002", **NEEDED, contact="乙", agent="")
    assert answer["cleared"] == ["agent"]
    assert (await firm.get("C8001"))["agent"] is None
    answer = await firm.put("C8002", **NEEDED, contact="乙", tier=None, reason=None, expires=None)
    assert [(kept["field"], kept["stays"]) for kept in answer["kept"]] == [("tier", "特级")]
    await assert_unharmed(firm, agent=None)


async def test_removing_the_contact_whose_row_brought_the_tier_leaves_it_with_the_colleague(crm: Crm) -> None:
    crm.take(JIA, YI | BLANK)
    crm.approve()
    assert (await crm.call("DELETE", "C8001")).status_code == 204
    assert (await crm.call("GET", "C8001")).status_code == 404
    await assert_unharmed(crm, "C8002")
    ticket = crm.ticket_of("C8002")
    assert (ticket.tier, ticket.contact_id) == ("特级", "C8002")
    assert crm.scene.clock_of("first_contact").due_at <= WEDNESDAY + timedelta(minutes=15)


async def test_a_contact_who_moves_takes_nothing_of_one_organisation_into_another(firm: Crm) -> None:
    other = {
        "tier": "一级",
        "reason": "重点培育",
        "expires": "2027-06-30",
        "agent": "hanmei",
        "organisation": "启明电气",
    }
    firm.take(JIA | other | {"id": "C8201", "contact": "己", "phone": "", "email": ""})
    firm.approve()
    await firm.put("C8002", **NEEDED | {"organisation": "启明电气"}, contact="乙")
    await assert_unharmed(firm, "C8001")
    for contact in ("C8201", "C8002"):
        found = await firm.get(contact)
        assert {name: found[name] for name in other} == other
    assert [(await firm.get("C8002"))[name] for name in ("phone", "email")] == ["13900080002", "yi@wangyue.example"]


async def test_two_calls_at_the_same_moment_both_stand(firm: Crm) -> None:
    for turn in range(50):
        agent, phone = ("hanmei", "lintao")[turn % 2], f"139000810{turn:02}"
        answers = await asyncio.gather(
            firm.call("PUT", "C8001", **NEEDED, contact="甲", agent=agent),
            firm.call("PUT", "C8002", **NEEDED, contact="乙", phone=phone),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        yi = await firm.get("C8002")
        assert (yi["agent"], yi["phone"]) == (agent, phone)
    await assert_unharmed(firm)


async def test_an_import_and_a_call_at_the_same_moment_both_stand(firm: Crm) -> None:
    row = YI | {"phone": "13900081999"}
    _, answer = await asyncio.gather(
        asyncio.to_thread(firm.take, row, columns=("id", "phone")),
        firm.call("PUT", "C8001", **NEEDED, contact="甲", agent="hanmei"),
    )
    assert answer.status_code == 200
    yi = await firm.get("C8002")
    assert (yi["agent"], yi["phone"]) == ("hanmei", "13900081999")
    await assert_unharmed(firm, agent="hanmei")
