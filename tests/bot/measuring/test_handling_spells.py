"""How long people are at a ticket, from the heartbeats of its page to the time of handling."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.agents.actions import Resolve
from escalation.tickets.handling_spells import handling_spells, note_active, recorded_since
from tests.bot.measuring.measured import all_facts, measure
from tests.bot.scene import Scene

WAYS = handling_spells.c


def spells(scene: Scene, since: datetime) -> list[tuple[int, int, float, float]]:
    """(ticket, person, began, ended) in seconds since an instant."""

    def read(db: Any) -> list[tuple[int, int, float, float]]:
        rows = db.execute(select(handling_spells).order_by(WAYS.id))
        seconds = lambda at: (at - since).total_seconds()  # noqa: E731
        return [(row.ticket_id, row.staff_id, seconds(row.began_at), seconds(row.ended_at)) for row in rows]

    return scene.read(read)


def beats(scene: Scene, ticket: int, person: int, *gaps: int) -> None:
    """A heartbeat after each of these seconds."""
    for gap in gaps:
        scene.clock.advance(seconds=gap)
        scene.write(note_active, ticket, person, scene.now)


def test_heartbeats_make_a_spell_and_a_longer_gap_begins_another(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    since = scene.now
    beats(scene, 7, 1, 0, 20, 20, 45, 46, 20)
    assert spells(scene, since) == [(7, 1, 0, 85), (7, 1, 131, 151)]


def test_two_windows_of_one_person_count_once(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    since = scene.now
    beats(scene, 7, 1, 0, 3, 17, 3, 17, 0)
    assert spells(scene, since) == [(7, 1, 0, 40)]


def test_of_two_tickets_at_once_the_later_heartbeat_ends_the_others_spell(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    since = scene.now
    for ticket in (7, 8, 7, 8):
        beats(scene, ticket, 1, 10)
    assert spells(scene, since) == [(7, 1, 10, 20), (8, 1, 20, 30), (7, 1, 30, 40), (8, 1, 40, 40)]


def test_two_people_at_one_ticket_count_each(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    since = scene.now
    for person in (1, 2, 1, 2):
        beats(scene, 7, person, 10)
    assert spells(scene, since) == [(7, 1, 10, 30), (7, 2, 20, 40)]


def test_a_clock_that_is_put_back_makes_no_spell_twice(scene: Scene) -> None:
    since = scene.now
    beats(scene, 7, 1, 0, 20)
    beats(scene, 7, 1, -15, 20)
    beats(scene, 8, 1, -15, 30)
    assert spells(scene, since) == [(7, 1, 0, 25), (8, 1, 25, 40)]


def test_what_people_spent_on_a_ticket_is_its_time_of_handling(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    measure(scene)
    assert scene.read(recorded_since) is None
    scene.visitor().say("转人工")
    who, other = scene.claimed_by(scene.staff()), scene.staff("wang")
    began, number = scene.now, scene.ticket.id
    beats(scene, number, who.id, 0, 20, 20)
    beats(scene, number, other.id, 200, 30)
    beats(scene, number + 1, who.id, 100, 30)
    beats(scene, number, who.id, 100, 30)
    scene.act(who, Resolve())
    beats(scene, number, who.id, 10)
    scene.pass_time(minutes=2)
    measure(scene)
    [fact] = [each for each in all_facts(scene) if each.measure == "handling_time"]
    assert (fact.ticket_id, fact.value, fact.staff_id) == (number, 40 + 30 + 30, who.id)
    assert scene.read(recorded_since) == began
