"""Who gets a ticket: only who is there, can do it and has room; and if nobody, why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.staffing.choose import AgentCandidate, AssignmentNeeds, Choice, choose

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LI = AgentCandidate(1, "li", queues=("*",), on_duty=True)
WANG = AgentCandidate(2, "wang", queues=("*",), on_duty=True)
HAN = AgentCandidate(3, "han", queues=("*",), on_call=True)
ANY = AssignmentNeeds("技术支持")


def chosen(*people: AgentCandidate, wanted: AssignmentNeeds = ANY) -> int | None:
    return choose(people, wanted).staff_id


def test_the_fewest_open_tickets_come_first() -> None:
    assert chosen(replace(LI, open=2), replace(WANG, open=1)) == WANG.staff_id


def test_of_the_equally_loaded_whoever_was_assigned_longest_ago_is_next() -> None:
    assert chosen(replace(LI, assigned_at=NOON), replace(WANG, assigned_at=NOON - timedelta(hours=1))) == WANG.staff_id
    assert chosen(replace(LI, assigned_at=NOON), WANG) == WANG.staff_id


def test_of_the_equal_in_everything_the_first_is_next() -> None:
    assert chosen(WANG, LI) == LI.staff_id


def test_the_customers_own_agent_comes_before_the_least_loaded() -> None:
    wanted = replace(ANY, agent="li")
    assert choose([replace(LI, open=5, capacity=6), WANG], wanted) == Choice(LI.staff_id, "客户的专属客服")


@pytest.mark.parametrize(
    "agent",
    [replace(LI, on_duty=False), replace(LI, open=3, capacity=3), replace(LI, queues=["投诉处理"])],
    ids=["went home", "full", "of another queue"],
)
def test_an_own_agent_who_cannot_take_it_is_passed_over(agent: AgentCandidate) -> None:
    assert chosen(agent, WANG, wanted=replace(ANY, agent="li")) == WANG.staff_id


def test_the_customers_own_team_comes_after_their_agent_and_before_the_rest() -> None:
    wanted = replace(ANY, agent="li", team={"wang": "专家", "li": "客户经理"})
    zhou = replace(WANG, staff_id=4, login="zhou")
    assert choose([LI, WANG, zhou], wanted) == Choice(LI.staff_id, "客户的专属客服")
    busy = replace(WANG, open=5)
    assert choose([busy, zhou], wanted) == Choice(
        WANG.staff_id, "客户的专属团队（专家）；专属客服 li 现在不在技术支持当班"
    )


def test_a_reason_says_why_the_customers_own_people_were_passed_over() -> None:
    wanted = replace(ANY, agent="li", team={"wang": "专家", "han": "坐席"}, excluded={WANG.staff_id})
    zhou = replace(WANG, staff_id=4, login="zhou")
    full = replace(LI, open=3, capacity=3)
    assert choose([full, WANG, HAN, zhou], wanted).reason == (
        "当班，手上 0 张工单；专属客服 li 手上工单已满额，专属团队 wang 已派过，未接手、han 现在不在技术支持当班"
    )
    many = replace(ANY, team=dict.fromkeys("abcd", "坐席"))
    assert choose([zhou], many).reason == "当班，手上 0 张工单；专属团队 4 人都接不了"


def test_who_knows_the_matter_comes_before_the_customers_own_agent() -> None:
    wanted = replace(ANY, knows=WANG.staff_id, agent="li")
    assert choose([LI, replace(WANG, open=5, assigned_at=NOON)], wanted) == Choice(WANG.staff_id, "上次由其经办")


@pytest.mark.parametrize(
    "knowing",
    [replace(WANG, on_duty=False), replace(WANG, open=3, capacity=3), replace(WANG, queues=["投诉处理"])],
    ids=["went home", "full", "of another queue"],
)
def test_who_knows_the_matter_but_cannot_take_it_is_passed_over(knowing: AgentCandidate) -> None:
    assert chosen(LI, knowing, wanted=replace(ANY, knows=WANG.staff_id)) == LI.staff_id
    assert chosen(LI, WANG, wanted=replace(ANY, knows=WANG.staff_id, excluded={WANG.staff_id})) == LI.staff_id


def test_somebody_absent_is_never_chosen() -> None:
    absent = replace(LI, on_duty=False)
    assert choose([absent, HAN], ANY) == Choice(None, "技术支持现在无人当班")


def test_somebody_of_another_queue_is_never_chosen() -> None:
    assert choose([replace(LI, queues=["通用客服"])], ANY) == Choice(None, "技术支持现在无人当班")
    assert chosen(replace(LI, queues=["通用客服", "技术支持"])) == LI.staff_id


def test_somebody_without_all_of_the_skills_is_never_chosen() -> None:
    wanted = replace(ANY, skills=("网络", "大型机"))
    half = replace(LI, skills=["网络"])
    assert choose([half], wanted) == Choice(None, "当班的人都不具备所需技能（大型机、网络）")
    assert chosen(half, replace(WANG, skills=["大型机", "网络", "外语"]), wanted=wanted) == WANG.staff_id


def test_somebody_at_capacity_is_never_chosen() -> None:
    assert choose([replace(LI, open=2, capacity=2)], ANY) == Choice(None, "当班的人手上工单都已满额")
    assert chosen(replace(LI, open=1, capacity=2)) == LI.staff_id
    assert chosen(replace(LI, capacity=0)) is None


def test_who_let_it_lapse_is_not_chosen_again() -> None:
    assert choose([LI], replace(ANY, excluded={LI.staff_id})) == Choice(None, "当班的人都已派过，均未接手")
    assert chosen(LI, WANG, wanted=replace(ANY, excluded={LI.staff_id})) == WANG.staff_id


def test_people_on_call_are_woken_only_for_what_wakes_them_and_only_when_nobody_on_duty_can() -> None:
    waking = replace(ANY, wakes=True)
    assert chosen(HAN) is None
    assert choose([HAN], waking) == Choice(HAN.staff_id, "值班人员")
    assert chosen(HAN, replace(LI, open=9), wanted=waking) == LI.staff_id
    assert chosen(HAN, replace(LI, open=9, capacity=9), wanted=waking) == HAN.staff_id


SKILLS, QUEUES = ("网络", "硬件"), ("技术支持", "通用客服")
PEOPLE = st.lists(
    st.builds(
        AgentCandidate,
        staff_id=st.integers(1, 9),
        login=st.sampled_from("abc"),
        queues=st.lists(st.sampled_from((*QUEUES, "*")), unique=True),
        skills=st.frozensets(st.sampled_from(SKILLS)),
        capacity=st.none() | st.integers(0, 3),
        open=st.integers(0, 4),
        assigned_at=st.none() | st.sampled_from([NOON, NOON - timedelta(hours=1)]),
        on_duty=st.booleans(),
        on_call=st.booleans(),
    ),
    unique_by=lambda one: one.staff_id,
    max_size=6,
)
WANTED = st.builds(
    AssignmentNeeds,
    queue=st.sampled_from(QUEUES),
    skills=st.frozensets(st.sampled_from(SKILLS)),
    knows=st.none() | st.integers(1, 9),
    agent=st.none() | st.sampled_from("abc"),
    wakes=st.booleans(),
    excluded=st.frozensets(st.integers(1, 9), max_size=3),
)


@given(PEOPLE, WANTED)
def test_whoever_is_chosen_fits_and_nobody_is_refused_while_somebody_does(
    people: list[AgentCandidate], wanted: AssignmentNeeds
) -> None:
    def fits(one: AgentCandidate) -> bool:
        works = "*" in one.queues or wanted.queue in one.queues
        room = one.capacity is None or one.open < one.capacity
        return works and room and set(wanted.skills) <= set(one.skills) and one.staff_id not in wanted.excluded

    here = [one for one in people if fits(one) and one.on_duty]
    able = here or [one for one in people if fits(one) and one.on_call and wanted.wakes]
    found = choose(people, wanted)
    assert found.reason
    if found.staff_id is None:
        assert able == []
        return
    [chosen] = [one for one in able if one.staff_id == found.staff_id]
    if any(one.staff_id == wanted.knows for one in able):
        assert chosen.staff_id == wanted.knows
    elif any(one.login == wanted.agent for one in able):
        assert chosen.login == wanted.agent
    else:
        assert chosen.open == min(one.open for one in able)
