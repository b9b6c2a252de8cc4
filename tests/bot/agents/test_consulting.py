"""A report upward, experts, a meeting and an executive are facts with whom, when and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Consult, Record
from bot.wording import refusals
from escalation.tickets import history
from escalation.tickets.consulting import CONSULTED
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene
from tests.bot.sending import at_work


def sentence(action: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refusals.refusal(refused.value.code, None)


@pytest.mark.parametrize("fact", CONSULTED)
def test_each_is_a_fact_with_its_words(scene: Scene, fact: str) -> None:
    _, li = at_work(scene)
    at = scene.now - timedelta(minutes=20)
    scene.act(li, Consult(fact, "研发部 赵工", at, "同意换机"))
    line = scene.read(history.history_of, scene.ticket.id)[-1]
    assert (line.kind, line.staff_id) == (fact, li.id)
    assert line.data == {"whom": "研发部 赵工", "held_at": at.isoformat(), "outcome": "同意换机"}


def test_without_its_words_it_is_refused(scene: Scene) -> None:
    _, li = at_work(scene)
    for fact in CONSULTED:
        assert sentence(lambda fact=fact: scene.act(li, Record(fact))) == (  # type: ignore[misc]
            "请用「上报与会商」登记，写明与谁、什么时间、结果如何。"
        )
    assert sentence(lambda: scene.act(li, Consult("meeting_held", "", scene.now, "换机"))) == (
        "请写明与谁，以及结果如何。"
    )
    later = scene.now + timedelta(minutes=1)
    assert sentence(lambda: scene.act(li, Consult("meeting_held", "赵工", later, "换机"))) == "时间不能晚于现在。"
