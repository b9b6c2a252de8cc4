"""More connections than the process may open files: health checks and console are served, and the log says so."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.people import Page
from tests.processes import Server, eventually

FILES = 256
KEPT = ("/healthz", "/readyz", "/console/sign-in", "/static/console.css")


def _few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, FILES))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Server]:
    """A server that may open only a few files, and begins with fewer still."""
    with Server(tmp_path / "data", before=_few_files) as server:
        yield server


def _connect(server: Server, number: int, data: bytes) -> socket.socket:
    """A connection from one of many addresses, ten from each, that has sent this much."""
    port = urlsplit(server.url).port
    assert port is not None
    source = (f"127.0.1.{1 + number // 10}", 0)
    opened = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=source)
    opened.sendall(data)
    return opened


def _are_served(http: httpx.Client, server: Server) -> list[int]:
    return [http.get(server.url + path).status_code for path in KEPT]


def test_half_open_connections_beyond_all_files_end_no_service(small: Server, http: httpx.Client) -> None:
    assert f"{FILES} open files" in small.said
    with ExitStack() as held:
        for number in range(2 * FILES):
            held.enter_context(_connect(small, number, b"GET /chat HTTP/1.1\r\nHost: "))
        assert _are_served(http, small) == [200] * 4
        assert f"all that {FILES} open files allow" in small.complained
    page = eventually(lambda: _opened(http, small))
    assert page.say("怎么查订单")["duplicate"] is False


def test_open_pages_beyond_what_fits_are_refused_and_nothing_else_is(small: Server, http: httpx.Client) -> None:
    pages = [Page.open(http, small.url) for _ in range(FILES // 6)]
    with ExitStack() as held:
        statuses = []
        for number in range(FILES):
            headers = f"Authorization: {pages[number // 6 % len(pages)].headers['Authorization']}\r\n"
            wish = f"GET /api/chat/stream HTTP/1.1\r\nHost: a\r\n{headers}\r\n"
            stream = held.enter_context(_connect(small, number, wish.encode()))
            statuses.append(stream.recv(12)[9:])
        assert set(statuses) == {b"200", b"503"}
        assert _are_served(http, small) == [200] * 4
        assert pages[0].say("怎么查订单")["duplicate"] is False
        assert f"as many as {FILES} open files allow" in small.complained


def _opened(http: httpx.Client, server: Server) -> Page | None:
    """A new page, once the server takes one again."""
    answer = http.post(f"{server.url}/api/chat/sessions", json={})
    return Page(http, server.url, answer.json()["session_token"]) if answer.status_code == 201 else None
