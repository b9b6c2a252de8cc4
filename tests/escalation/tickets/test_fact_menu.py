"""The menu of facts: those that meet running clocks first, and none that is nothing to the ticket."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets.fact_menu import demand_sense, offered_facts
from escalation.tickets.lifecycle import Refused
from tests.escalation.tickets.ticket_examples import CLAIMED, LI


def test_facts_that_meet_running_clocks_come_first_and_say_which(policy: Policy) -> None:
    offered = offered_facts(policy, replace(CLAIMED, tier="特级"), {"first_contact", "assessed"})
    assert (offered[0].fact, offered[0].meets) == ("assessed", ("评估并拟定初步方案",))
    assert all(not each.meets for each in offered[1:])


def test_a_fact_of_other_tiers_is_not_offered_and_refused(policy: Policy) -> None:
    low = CLAIMED
    assert "plan_explained" not in {each.fact for each in offered_facts(policy, low, ())}
    with pytest.raises(Refused, match="fact_not_owed"):
        demand_sense(policy, low, Staff(LI, "li", "李", "agent", ["*"]), "plan_explained", ())


def test_facts_of_complaints_are_offered_on_complaints(policy: Policy) -> None:
    plain = CLAIMED
    assert "investigated" not in {each.fact for each in offered_facts(policy, plain, ())}
    assert "investigated" in {each.fact for each in offered_facts(policy, replace(plain, complaint=True), ())}


def test_what_meets_a_running_clock_is_offered_whatever_the_topic_is_by_now(policy: Policy) -> None:
    offered = offered_facts(policy, CLAIMED, {"complaint_settled"})
    assert offered[0].fact == "result_told"


def test_a_fact_that_no_milestone_knows_is_the_companys_own(policy: Policy) -> None:
    own = replace(policy, facts={**policy.facts, "tea_served": "已上茶"})
    assert "tea_served" in {each.fact for each in offered_facts(own, CLAIMED, ())}
