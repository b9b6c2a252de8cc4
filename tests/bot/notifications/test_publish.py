"""Events become notices in the transaction of their cause, each with its customer's name, none silenced by another."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.notifications.notice_inbox import FIELD
from bot.notifications.notice_tables import notices
from bot.notifications.publish import announce, labels
from bot.wording.labels import customer_label
from escalation.customers.customer_rows import contacts
from escalation.tickets.events import TicketOpened
from tests.bot.scene import Scene

BANK, FIRM = "C1001", "C1015"


def words(scene: Scene) -> list[str]:
    """What stands in the inboxes, oldest first."""
    rows: list[Any] = scene.read(lambda db: db.execute(notices.select().order_by(notices.c.id)).all())
    return [scene.rules.vault.open(row.text, row=row.ref, field=FIELD) for row in rows]


def three_tickets(scene: Scene) -> list[TicketOpened]:
    scene.visitor("bank", customer=BANK).say("怎么查订单")
    scene.visitor("firm", customer=FIRM).say("人工")
    scene.visitor("anna").say("人工")
    return [TicketOpened(ticket, scene.now) for ticket in reversed(scene.tickets)]


def test_several_events_at_once_are_told_in_order_each_with_its_customer(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    events = three_tickets(scene)
    before = len(words(scene))
    scene.write(announce, scene.rules, events, scene.now)
    told = words(scene)[before:]
    names = scene.read(labels, scene.rules, {BANK, FIRM}, scene.now)
    expected = [customer_label(names[BANK]), customer_label(names[FIRM]), "未识别客户"]
    assert len(told) == 3
    assert all(name in text for name, text in zip(expected, told, strict=True))
    assert len(set(expected)) == 3


def test_nothing_happened_and_nothing_is_told(scene: Scene) -> None:
    scene.write(announce, scene.rules, [], scene.now)
    assert words(scene) == []


def test_a_name_that_cannot_be_opened_silences_nobody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    events = three_tickets(scene)
    before = len(words(scene))
    scene.write(lambda db: db.execute(update(contacts).where(contacts.c.id == BANK).values(name="k1.damaged")))
    scene.write(announce, scene.rules, events, scene.now)
    told = words(scene)[before:]
    assert ["未识别客户" in text for text in told] == [True, False, True]
    assert f"contact {BANK} is told of without the name, which cannot be opened" in caplog.text


def test_a_cause_that_is_rolled_back_was_never_told(scene_anywhere: Scene) -> None:
    events = three_tickets(scene_anywhere)
    before = words(scene_anywhere)

    def fails(db: Any) -> None:
        announce(db, scene_anywhere.rules, events, scene_anywhere.now)
        raise RuntimeError("the power is cut")

    with pytest.raises(RuntimeError):
        scene_anywhere.write(fails)
    assert words(scene_anywhere) == before
