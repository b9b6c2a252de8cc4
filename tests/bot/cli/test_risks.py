"""`jiedai risks`, and the lists of targets and improvements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from escalation.improvement import improving, targets
from escalation.improvement.improvement_rules import Finding, ImprovementWish
from escalation.improvement.suggestions import suggestion
from knowledge_base.gaps import gap_store
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The service of our data folder, in a summer whose holidays are known."""
    clock.now = datetime(2026, 7, 1, 2, tzinfo=UTC)
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def test_without_a_risk_it_says_so(terminal: Terminal, scene: Scene) -> None:
    assert terminal.here("risks") == "There is no risk by the rules of the policy.\n"
    assert terminal.json("risks") == []


def test_a_risk_stands_with_the_rule_that_raised_it(terminal: Terminal, scene: Scene) -> None:
    for number in range(10):
        scene.write(gap_store.add_gap, "unanswered", f"问题{number}", scene.now - timedelta(minutes=1))
    shown = terminal.here("risks")
    assert "10 questions without an answer in the last 28 days, 0 in the 28 before." in shown
    assert "20% more or above, and 10 or more" in shown
    (told,) = terminal.json("risks")
    assert (told["kind"], told["page"], told["values"]["now"]) == ("gaps", "/console/knowledge", 10)


def test_targets_and_improvements_are_listed(terminal: Terminal, scene: Scene) -> None:
    assert terminal.here("targets", "list") == "There are no targets.\n"
    assert terminal.here("improvements", "list") == "There are no improvements.\n"
    wang, today = scene.staff("wang", "manager"), date(2026, 7, 1)
    wish = suggestion("complaint-response").adopted(wang.id, today)
    scene.write(targets.add_target, scene.policy, wang, wish, today, scene.now)
    plan = ImprovementWish(Finding("回访太晚"), "process", "没有提醒", "加提醒", wang.id, "客服部", today)
    scene.write(improving.begin, scene.policy, wang, plan, today, scene.now)
    listed = terminal.here("targets", "list", "--format", "csv").splitlines()
    assert listed[1] == "1,投诉响应（平均）,全部,2 小时,30 分钟,2026-10-01,没有样本,–,客服wang,15,no"
    assert terminal.json("targets", "list")[0]["state"] == "no_sample"
    assert terminal.json("improvements", "list") == [
        {
            "number": "1",
            "finding": "回访太晚",
            "cause": "流程：没有提醒",
            "measure": "加提醒",
            "person": "客服wang",
            "department": "客服部",
            "by": "2026-07-01",
            "state": "open",
        }
    ]
