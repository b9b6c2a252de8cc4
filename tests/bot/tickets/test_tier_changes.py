"""Open tickets follow a changed tier in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.files.escalation_files import read_customer_file
from bot.first_start import SAMPLE_CUSTOMERS
from bot.tickets.tier_changes import save_and_reroute
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.tickets import rerouting
from tests.bot.scene import Scene

SHOP = "C1020"


def record(scene: Scene, contact_id: str = SHOP) -> CustomerRecord:
    return next(r for r in read_customer_file(SAMPLE_CUSTOMERS, tiers=tuple(scene.policy.tiers)) if r.id == contact_id)


def grown(scene: Scene) -> CustomerRecord:
    return replace(record(scene), annual_amount=6_000_000)


def test_an_open_ticket_moves_with_its_customer(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor(customer=SHOP).say("人工")
    assert scene.ticket.queue == "通用客服"
    saved = scene.write(save_and_reroute, scene.rules, grown(scene), scene.now)
    assert [(change.old, change.new) for change in saved.tier_changes] == [("三级", "特级")]
    assert (scene.ticket.tier, scene.ticket.queue) == ("特级", "特级专席")
    assert scene.clock_of("first_contact").due_at == scene.now + timedelta(minutes=15)
    assert scene.notices("rerouted") == [("rerouted", "queue", "特级专席")]


def test_a_resolved_ticket_stays_where_it_was(scene: Scene) -> None:
    from bot.agents.actions import Resolve

    scene.visitor(customer=SHOP).say("人工")
    scene.act(scene.claimed_by(scene.staff()), Resolve(why="当场解决"))
    scene.write(save_and_reroute, scene.rules, grown(scene), scene.now)
    assert scene.ticket.tier == "三级"


def test_saved_unchanged_nothing_moves(scene: Scene) -> None:
    scene.visitor(customer=SHOP).say("人工")
    saved = scene.write(save_and_reroute, scene.rules, record(scene), scene.now)
    assert saved.tier_changes == ()
    assert scene.notices("rerouted") == []


def test_a_failure_while_rerouting_leaves_the_customer_as_they_were(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.visitor(customer=SHOP).say("人工")

    def breaks(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(rerouting, "reroute", breaks)
    with pytest.raises(RuntimeError):
        scene.write(save_and_reroute, scene.rules, grown(scene), scene.now)
    monkeypatch.undo()
    found = scene.read(customer_store.find_customer, scene.vault, scene.policy, SHOP, scene.now)
    assert found is not None
    assert found.tier == "三级"
