"""The sheet of an agent holds scores, praise and rectifications of a period; figures of service are handed to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from escalation.supervision import rectifying, submitting
from escalation.supervision.appraisal import AppraisalSheet, Praise, appraisal_sheet
from escalation.supervision.inspection_results import inspected_people
from escalation.supervision.rectifying import RectificationWish
from escalation.tickets.ratings import explain_latest, insert_rating
from tests.bot.inspected import POOR, SUPERVISION, drawn, ended, supervised
from tests.bot.scene import Scene


def sheet(scene: Scene, staff_id: int, period: str, *figures: Any) -> AppraisalSheet:
    agent = scene.read(inspected_people)[staff_id]
    found: AppraisalSheet = scene.read(appraisal_sheet, agent, period, scene.policy.zone, *figures)
    return found


def test_the_sheet_of_an_agent(scene: Scene) -> None:
    supervised(scene)
    li, zhang = scene.staff("li"), scene.staff("zhang", "inspector", [])
    number = ended(scene, li, "a")
    for score, reason in ((5, "非常耐心"), (4, "还行"), (5, None)):
        scene.write(insert_rating, number, 1, score, scene.now)
        if reason:
            scene.write(explain_latest, number, reason)
    drawn(scene, zhang)
    scene.write(submitting.submit, zhang, 1, POOR, SUPERVISION.object_within, scene.now)
    wish = RectificationWish(li.id, "重读用语", date(2026, 11, 30))
    scene.write(rectifying.rectify, zhang, 1, wish, scene.now.date(), scene.now)
    found = sheet(scene, li.id, "2026-11")
    assert (found.inspected.mean, found.inspected.rate, found.service) == (36, 0, {})
    assert found.praise == (Praise(number, scene.now, "非常耐心"),)
    assert [each.measure for each in found.rectifications] == ["重读用语"]
    other = sheet(scene, li.id, "2026-10")
    assert (other.inspected.drawn, other.praise, other.rectifications) == (0, (), ())


def test_figures_of_service_come_from_whoever_has_them(scene: Scene) -> None:
    li = scene.staff("li")

    def figures(_db: Any, agent_id: int, since: datetime, until: datetime) -> Mapping[str, str]:
        return {"首次联系按时": f"{agent_id}: {since:%m-%d} {until:%m-%d}"}

    assert sheet(scene, li.id, "2026-11", figures).service == {"首次联系按时": f"{li.id}: 10-31 11-30"}
