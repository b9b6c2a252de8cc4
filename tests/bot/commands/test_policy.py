"""`jiedai policy check|explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.settings import EXAMPLE_POLICY
from tests.bot.commands.conftest import Terminal


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


def test_faults_are_told_with_their_lines_and_the_end_code_is_one(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(EXAMPLE_POLICY.read_text(encoding="utf-8").replace("within: 15m", "within: soon", 1), "utf-8")
    line = path.read_text(encoding="utf-8").split("within: soon")[0].count("\n") + 1
    assert terminal.refused("policy", "check", str(path), code=1).startswith(f'{path}:{line}: "within" must be')
    terminal.output.readouterr()
    with pytest.raises(SystemExit):
        terminal.run("policy", "check", str(path), "--json")
    assert json.loads(terminal.output.readouterr().out)["faults"][0]["line"] == line


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
        'jiedai: The policy has no urgency "asap"; it has normal, urgent, critical.'
    )
    assert terminal.refused("policy", "explain", "--tier", "三级", "--at", "2026-11-23") == (
        'jiedai: An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "2026-11-23".'
    )
    missing = tmp_path / "missing.yaml"
    assert terminal.refused("policy", "check", str(missing), code=1) == (
        f"{missing}:1: The file cannot be read (No such file or directory); give the path of a readable policy file."
    )
    assert terminal.refused("policy", "explain") == (
        "jiedai: The following arguments are required: --tier, --at. See `jiedai policy explain --help`."
    )
