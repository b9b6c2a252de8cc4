"""What is still owed when a ticket is to end, and the reason that stands in the record where it is left out."""

from __future__ import annotations

import pytest

from bot.agents.actions import Record, Resolve
from bot.wording import owed as words
from bot.wording import refusals
from escalation.tickets import history
from escalation.tickets.lifecycle import Refused
from escalation.tickets.owed import owed_at_end
from tests.bot.scene import Scene
from tests.bot.sending import at_work, planned, send, tap


def owed(scene: Scene) -> tuple[str, ...]:
    found: tuple[str, ...] = scene.read(owed_at_end, scene.policy, scene.ticket)
    return found


def test_what_is_owed_is_left_out_only_with_a_reason_in_the_record(scene: Scene) -> None:
    _, li = at_work(scene)
    assert owed(scene) == ("assessment", "plan", "acceptance", "report")
    with pytest.raises(Refused) as refused:
        scene.act(li, Resolve(why=" "))
    assert refusals.refusal(refused.value.code, None) == (
        "评估、方案、验收、报告里还有没做的；确实不用做的，请写明理由再标记为已解决。"
    )
    scene.act(li, Resolve(why="当场解决"))
    line = scene.read(history.history_of, scene.ticket.id)[-1]
    assert (line.kind, line.data["skipped"], line.data["reason"]) == (
        "resolved",
        ["assessment", "plan", "acceptance", "report"],
        "当场解决",
    )


def test_nothing_is_owed_once_the_customer_has_accepted(scene: Scene) -> None:
    anna, li = at_work(scene)
    planned(scene, li)
    assert owed(scene) == ("plan", "acceptance", "report")
    send(scene, li, "plan")
    tap(anna, "同意")
    send(scene, li, "invitation")
    assert owed(scene) == ("acceptance", "report")
    assert words.still_owed(owed(scene)) == (
        "按服务约定，还欠：客户验收、服务报告。确实不用做的，请写明理由，理由会留在记录里。"
    )
    tap(anna, "验收通过")
    assert owed(scene) == ()
    scene.act(li, Resolve())
    assert scene.ticket.state == "resolved"


def test_the_lowest_tier_is_owed_nothing_of_that(scene: Scene) -> None:
    _, li = at_work(scene, customer=None)
    assert owed(scene) == ()
    scene.act(li, Record("called"))
    scene.act(li, Resolve())
    assert scene.ticket.state == "resolved"
