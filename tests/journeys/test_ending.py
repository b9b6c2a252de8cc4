"""Ctrl-C, a service manager's wish, a second start, and what keeps the program from starting at all."""

from __future__ import annotations

import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from bot.agents.actions import Claim, Reply
from tests.journeys.people import Page, desk_at, token_of
from tests.processes import ROOT, Server, jiedai


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_open_streams_cleanly_and_loses_nothing(
    tmp_path: Path, http: httpx.Client, wish: signal.Signals
) -> None:
    with Server(tmp_path / "data", program=("-m", "bot")) as server, ExitStack() as streams:
        pages = [Page.open(http, server.url) for _ in range(5)]
        for page in pages:
            next(streams.enter_context(page.listening()))
        pages[0].say("怎么查订单")
        before = pages[0].transcript()
        assert server.interrupt(wish) == 0
        assert server.said.rstrip().endswith("Stopped; everything is saved.")
        assert server.complained == ""
    with Server(tmp_path / "data") as server:
        assert pages[0].move(server.url).transcript() == before


def test_a_second_start_keeps_the_data_and_prints_no_new_password(tmp_path: Path, http: httpx.Client) -> None:
    with Server(tmp_path / "data") as first:
        page = Page.open(http, first.url, token_of(first, "C1001"))
        page.say("合同续签想约个时间")
        password = (tmp_path / "data" / "first-console-password").read_text(encoding="utf-8").strip()
        assert f"admin, with the new password in {tmp_path / 'data' / 'first-console-password'}" in first.said
        assert password not in first.said
        assert "#token=" not in first.said
        first.interrupt()
    with Server(tmp_path / "data") as second:
        assert password not in second.said
        assert (tmp_path / "data" / "first-console-password").read_text(encoding="utf-8").strip() == password
        page = page.move(second.url)
        assert [line["author"] for line in page.transcript()] == ["customer", "bot"]
        with desk_at(second) as desk:
            ticket = desk.ticket_of(page)
            agent = desk.hire("lin", "小林")
            desk.do(agent, ticket.id, Claim())
            desk.do(agent, ticket.id, Reply("明天上午十点可以吗？", "1"))
        page.hears("明天上午十点", author="agent")


def test_secrets_lie_in_the_data_folder_for_their_owner_only(example: Server) -> None:
    secrets = ("customer-token-secret", "vault-keys.json", "journal-key", "first-console-password")
    assert [oct((example.data / name).stat().st_mode & 0o777) for name in secrets] == ["0o600"] * len(secrets)
    assert oct(example.data.stat().st_mode & 0o777) == "0o700"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = jiedai("run", "--data", tmp_path / "data", "--port", str(port))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"jiedai: Port {port} on 127.0.0.1 cannot be used (Address already in use); ")
    assert "--port" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a regular file", encoding="utf-8")
    refused = jiedai("run", "--data", tmp_path / "file" / "data", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"jiedai: The data folder {tmp_path / 'file' / 'data'} cannot be used: Not a directory.\n"
    )


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc, which nobody may write to")
def test_a_data_folder_that_cannot_be_written_is_named() -> None:
    refused = jiedai("run", "--data", "/proc", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("jiedai: The data folder")
    assert "/proc" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nothing_starts_on_a_faulty_policy(tmp_path: Path) -> None:
    text = (ROOT / "escalation" / "policy.yaml").read_text(encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(text.replace("gather: 3s", "gather: soon"), encoding="utf-8")
    line = next(n for n, words in enumerate(text.splitlines(), 1) if "gather: 3s" in words)
    refused = jiedai("run", "--data", tmp_path / "data", "--policy", tmp_path / "policy.yaml", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f'policy.yaml:{line}: "gather" must be a duration such as 15m, 2h or 1d; found "soon".' in refused.stderr
    assert not (tmp_path / "data").exists()


def test_postgresql_that_is_not_upgraded_is_refused_and_the_command_named(tmp_path: Path, postgres) -> None:  # type: ignore[no-untyped-def]
    where = ("--database", postgres(), "--data", tmp_path / "data")
    refused = jiedai("run", *where, "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "jiedai: The database is not at the current revision; run `jiedai db upgrade` once, then start again.\n"
    )
    assert jiedai("db", "upgrade", *where).returncode == 0
    again = jiedai("db", "upgrade", *where)
    assert (again.returncode, again.stdout) == (0, "Nothing to do.\n")
    with Server(tmp_path / "data", where[1]) as server:
        assert "sign in as" in server.said


def test_a_database_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://jiedai:very-secret@127.0.0.1:1/jiedai"
    refused = jiedai("run", "--data", tmp_path / "data", "--port", "0", JIEDAI_DATABASE=url)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("jiedai: The database cannot be opened: ")
    assert "very-secret" not in refused.stderr
    assert "Traceback" not in refused.stderr
