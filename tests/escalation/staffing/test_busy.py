"""A busy person is assigned nothing new; who may say so; and nobody gets more than the policy's capacity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.storage.database import Database
from escalation import staff
from escalation.policy.model import Policy
from escalation.staff import StaffRefused
from escalation.staffing import busy, on_duty
from escalation.staffing.candidates import eligible
from escalation.staffing.choose import AgentCandidate, AssignmentNeeds, Choice, choose
from escalation.tickets import history
from tests.escalation.staffing.roster_scene import RosteredDesk, told
from tests.escalation.tickets.desk_scene import NOW, later

LI = AgentCandidate(1, "li", queues=("*",), on_duty=True)
WANG = AgentCandidate(2, "wang", queues=("*",), on_duty=True)
ANY = AssignmentNeeds("技术支持")
GENERAL = "通用客服"


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> RosteredDesk:
    return RosteredDesk(sqlite, policy)


def test_a_busy_person_is_never_chosen_and_the_reason_says_so() -> None:
    busy_li = replace(LI, is_busy=True)
    assert choose([busy_li, replace(WANG, open=5)], ANY).staff_id == WANG.staff_id
    assert choose([busy_li], ANY) == Choice(None, "当班的人都在忙碌")
    full = replace(WANG, open=3, capacity=3)
    assert choose([busy_li, full], ANY) == Choice(None, "当班的人都在忙碌或手上工单已满额")
    own = replace(ANY, agent="li")
    assert choose([busy_li, WANG], own).reason == "当班，手上 0 张工单；专属客服 li 正在忙碌"


def test_whoever_is_busy_gets_nothing_until_they_are_no_longer(here: RosteredDesk) -> None:
    li = here.hire("li")
    here.write(busy.set_busy, li, "li", NOW, is_busy=True)
    ticket = here.open().ticket.id
    assert told([here.assign(ticket)]) == ["NobodyOnDuty"]
    assert here.read(on_duty.stretched_queues, here.policy, NOW) == {GENERAL: 1}
    assert here.read(on_duty.unstaffed_queues, here.policy, NOW) == {}
    here.write(busy.set_busy, li, "li", later(minutes=5), is_busy=False)
    assert told(here.tick(later(minutes=6))) == ["TicketAssigned"]
    assert here.assignee(ticket) == li.id


def test_a_late_ticket_is_not_given_to_a_lead_who_is_busy(here: RosteredDesk) -> None:
    lead, other = here.hire("han", role="lead"), here.hire("wang", role="lead")
    here.write(busy.set_busy, lead, "han", NOW, is_busy=True)
    ticket = here.open().ticket
    people = here.read(on_duty.read_people, NOW)
    assert [one.staff_id for one in eligible(people, "lead", ticket)] == [other.id]


def test_who_has_no_capacity_of_their_own_gets_as_many_as_the_policy_says(here: RosteredDesk) -> None:
    li = here.hire("li")
    assert here.policy.capacity == 8
    events = [here.assign(here.open().ticket.id) for _ in range(10)]
    assert told(events) == ["TicketAssigned"] * 8 + ["NobodyOnDuty"] * 2
    assert here.read(on_duty.open_tickets, [li.id]) == {li.id: 8}
    [last] = [one for one in here.read(history.history_of, 10) if one.kind == "nobody_on_duty"]
    assert last.data["why"] == "当班的人手上工单都已满额"


def test_a_capacity_of_ones_own_counts_before_the_policys(here: RosteredDesk) -> None:
    here.hire("li", capacity=9)
    assert told([here.assign(here.open().ticket.id) for _ in range(10)]) == ["TicketAssigned"] * 9 + ["NobodyOnDuty"]


def test_one_says_it_oneself_and_a_lead_of_the_queue_a_manager_and_an_administrator_may(here: RosteredDesk) -> None:
    li = here.staff("li", queues=[GENERAL])
    for login, role, queues in (
        ("han", "lead", [GENERAL]),
        ("zhou", "manager", []),
        ("admin", "admin", []),
    ):
        by = here.staff(login, role, queues)  # type: ignore[arg-type]
        here.write(busy.set_busy, by, "li", NOW, is_busy=True)
        assert here.read(staff.get_staff, li.id).busy_since == NOW
        here.write(busy.set_busy, li, "li", NOW, is_busy=False)
        assert here.read(staff.get_staff, li.id).busy_since is None


@pytest.mark.parametrize(("role", "queues"), [("agent", [GENERAL]), ("lead", ["技术支持"]), ("inspector", [])])
def test_nobody_else_may(here: RosteredDesk, role: str, queues: list[str]) -> None:
    here.staff("li", queues=[GENERAL])
    other = here.staff("other", role, queues)  # type: ignore[arg-type]
    with pytest.raises(
        StaffRefused, match=r"^li works no queue of theirs; a manager says whether that person is busy\.$"
    ):
        here.write(busy.set_busy, other, "li", NOW, is_busy=True)
    with pytest.raises(StaffRefused, match=r'^Nobody signs in as "nobody"; `jiedai staff list` shows who does\.$'):
        here.write(busy.set_busy, other, "nobody", NOW, is_busy=True)
