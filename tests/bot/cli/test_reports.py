"""`jiedai report`: figures of a period in the terminal, and every sentence that refuses or notes something."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert, update

from bot.app import open_service
from bot.config.settings import EXAMPLE_POLICY, read_settings
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.policy.policy_editions import policy_versions
from escalation.staff import staff
from escalation.tickets.handling_spells import note_active
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene

AT = datetime(2026, 11, 11, 4, tzinfo=UTC)
FORMS = "; write it as 2026-W48, 2026-11, 2026-Q4, 2026, 2026-11-05, or two days as 2026-11-01..2026-11-15."


@pytest.fixture
def scene(terminal: Terminal, clock: Any) -> Iterator[Scene]:
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands go by the clock of the machine, which stands still here."""
    monkeypatch.setattr("bot.app.utc_now", lambda: datetime(2026, 11, 23, 2, tzinfo=UTC))


def counted(scene: Scene, *facts: tuple[str, int], who: int = 0, queue: str = "通用客服", part: str = "") -> None:
    made = [
        Fact(AT, measure, value, 1, "三级", queue, "订单", "web", who, part if measure.startswith("mile") else "")
        for measure, value in facts
    ]
    scene.write(save_facts, made, scene.policy.zone)


def rows(report: Any, title: str) -> dict[str, list[str]]:
    [section] = [each for each in report["sections"] if each["title"] == title]
    return {row[0]["text"]: [each["text"] for each in row[1:]] for row in section["rows"]}


def test_nothing_was_counted_yet(terminal: Terminal, scene: Scene) -> None:
    words = "jiedai: Nothing was counted yet; figures are there a few minutes after the first ticket."
    assert terminal.refused_here("report", "monthly", "--period", "2026-11") == words


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("last week", f'"last week" names no period{FORMS}'),
        ("2026-02-29", f"The year 2026 has no 29 February{FORMS}"),
        ("2026-10", "2026-10 ended before the first ticket; choose a period from 2026-11-11 on."),
        ("2027-01", "2027-01 has not begun yet; choose a period up to today, 2026-11-23."),
    ],
)
def test_a_period_that_cannot_be_is_refused(terminal: Terminal, scene: Scene, period: str, sentence: str) -> None:
    counted(scene, ("raised", 1))
    assert terminal.refused_here("report", "weekly", "--period", period) == f"jiedai: {sentence}"
    asked = ("report", "weekly", "--period", "2026-11", "--compare", period)
    assert terminal.refused_here(*asked) == f"jiedai: {sentence}"


def test_an_unknown_colleague_is_refused(terminal: Terminal, scene: Scene) -> None:
    words = 'jiedai: There is no colleague "zhao"; `jiedai staff list` shows who there is.'
    assert terminal.refused_here("report", "weekly", "--agent", "zhao") == words


def test_figures_are_shown_beside_those_of_another_period(terminal: Terminal, scene: Scene) -> None:
    who = scene.staff("li")
    counted(scene, *[("raised", 1)] * 4, ("resolved", 1), ("resolution_time", 3900), ("rated", 75), who=who.id)
    report = terminal.json("report", "weekly", "--period", "2026-W46", "--compare", "2026-W47", "--by", "agent")
    assert (report["title"], report["first"], report["last"]) == (
        f"{scene.policy.name} 服务周报",
        "2026-11-09",
        "2026-11-15",
    )
    overview = rows(report, "总览")
    assert overview["新增工单"] == ["4", "0", "+4", ""]
    assert overview["解决率"] == ["25.0%", "没有样本", "–", "4"]
    assert overview["满意度"] == ["75.0", "没有样本", "–", "1"]
    assert rows(report, "用时")["解决用时"][::4] == ["1小时5分", "1"]
    assert rows(report, "按人员")["客服li"][:3] == ["4", "1", "25.0%"]


def test_what_has_no_sample_says_so(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("raised", 1))
    report = terminal.json("report", "weekly", "--period", "2026-W47")
    assert {value[0] for name, value in rows(report, "总览").items() if name.endswith("率")} == {"没有样本"}
    assert [each["notes"] for each in report["sections"] if each["title"] == "时限"] == [["没有样本"]]
    assert "时限：没有样本\n" in terminal.here("report", "weekly", "--period", "2026-W47")


def test_who_has_left_and_what_the_policy_no_longer_has_is_told_as_such(terminal: Terminal, scene: Scene) -> None:
    who = scene.staff("li")
    counted(scene, ("resolved", 1), who=who.id, queue="老队列")
    scene.write(lambda db: db.execute(update(staff).where(staff.c.id == who.id).values(disabled_at=scene.now)))
    asked = ("report", "monthly", "--period", "2026-11", "--agent", "li", "--queue", "老队列")
    report = terminal.json(*asked, "--by", "queue")
    assert report["filters"] == ["队列：老队列（现行规则中没有）", "人员：客服li（已离职）"]
    assert [*rows(report, "按队列")] == ["老队列（现行规则中没有）"]


