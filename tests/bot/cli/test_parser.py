"""The words and switches of every command."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.cli import parser
from tests.bot.cli.conftest import Terminal
from tests.patience import patience

COMMANDS = [
    ("run",), ("demo",), ("ask",), ("policy", "check"), ("policy", "explain"), ("kb", "check"), ("kb", "import"),
    ("kb", "export"), ("kb", "publish"), ("kb", "discard"), ("kb", "revisions"), ("kb", "diff"), ("kb", "rollback"),
    ("kb", "regressions", "import"), ("kb", "regressions", "export"), ("kb", "regressions", "check"),
    ("kb", "regressions", "clear"), ("customers", "import"), ("customers", "link"), ("staff", "add"), ("staff", "list"),
    ("staff", "disable"), ("staff", "reset"), ("keys", "create"), ("keys", "revoke"), ("db", "upgrade"), ("backup",),
    ("audit", "verify"), ("audit", "head"), ("policy", "history"), ("policy", "show"), ("tickets", "list"),
    ("tickets", "show"), ("tickets", "claim"), ("tickets", "release"), ("tickets", "transfer"), ("tickets", "record"),
    ("tickets", "note"), ("tickets", "grade"), ("tickets", "acknowledge"), ("tickets", "resolve"),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(terminal: Terminal, command: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        terminal.run(*command, "--help")
    assert end.value.code == 0
    assert terminal.output.readouterr().out.startswith(f"usage: jiedai {' '.join(command)} ")


def _words(offered: Mapping[str, tuple[str, Any]], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for word, (_, content) in offered.items():
        yield (*before, word)
        if not isinstance(content, str):
            yield from _words(content, (*before, word))


@pytest.mark.parametrize("words", [*_words(parser.COMMANDS)], ids=" ".join)
def test_every_command_declares_its_arguments(terminal: Terminal, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        terminal.run(*words, "--help")
    assert end.value.code == 0


def test_what_is_no_command_is_told_so(terminal: Terminal) -> None:
    assert terminal.refused() == "jiedai: The following arguments are required: COMMAND. See `jiedai --help`."
    assert terminal.refused("frobnicate").startswith("jiedai: Argument COMMAND: invalid choice: 'frobnicate'")
    assert terminal.refused("staff").startswith("jiedai: The following arguments are required: COMMAND.")
    assert terminal.refused("staff", "list", "--nonsense") == (
        "jiedai: Unrecognized arguments: --nonsense. See `jiedai --help`."
    )


@pytest.mark.parametrize("words", [("tickets", "show"), ("roster", "remove"), ("calendar", "wait")])
def test_a_number_that_no_database_holds_is_told(terminal: Terminal, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        terminal.run(*words, "9" * 20)
    assert end.value.code == 2
    assert "99999999999999999999 is larger than any number here" in terminal.output.readouterr().err


def test_a_port_that_is_taken_is_told(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert terminal.refused_here("run", "--port", str(port)) == (
            f"jiedai: Port {port} on 127.0.0.1 cannot be used (Address already in use); "
            "stop what uses it, or choose another: --port."
        )


def test_a_setting_that_cannot_be_used_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal.refused_here("run", "--port", "high") == (
        'jiedai: The port must be a number from 0 to 65535; "high" is not.'
    )
    monkeypatch.setenv("JIEDAI_CUSTOMER_TOKEN_SECRET", "short")
    assert terminal.refused_here("staff", "list") == (
        "jiedai: JIEDAI_CUSTOMER_TOKEN_SECRET must be at least 32 bytes long (RFC 7518, section 3.2)."
    )


@pytest.mark.proof
def test_help_loads_neither_the_database_library_nor_aiogram() -> None:
    look = "import sys, bot.cli.parser; print({'sqlalchemy', 'aiogram', 'fastapi'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=patience(60)
    )
    assert found.stdout.strip() == "set()"


AWAY = "127.0.0.1:1/jiedai"  # nobody listens there


def test_a_password_on_the_command_line_is_warned_of_without_repeating_it(terminal: Terminal) -> None:
    with pytest.raises(SystemExit):
        parser.main(["keys", "list", "--database", f"postgresql://jiedai:hunter2@{AWAY}", "--data", str(terminal.data)])
    complained = terminal.output.readouterr().err
    assert complained.startswith(
        "jiedai: Everybody on this machine can read the password in --database (ps shows it). Leave it out and put it "
        "into ~/.pgpass or the file that PGPASSFILE names, or give the URL in JIEDAI_DATABASE.\n"
    )
    assert "hunter2" not in complained


@pytest.mark.parametrize("by", ["flag without a password", "variable"])
def test_a_password_elsewhere_is_nobodys_to_read(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    monkeypatch.setenv("JIEDAI_DATABASE", f"postgresql://jiedai:hunter2@{AWAY}")
    flag = ["--database", f"postgresql://jiedai@{AWAY}"] if by.startswith("flag") else []
    with pytest.raises(SystemExit):
        parser.main(["keys", "list", *flag, "--data", str(terminal.data)])
    assert "ps shows it" not in terminal.output.readouterr().err
