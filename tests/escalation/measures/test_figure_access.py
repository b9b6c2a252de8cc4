"""Who may see whose figures."""

from __future__ import annotations

import pytest

from escalation.measures.figure_access import may_see
from escalation.measures.sums import Filters
from escalation.roles import ALL_QUEUES, Role
from escalation.staff import Staff


def person(role: Role, *queues: str) -> Staff:
    return Staff(7, "li", "李", role, [*queues])


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_managers_and_administrators_see_all(role: Role) -> None:
    assert may_see(person(role), Filters())
    assert may_see(person(role), Filters(staff_id=8))


def test_a_lead_sees_the_queues_they_lead_and_no_other() -> None:
    lead = person("lead", "技术支持")
    assert may_see(lead, Filters(queue="技术支持", staff_id=8))
    assert not may_see(lead, Filters(queue="通用客服"))
    assert not may_see(lead, Filters())
    assert may_see(lead, Filters(staff_id=7))


def test_who_leads_all_queues_sees_all() -> None:
    assert may_see(person("lead", ALL_QUEUES), Filters())


def test_an_agent_sees_their_own_and_no_colleagues() -> None:
    agent = person("agent", "技术支持")
    assert may_see(agent, Filters(staff_id=7, tier="特级"))
    assert not may_see(agent, Filters(queue="技术支持"))
    assert not may_see(agent, Filters(staff_id=8, queue="技术支持"))
    assert not may_see(agent, Filters())


@pytest.mark.parametrize("role", ["inspector", "auditor"])
def test_inspectors_and_auditors_see_none(role: Role) -> None:
    assert not may_see(person(role, ALL_QUEUES), Filters(staff_id=7))
