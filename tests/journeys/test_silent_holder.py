"""A customer writes to the agent who holds the ticket and hears nothing: the agent, and nobody else, is nudged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Reply
from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.vault import Vault
from tests.bot.scene import UNKNOWN, Scene, Visitor


@pytest.fixture
def scene(sqlite: Database, policy: Policy, vault: Vault, clock: Any) -> Scene:
    return Scene(sqlite, policy, vault, clock)


@pytest.fixture
def agent(scene: Scene) -> Staff:
    return scene.staff("li")


@pytest.fixture
def anna(scene: Scene, agent: Staff) -> Visitor:
    """A customer whose ticket the agent holds and has answered once."""
    visitor = scene.visitor()
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    scene.claimed_by(agent)
    scene.act(agent, Reply("您好，请问是哪一款？", "k-first-0001"))
    return visitor


def test_silence_after_the_customer_wrote_again_nudges_the_holder(scene: Scene, agent: Staff, anna: Visitor) -> None:
    assert scene.clocks("next_reply") == []
    anna.say("是 A3 那台")
    clock = scene.clock_of("next_reply")
    assert (clock.state, clock.due_at - clock.started_at) == ("open", timedelta(minutes=15))
    scene.pass_time(seconds=(clock.due_at - scene.now).total_seconds() - 1)
    assert scene.notices("reminder") == []
    scene.pass_time(seconds=1)
    assert scene.notices("reminder") == [("reminder", "staff", str(agent.id))]
    assert scene.notices("breach") == []


def test_a_reply_in_time_leaves_the_agent_in_peace(scene: Scene, agent: Staff, anna: Visitor) -> None:
    anna.say("是 A3 那台")
    scene.pass_time(minutes=1)
    scene.act(agent, Reply("好的，我查一下。", "k-second-001"))
    assert scene.clock_of("next_reply").state == "met"
    scene.pass_time(hours=1)
    assert scene.notices("reminder") == []


def test_more_words_do_not_move_the_clock(scene: Scene, anna: Visitor) -> None:
    anna.say("是 A3 那台")
    due = scene.clock_of("next_reply").due_at
    scene.pass_time(minutes=5)
    anna.say("喂，在吗")
    assert [clock.due_at for clock in scene.clocks("next_reply")] == [due]
