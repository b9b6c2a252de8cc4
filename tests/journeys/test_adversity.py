"""The database goes away in the middle of a message: an apology, nothing half-written, and the retry succeeds."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.agents.actions import Claim, Reply
from bot.delivery.outbox import outbox
from bot.transcript.message_store import messages
from bot.transcript.processed_keys import inbox
from bot.wording import refusals
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets
from tests.databases import postgres_server, psycopg_url
from tests.journeys.people import Desk, Page, desk_at, token_of
from tests.processes import Server, eventually, jiedai

Trouble = Callable[[Server], Any]


@contextmanager
def a_write_limit(server: Server) -> Iterator[None]:
    """No file may grow beyond a byte: every write of SQLite's log fails."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def a_full_disk(server: Server) -> Iterator[None]:
    """Something else has eaten the last byte of the file system."""
    ballast = server.data / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    try:
        yield
    finally:
        ballast.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit, which only Linux has")
def test_a_disk_that_refuses_writes_costs_no_message(tmp_path: Path, http: httpx.Client) -> None:
    with Server(tmp_path / "data") as server:
        _survive(http, server, a_write_limit)


def test_a_full_disk_costs_no_message(small_disk: Path, tmp_path: Path, http: httpx.Client) -> None:
    with Server(small_disk / "data", environment={"JIEDAI_FREE_AT_LEAST": "0"}) as server:
        assert http.get(f"{server.url}/readyz").json()["space"]
        _survive(http, server, a_full_disk)


def test_a_disk_that_fills_up_takes_words_and_refuses_files(small_disk: Path, http: httpx.Client) -> None:
    with Server(small_disk / "data", environment={"JIEDAI_FREE_AT_LEAST": "0"}) as server:
        page = Page.open(http, server.url)
        upload = {"file": ("a.png", b"x", "image/png")}
        refused = http.post(f"{server.url}/api/chat/files", params={"key": "f"}, files=upload, headers=page.headers)
        assert (refused.status_code, refused.json()) == (507, {"error": refusals.NO_ROOM_FOR_FILES})
        page.say("转人工")
        assert re.search(r"^jiedai_free_bytes [1-9]", http.get(f"{server.url}/metrics").text, re.MULTILINE)


def test_a_data_folder_moved_away_for_a_moment_costs_no_acknowledged_message(
    tmp_path: Path, http: httpx.Client
) -> None:
    with Server(tmp_path / "data") as server:
        page = Page.open(http, server.url)
        key = page.key()
        server.data.rename(tmp_path / "elsewhere")
        try:
            assert page.post(key=key, text="怎么查订单").status_code in (200, 503)
        finally:
            (tmp_path / "elsewhere").rename(server.data)
        assert page.post(key=key, text="怎么查订单").status_code == 200
        assert [line["author"] for line in page.transcript()] == ["customer", "bot"]
        assert server.interrupt() == 0
    with Server(tmp_path / "data") as server:
        assert [line["author"] for line in page.move(server.url).transcript()] == ["customer", "bot"]


@pytest.mark.skipif(sys.platform == "win32", reason="PostgreSQL is stopped as on Unix")
def test_a_database_server_that_stops_costs_no_message(tmp_path: Path, http: httpx.Client) -> None:
    with postgres_server() as postgres:
        url = psycopg_url(postgres.get_uri())

        @contextmanager
        def a_stopped_server(_server: Server) -> Iterator[None]:
            postgres.stop()
            try:
                yield
            finally:
                postgres.start()

        assert jiedai("db", "upgrade", "--database", url, "--data", tmp_path / "data").returncode == 0
        with Server(tmp_path / "data", url) as server:
            _survive(http, server, a_stopped_server)


def _survive(http: httpx.Client, server: Server, trouble: Trouble) -> None:
    answered = Page.open(http, server.url)
    answered.say("怎么查订单")
    with desk_at(server) as desk:
        page = Page.open(http, server.url, token_of(server, desk.new_contact("特级")))
        before = _counts(desk)
        key = page.key()
        with trouble(server):
            for _ in range(2):
                refused = page.post(key=key, text="三楼的复印机报错了")
                assert (refused.status_code, refused.json()) == (503, {"error": refusals.NOT_WORKING})
                assert refused.headers["Retry-After"]
            assert http.post(f"{server.url}/api/chat/sessions", json={}).status_code == 503
            assert server.is_alive
            assert http.get(f"{server.url}/healthz").status_code == 200
            unready = eventually(lambda: _unready(http, server))
            assert not (unready["database"] and unready["writes"]), unready
        eventually(lambda: http.get(f"{server.url}/readyz").status_code == 200)
        assert _counts(desk) == before, "nothing half-written"
        told = server.complained.count("The database cannot be")
        assert told == 1 or (told == 0 and trouble in (a_full_disk, a_write_limit))  # the log lay on the same disk
        assert server.complained.count("The database can be used again") == 1
        assert "Traceback" not in server.complained
        accepted = page.post(key=key, text="三楼的复印机报错了")
        assert (accepted.status_code, accepted.json()["duplicate"]) == (200, False)
        assert page.post(key=key, text="三楼的复印机报错了").json()["duplicate"] is True
        ticket = desk.ticket_of(page)
        assert [line["author"] for line in page.transcript()] == ["customer", "bot"]
        assert len(answered.transcript()) == 2
        agent = desk.hire("lin", "小林")
        desk.do(agent, ticket.id, Claim())
        with page.listening(after=page.transcript()[-1]["id"]) as events:
            desk.do(agent, ticket.id, Reply("马上来看。", "1"))
            while not any(line["text"] == "马上来看。" for line in next(events)["messages"]):
                pass
    assert server.interrupt() == 0


def _unready(http: httpx.Client, server: Server) -> dict[str, Any] | None:
    answer = http.get(f"{server.url}/readyz")
    return answer.json() if answer.status_code == 503 else None


def _counts(desk: Desk) -> list[int]:
    tables = (messages, inbox, tickets, deadlines, outbox)
    return [desk.rows(select(func.count()).select_from(table))[0][0] for table in tables]
