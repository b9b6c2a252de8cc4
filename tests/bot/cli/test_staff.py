"""`jiedai staff add|set|list|disable|reset`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.app import utc_now
from bot.auth import password_links, staff_sessions
from bot.config.settings import EXAMPLE_POLICY
from bot.storage.database import Database
from escalation import staff
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING


def opened(terminal: Terminal) -> Database:
    return Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}")


def test_added_with_a_link_under_which_they_set_their_password(terminal: Terminal) -> None:
    found = terminal.json("staff", "add", "li", "--name", "李雷", "--role", "lead", "--queue", "技术支持")
    token = found["link"].removeprefix("http://localhost:8080/console/welcome?link=")
    with closing(opened(terminal)) as database:
        who = database.read_now(staff.find_credentials, "li")
        assert who is not None
        assert (who[0].name, who[0].role, who[0].queues, who[1]) == ("李雷", "lead", ["技术支持"], "")
        assert database.read_now(password_links.owner, token, utc_now()) == ("good", who[0])
    assert found == {"login": "li", "link": found["link"], "expires_in_hours": 72}


def test_whoever_is_added_without_a_queue_sees_nothing_and_that_is_said(terminal: Terminal) -> None:
    printed = terminal.here("staff", "add", "li").splitlines()
    assert printed[1:] == [
        "li sets a password there, within 72 hours; the link works once and is shown this once.",
        "They see no tickets yet: `jiedai staff set li --queue QUEUE`.",
    ]
    managing = terminal.here("staff", "add", "chen", "--role", "manager").splitlines()
    assert managing[2] == "They see every ticket, and work on none yet: `jiedai staff set chen --queue QUEUE`."
    assert len(terminal.here("staff", "add", "wang", "--queue", "*").splitlines()) == 2
    assert len(terminal.here("staff", "add", "wu", "--role", "auditor").splitlines()) == 2


def test_the_link_has_the_public_address_where_one_is_set(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIEDAI_PUBLIC_URL", "https://help.example/")
    assert terminal.json("staff", "add", "li")["link"].startswith("https://help.example/console/welcome?link=")


def test_listed_until_disabled(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li", "--queue", "*")
    work = {"queues": ["*"], "skills": [], "capacity": None}
    assert terminal.json("staff", "list") == [{"login": "li", "name": "li", "role": "agent", **work}]
    printed = terminal.here("staff", "list")
    assert "all" in printed
    assert printed.endswith("No password yet: li. `jiedai staff reset LOGIN` makes a new link.\n")
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


def test_a_reset_ends_the_old_password_at_once_and_gives_a_link(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li")
    with closing(opened(terminal)) as database:
        database.write_now(staff.set_password, "li", "hash")
        printed = terminal.here("staff", "reset", "li").splitlines()
        found = database.read_now(staff.find_credentials, "li")
    assert printed[0].startswith("http://localhost:8080/console/welcome?link=")
    assert printed[1:] == [
        "li sets a password there, within 24 hours; the link works once and is shown this once.",
        "The old password and all sessions have ended.",
    ]
    assert found is not None
    assert found[1] == ""


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
    assert printed == "li: li, agent; queues 技术支持; skills 硬件; capacity 5.\n"
    changed = terminal.json("staff", "set", "li", "--all-queues", "--capacity", "none")
    assert (changed["queues"], changed["skills"], changed["capacity"]) == (["*"], ["硬件"], None)
    assert terminal.json("staff", "set", "li", "--no-queue")["queues"] == []
    changed = terminal.json("staff", "set", "li", "--role", "lead", "--name", "李雷")
    assert (changed["role"], changed["name"], changed["queues"], changed["skills"]) == ("lead", "李雷", [], ["硬件"])
    assert terminal.json("staff", "set", "li", "--no-skills")["skills"] == []


def test_a_change_that_cannot_be_made_is_refused_with_a_sentence(terminal: Terminal, skilled: list[str]) -> None:
    terminal.here("staff", "add", "li")
    for words, sentence in (
        (
            ("li",),
            (
                "Say what to change: "
                "--name, --role, --queue, --all-queues, --no-queue, --skill, --no-skills or --capacity."
            ),
        ),
        (
            ("li", "--queue", "技术支持", "--no-queue"),
            "Give one of --queue, --all-queues and --no-queue, and one of --skill and --no-skills.",
        ),
        (
            ("li", "--role", "boss"),
            'There is no role "boss"; the roles are: agent, lead, manager, admin, inspector, auditor.',
        ),
        (("li", "--name", "x" * 65), "A name must have 1 to 64 visible characters, with no blank at its ends."),
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
    assert terminal.refused_here("staff", "add", "wang", "--role", "boss") == (
        'jiedai: There is no role "boss"; the roles are: agent, lead, manager, admin, inspector, auditor.'
    )


def test_the_last_administrator_cannot_be_disabled_or_demoted(terminal: Terminal) -> None:
    terminal.here("staff", "add", "admin", "--role", "admin")
    for words in (("disable", "admin"), ("set", "admin", "--role", "agent")):
        assert terminal.refused_here("staff", *words) == (
            'jiedai: "admin" is the last administrator who can sign in; let another one set a password before this.'
        )