def test_milestones_have_the_labels_of_the_policy(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("milestone_kept", 1), ("milestone_late", 1), ("milestone_time", 600), part="first_contact")
    report = terminal.json("report", "monthly", "--period", "2026-11")
    assert rows(report, "时限") == {"首次联系": ["1", "1", "50.0%", "10分"]}


def test_a_policy_that_changed_in_the_period_is_noted(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("raised", 1))
    editions = [  # the first replaces none
        {"version": version, "text": "", "activated_at": AT + timedelta(days=days)}
        for version, days in (("first", 0), ("abc123", 2))
    ]
    scene.write(lambda db: db.execute(insert(policy_versions), editions))
    report = terminal.json("report", "monthly", "--period", "2026-11")
    assert report["notes"] == [
        "本期尚未结束，数字截至目前。",
        "期间服务规则有新版本：2026-11-13 起按版本 abc123 计算。",
    ]


def test_handling_and_its_cost_are_told_with_the_day_from_which_they_are_recorded(
    terminal: Terminal, scene: Scene, tmp_path: Path
) -> None:
    counted(scene, ("resolved", 1), ("handling_time", 5400))
    for hours in (0, 0.005):
        scene.write(note_active, 1, 7, AT + timedelta(hours=hours))
    priced = tmp_path / "priced.yaml"
    priced.write_text(EXAMPLE_POLICY.read_text(encoding="utf-8") + "\nrates: {三级: 120}\n", encoding="utf-8")
    report = terminal.json("report", "monthly", "--period", "2026-11", "--policy", str(priced))
    assert rows(report, "用时")["处理时长"][::4] == ["1小时30分", "1"]
    assert rows(report, "成本") == {"三级": ["1小时30分", "180"]}
    assert report["notes"][-1] == "处理时长从 2026-11-11 起才有记录。"


def test_the_night_is_told_by_tier(terminal: Terminal, scene: Scene) -> None:
    counted(scene, *[("night_raised", 1)] * 4, ("night_contacted", 1))
    report = terminal.json("report", "night", "--period", "2026-Q4")
    assert rows(report, "夜间服务") == {"全部": ["4", "1", "25.0%"], "三级": ["4", "1", "25.0%"]}


def test_a_file_for_spreadsheets_has_numbers_as_counted(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("resolution_time", 3900), ("raised", 1))
    printed = terminal.here("report", "weekly", "--period", "2026-W46", "--format", "csv")
    found = {row[0]: row[1:] for row in csv.reader(io.StringIO(printed)) if row}
    assert found["新增工单"] == ["1", ""]
    assert found["解决用时"][0] == "3900.0"


def test_json_is_the_same_by_either_option(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("raised", 1))
    asked = ("report", "quarterly", "--period", "2026-Q4")
    assert json.loads(terminal.here(*asked, "--format", "json")) == terminal.json(*asked)


def test_without_a_period_it_is_the_latest_that_has_ended(terminal: Terminal, scene: Scene) -> None:
    counted(scene, ("raised", 1))
    assert terminal.json("report", "weekly")["period"] == "2026-W47"


def test_in_the_first_week_it_is_the_present_one(
    terminal: Terminal, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(scene, ("raised", 1))
    monkeypatch.setattr("bot.app.utc_now", lambda: AT)
    assert terminal.json("report", "weekly")["period"] == "2026-W46"


def test_a_workbook_goes_into_a_file(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    counted(scene, ("raised", 1))
    asked, file = ("report", "weekly", "--period", "2026-W46", "--format"), tmp_path / "w46.xlsx"
    words = "jiedai: Say with --out into which file the workbook goes."
    assert terminal.refused_here(*asked, "xlsx") == words
    assert terminal.here(*asked, "xlsx", "--out", str(file)) == f"{file} holds 2026-W46.\n"
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:2] == ["说明", "总览"]
    assert [cell.value for cell in book["总览"][2]][:2] == ["新增工单", 1]


def test_an_html_file_loads_nothing_and_holds_every_table(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    counted(scene, ("raised", 1))
    asked, file = ("report", "weekly", "--period", "2026-W46", "--format"), tmp_path / "w46.html"
    printed = terminal.here(*asked, "html")
    terminal.here(*asked, "html", "--out", str(file))
    assert file.read_text(encoding="utf-8").rstrip() == printed.rstrip()
    assert '<tr><th scope="row">新增工单</th><td>1</td><td></td></tr>' in printed
    assert re.search(r"(src|href)=|<script", printed) is None
    assert terminal.refused_here(*asked, "text", "--out", str(file)) == (
        "jiedai: A file is written as json, csv, xlsx or html: say which with --format."
    )


def test_a_csv_file_for_excel_begins_with_its_mark(terminal: Terminal, scene: Scene, tmp_path: Path) -> None:
    counted(scene, ("raised", 1))
    file = tmp_path / "w46.csv"
    terminal.here("report", "weekly", "--period", "2026-W46", "--format", "csv", "--out", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
