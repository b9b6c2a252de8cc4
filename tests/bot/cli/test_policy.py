"""`jiedai policy check|explain|history|show`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.settings import EXAMPLE_POLICY
from bot.storage.database import Database
from escalation.calendars import calendar_editions
from escalation.policy import policy_editions
from escalation.policy.reader import read_policy
from escalation.working_hours.working_time import CalendarDay
from tests.bot.cli.conftest import Terminal


def explained(terminal: Terminal, tier: str, at: str, *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        terminal.run("policy", "explain", "--tier", tier, "--at", at, "--json", *words)
    )
    return found


@pytest.mark.parametrize(
    ("tier", "at", "due"),
    [
        ("特级", "2026-10-10T23:50+08:00", "2026-10-11T00:05:00+08:00"),
        ("三级", "2026-10-09T20:30+08:00", "2026-10-10T09:30:00+08:00"),
        ("二级", "2026-09-30T20:30+08:00", "2026-10-08T08:30:00+08:00"),
        ("一级", "2026-10-03T20:45+08:00", "2026-10-04T08:15:00+08:00"),
    ],
)
def test_the_first_contact_comes_out_as_promised(terminal: Terminal, tier: str, at: str, due: str) -> None:
    milestones = explained(terminal, tier, at)["milestones"]
    assert isinstance(milestones, list)
    assert (milestones[0]["milestone"], milestones[0]["due_at"]) == ("first_contact", due)
    waiting = [m for m in milestones if m["starts_on"] not in ("raised", "received")]
    assert waiting
    assert all(m["due_at"] is None and m["warn_at"] is None for m in waiting)


def test_topic_and_urgency_choose_the_queue(terminal: Terminal) -> None:
    at = "2026-11-23T10:00+08:00"
    assert explained(terminal, "三级", at)["queue"] == "通用客服"
    assert explained(terminal, "三级", at, "--topic", "故障")["queue"] == "技术支持"
    assert explained(terminal, "三级", at, "--topic", "投诉")["queue"] == "投诉处理"
    assert explained(terminal, "三级", at, "--urgency", "critical")["queue"] == "特级专席"


def test_for_a_person_it_is_a_table(terminal: Terminal) -> None:
    printed = terminal.run("policy", "explain", "--tier", "三级", "--at", "2026-11-23T10:00+08:00")
    assert "三级 · 通用客服 · 2026-11-23T10:00:00+08:00" in printed
    assert "first_contact" in printed


def test_the_example_has_no_faults(terminal: Terminal) -> None:
    assert "no faults; 4 tiers, 6 queues, version " in terminal.run("policy", "check", str(EXAMPLE_POLICY))
    found = json.loads(terminal.run("policy", "check", str(EXAMPLE_POLICY), "--json"))
    assert (found["ok"], found["faults"]) == (True, [])


def test_what_can_fall_due_before_the_first_contact_is_named_with_its_line(terminal: Terminal, tmp_path: Path) -> None:
    path, text = tmp_path / "policy.yaml", EXAMPLE_POLICY.read_text(encoding="utf-8")
    before, found, after = text.partition("      - id: answer_fixed\n")
    path.write_text(before + found + after.replace("        not_before: first_contact\n", "", 1), "utf-8")
    line = before.count("\n") + 1
    assert terminal.refused("policy", "check", str(path), code=1) == (
        f'{path}:{line}: "answer_fixed" can fall due before the first contact in tier 三级: handed off at '
        "2025-01-01 08:00:00, it is due at 2025-01-02 08:00:00, the first contact only at 2025-01-02 10:00:00; "
        'give it "not_before: first_contact" or more time.'
    )


def test_a_rule_that_a_tier_cannot_keep_is_named_with_its_line_and_the_tier(terminal: Terminal, tmp_path: Path) -> None:
    path, text = tmp_path / "policy.yaml", EXAMPLE_POLICY.read_text(encoding="utf-8")
    path.write_text(text.replace("milestones: [assessed, answer_fixed]", "milestones: [assessed]"), "utf-8")
    line = text.split("  complex_handled:")[0].count("\n") + 1
    assert terminal.refused("policy", "check", str(path), code=1) == (
        f'{path}:{line}: Tier 三级 breaks the rule "complex_handled" (within 2d on days it is open): it owes none of '
        "assessed that has begun by marked_complex; name one of its milestones."
    )


def test_a_rule_that_is_broken_by_one_instant_is_named_with_it(terminal: Terminal, tmp_path: Path) -> None:
    path, text = tmp_path / "policy.yaml", EXAMPLE_POLICY.read_text(encoding="utf-8")
    words = "within: 24h, milestones: [first_contact], kept_by: 转人工时"
    path.write_text(text.replace("within: 24h, met_by: acknowledgement, kept_by: 转人工时", words), "utf-8")
    line = text.split("  responded:")[0].count("\n") + 1
    tier, _, _ = text.partition("  三级:\n    rank")
    contact = (tier + text[len(tier) :].split("- id: first_contact")[0]).count("\n") + 1
    assert terminal.refused("policy", "check", str(path), code=1) == (
        f'{path}:{line}: Tier 三级 breaks the rule "responded" (within 1d): "first_contact" (line {contact}) is due at '
        "2025-01-06 08:00:01, after 2d13h, when received comes at 2025-01-03 19:00:01."
    )


def test_the_rules_are_listed_with_what_keeps_them(terminal: Terminal) -> None:
    printed = terminal.run("policy", "check", str(EXAMPLE_POLICY))
    assert "– (words only)" in printed
    found = json.loads(terminal.run("policy", "check", str(EXAMPLE_POLICY), "--json"))
    rules = {rule["id"]: rule for rule in found["rules"]}
    assert rules["responded"]["proven_by"] == ["acknowledgement"]
    assert (rules["retention"]["within"], rules["retention"]["kept_by"]) == ("730d", "数据库与备份保存期")


def test_faults_are_told_with_their_lines_and_the_end_code_is_one(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(EXAMPLE_POLICY.read_text(encoding="utf-8").replace(" within: 15m", " within: soon", 1), "utf-8")
    line = path.read_text(encoding="utf-8").split(" within: soon")[0].count("\n") + 1
    assert terminal.refused("policy", "check", str(path), code=1).startswith(f'{path}:{line}: "within" must be')
    terminal.output.readouterr()
    with pytest.raises(SystemExit):
        terminal.run("policy", "check", str(path), "--json")
    assert json.loads(terminal.output.readouterr().out)["faults"][0]["line"] == line


@pytest.mark.usefixtures("no_folder")
def test_nothing_starts_on_a_faulty_policy(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("name: x\n", encoding="utf-8")
    assert f"{path}:" in terminal.refused_here("ask", "在吗", "--policy", str(path))
    assert not terminal.data.exists()


def test_every_refusal_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    at = ("--at", "2026-11-23T10:00+08:00")
    assert terminal.refused("policy", "explain", "--tier", "五级", *at) == (
        'jiedai: The policy has no tier "五级"; it has 特级, 一级, 二级, 三级.'
    )
    assert 'The policy has no topic "天气"; it has ' in terminal.refused(
        "policy", "explain", "--tier", "三级", *at, "--topic", "天气"
    )
    assert terminal.refused("policy", "explain", "--tier", "三级", *at, "--urgency", "asap") == (
        'jiedai: The policy has no urgency "asap"; it has low, normal, urgent, critical.'
    )
    assert terminal.refused("policy", "explain", "--tier", "三级", "--at", "2026-11-23") == (
        'jiedai: An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "2026-11-23".'
    )
    missing = tmp_path / "missing.yaml"
    assert terminal.refused("policy", "check", str(missing), code=1) == (
        f"{missing}:1: The file cannot be read (No such file or directory); give the path of a readable policy file."
    )
    assert terminal.refused("policy", "explain", "--tier", "三级", *at, "--queue", "大厅") == (
        'jiedai: The policy has no queue "大厅"; it has 特级专席, 一级专属, 二级专员, 通用客服, 技术支持, 投诉处理.'
    )
    assert terminal.refused_here("policy", "show", "0123") == (
        'jiedai: There is no edition "0123"; `jiedai policy history` lists those there are.'
    )


def steps(found: dict[str, object], milestone: str) -> list[dict[str, object]]:
    milestones = found["milestones"]
    assert isinstance(milestones, list)
    return next(each["steps"] for each in milestones if each["milestone"] == milestone)


def test_every_step_comes_with_its_instant_and_whom_it_tells(terminal: Terminal) -> None:
    told = steps(explained(terminal, "特级", "2026-11-23T10:00+08:00"), "first_contact")
    assert told[0] == {
        "kind": "warning",
        "when": "50%",
        "at": "2026-11-23T10:07:30+08:00",
        "to": ["holder"],
        "repeat": None,
        "reassign": None,
    }
    assert [(step["when"], step["at"], step["to"], step["repeat"], step["reassign"]) for step in told[-2:]] == [
        ("due", "2026-11-23T10:15:00+08:00", ["holder", "lead", "manager"], "5m", None),
        ("+15m", "2026-11-23T10:30:00+08:00", ["queue", "lead", "manager", "on_call"], "15m", "on_call"),
    ]


def test_shares_are_of_the_time_that_counts(terminal: Terminal) -> None:
    # Two working hours from 20:30 on Friday before a make-up Saturday: three quarters are gone at 09:00.
    told = steps(explained(terminal, "三级", "2026-10-09T20:30+08:00"), "first_contact")
    assert [(step["when"], step["at"]) for step in told if step["when"] in ("75%", "due", "+30m")] == [
        ("75%", "2026-10-10T09:00:00+08:00"),
        ("due", "2026-10-10T09:30:00+08:00"),
        ("+30m", "2026-10-10T10:00:00+08:00"),
    ]


def test_a_step_of_a_clock_that_waits_for_a_fact_has_no_instant(terminal: Terminal) -> None:
    found = explained(terminal, "一级", "2026-11-23T10:00+08:00")
    assert {step["at"] for step in steps(found, "plan_explained")} == {None}
    printed = terminal.run("policy", "explain", "--tier", "一级", "--at", "2026-11-23T10:00+08:00")
    assert "once that has" in printed
    assert "Who is told" in printed


def test_how_the_time_counts_is_said_of_every_milestone(terminal: Terminal) -> None:
    found = explained(terminal, "二级", "2026-11-23T10:00+08:00")["milestones"]
    assert isinstance(found, list)
    by_id = {each["milestone"]: each for each in found}
    keys = ("basis", "calendar", "pauses", "waits_for", "report_to", "kind")
    assert [by_id["progress"][key] for key in keys] == ["elapsed", None, True, "每日", None, "promise"]
    assert [by_id["service_report"][key] for key in keys] == ["elapsed", None, False, None, "lead", "target"]
    assert [by_id["assessed"][key] for key in keys] == ["working", "工作日", True, None, None, "promise"]


def test_a_named_queue_takes_the_place_of_the_routed_one(terminal: Terminal) -> None:
    found = explained(terminal, "三级", "2026-11-23T10:00+08:00", "--queue", "技术支持")
    assert found["queue"] == "技术支持"


def test_without_a_tier_all_stand_side_by_side(terminal: Terminal) -> None:
    found = json.loads(terminal.run("policy", "explain", "--at", "2026-11-23T10:00+08:00", "--json"))
    assert [each["tier"] for each in found["tiers"]] == ["特级", "一级", "二级", "三级"]
    assert found["tiers"][3] == explained(terminal, "三级", "2026-11-23T10:00+08:00")
    printed = terminal.run("policy", "explain", "--at", "2026-11-23T10:00+08:00")
    assert printed.startswith("All tiers · 2026-11-23T10:00:00+08:00")
    order = [printed.index(each) for each in ("first_contact", "plan_explained", "│ confirmed", "│ progress", "survey")]
    assert order == sorted(order)


def test_the_years_entered_in_the_database_count(terminal: Terminal, clock: Any) -> None:
    at = "2027-01-04T10:00+08:00"
    words = ("policy", "explain", "--tier", "二级", "--at", at)
    assert "first_contact" in terminal.json(*words)["provisional"]
    terminal.here("staff", "list")  # makes the database
    database = Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}")
    days = [CalendarDay(date(2027, 1, 4), "off", "元旦", None)]
    policy = read_policy(EXAMPLE_POLICY)
    database.write_now(lambda db: calendar_editions.save(db, policy, 2027, days, "li", "", clock(), whole=True))
    database.close()
    found = terminal.json(*words)
    assert (found["provisional"], found["calendars"]) == ([], 1)
    assert found["milestones"][0]["due_at"] == "2027-01-05T09:00:00+08:00"


@pytest.mark.usefixtures("no_folder")
def test_explaining_makes_nothing(terminal: Terminal) -> None:
    terminal.here("policy", "explain", "--tier", "三级")
    assert not terminal.data.exists()


def test_every_edition_that_was_in_force_stays_readable(terminal: Terminal) -> None:
    assert terminal.here("policy", "history").startswith("No edition yet: ")
    database = Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}")
    for day, version in ((1, "aaaaaaaaaaaa"), (8, "bbbbbbbbbbbb")):
        since = datetime(2026, 11, day, 1, tzinfo=UTC)
        database.write_now(policy_editions.activate, version, f"name: {version}\n# 【公司自定】\n", since)
    database.close()
    assert terminal.json("policy", "history") == [
        {"version": "bbbbbbbbbbbb", "since": "2026-11-08T09:00:00+08:00"},
        {"version": "aaaaaaaaaaaa", "since": "2026-11-01T09:00:00+08:00"},
    ]
    assert "bbbbbbbbbbbb │ 2026-11-08 09:00 │ in force" in terminal.here("policy", "history")
    assert terminal.here("policy", "show", "aaaaaaaaaaaa") == "name: aaaaaaaaaaaa\n# 【公司自定】\n"
    assert terminal.json("policy", "show", "bbbbbbbbbbbb")["text"].startswith("name: bbbbbbbbbbbb\n")


TALK = """\
talk: 一
start: 2026-11-23 10:00
turns:
  - says: 转人工
    expect: {queue: 通用客服, due: 2026-11-23 12:00}
"""


def test_a_policy_is_checked_by_talks_too(terminal: Terminal, tmp_path: Path) -> None:
    talks, policy = tmp_path / "talks", tmp_path / "policy.yaml"
    talks.mkdir()
    (talks / "one.yaml").write_text(TALK, encoding="utf-8")
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    policy.write_text(text.replace("within: 2h\n        basis: working", "within: 1h\n        basis: working"), "utf-8")
    with_talks = ("policy", "check", str(policy), "--talks", str(talks))
    as_expected = terminal.here("policy", "check", str(EXAMPLE_POLICY), "--talks", str(talks))
    assert as_expected.splitlines()[1:] == ["1 talk went as expected."]
    with pytest.raises(SystemExit) as end:
        terminal.here(*with_talks)
    assert end.value.code == 1
    where = f'{talks / "one.yaml"}:4: In the talk "一", after "转人工": '
    assert terminal.output.readouterr().out.splitlines()[1:] == [
        f"{where}the promise is 2026-11-23 11:00 and must be 2026-11-23 12:00.",
        "1 of 1 talk went otherwise than expected.",
    ]
