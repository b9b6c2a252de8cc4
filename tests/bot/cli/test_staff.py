"""`jiedai staff add|set|list|disable|reset`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.auth import staff_sessions
from bot.auth.passwords import is_password
from bot.config.settings import EXAMPLE_POLICY
from bot.storage.database import Database
from escalation import staff
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING


def opened(terminal: Terminal) -> Database:
    return Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}")


def test_added_with_a_password_that_works(terminal: Terminal) -> None:
    found = terminal.json("staff", "add", "li", "--name", "李雷", "--role", "lead", "--queue", "技术支持")
    database = opened(terminal)
    who = database.read_now(staff.find_credentials, "li")
    database.close()
    assert who is not None
    assert (who[0].name, who[0].role, who[0].queues) == ("李雷", "lead", ["技术支持"])
    assert is_password(who[1], found["password"])


def test_listed_until_disabled(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li")
    work = {"queues": [], "skills": [], "capacity": None}
    assert terminal.json("staff", "list") == [{"login": "li", "name": "li", "role": "agent", **work}]
    assert "none" in terminal.here("staff", "list")
    assert terminal.json("staff", "disable", "li") == {"login": "li", "disabled": True, "released": 0}
    assert terminal.json("staff", "list") == []


@pytest.mark.parametrize("command", ["reset", "disable"])
def test_a_reset_or_disable_ends_every_session(terminal: Terminal, command: str) -> None:
    terminal.here("staff", "add", "li")
    database = opened(terminal)
    who = database.read_now(staff.find_credentials, "li")
    assert who is not None
    token = database.write_now(staff_sessions.open_session, who[0], MONDAY_MORNING)
    terminal.here("staff", command, "li")
    assert database.read_now(staff_sessions.find_session, token, MONDAY_MORNING) is None
    database.close()


def test_a_reset_makes_a_new_password_and_lifts_the_brake(terminal: Terminal) -> None:
    old = terminal.json("staff", "add", "li")["password"]
    printed = terminal.here("staff", "reset", "li")
    assert printed.startswith("li signs in with the password ")
    assert old not in printed


@pytest.fixture
def skilled(terminal: Terminal, tmp_path: Path) -> list[str]:
    """The switch for a policy whose repairs ask for a skill."""
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    assert "\n  故障: {words:" in text
    path = tmp_path / "policy.yaml"
    path.write_text(text.replace("\n  故障: {words:", "\n  故障: {skills: [网络, 硬件], words:"), encoding="utf-8")
    return ["--policy", str(path)]


def test_added_with_skills_and_a_capacity(terminal: Terminal, skilled: list[str]) -> None:
    terminal.here("staff", "add", "li", "--skill", "网络", "--skill", "硬件", "--capacity", "8", *skilled)
    [found] = terminal.json("staff", "list")
    assert (found["skills"], found["capacity"]) == (["网络", "硬件"], 8)


def test_what_somebody_works_on_is_changed_and_the_rest_stays(terminal: Terminal, skilled: list[str]) -> None:
    terminal.here("staff", "add", "li", "--queue", "技术支持")
    printed = terminal.here("staff", "set", "li", "--skill", "硬件", "--capacity", "5", *skilled)
    assert printed == "li: queues 技术支持; skills 硬件; capacity 5.\n"
    changed = terminal.json("staff", "set", "li", "--all-queues", "--capacity", "none")
    assert (changed["queues"], changed["skills"], changed["capacity"]) == ([], ["硬件"], None)
    assert terminal.json("staff", "set", "li", "--no-skills")["skills"] == []


def test_a_change_that_cannot_be_made_is_refused_with_a_sentence(terminal: Terminal, skilled: list[str]) -> None:
    terminal.here("staff", "add", "li")
    for words, sentence in (
        (("li",), "Say what to change: --queue, --all-queues, --skill, --no-skills or --capacity."),
        (("nobody", "--capacity", "1"), 'Nobody signs in as "nobody"; `jiedai staff list` shows who does.'),
        (("li", "--capacity", "-1"), 'A capacity must be a whole number from 0 to 999, or none; found "-1".'),
        (("li", "--capacity", "many"), 'A capacity must be a whole number from 0 to 999, or none; found "many".'),
        (
            ("li", "--skill", "外语", *skilled),
            'No topic of the policy asks for the skill "外语"; the skills they ask for: 硬件, 网络.',
        ),
    ):
        assert terminal.refused_here("staff", "set", *words) == f"jiedai: {sentence}"


def test_every_refusal_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li")
    assert terminal.refused_here("staff", "add", "li") == 'jiedai: The sign-in name "li" is taken; choose another.'
    for command in ("disable", "reset"):
        assert terminal.refused_here("staff", command, "nobody") == (
            'jiedai: Nobody signs in as "nobody"; `jiedai staff list` shows who does.'
        )
    assert terminal.refused_here("staff", "add", "wang", "--queue", "没有") == (
        'jiedai: The policy has no queue "没有"; it has 特级专席, 一级专属, 二级专员, 通用客服, 技术支持, 投诉处理.'
    )
    for name in ("", " ", "x" * 65, "a\x00b", "a\u202eb", " li"):
        assert terminal.refused_here("staff", "add", name) == (
            "jiedai: A name must have 1 to 64 visible characters, with no blank at its ends."
        )
    assert terminal.refused_here("staff", "add", "wang", "--role", "boss").startswith(
        "jiedai: Argument --role: invalid choice: 'boss'"
    )
