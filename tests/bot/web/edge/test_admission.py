"""When many connections are open, chat pages are refused in words, and console and health checks are served."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from bot.config.settings import Settings, read_settings
from bot.web.client_address import ProxyTrust
from bot.web.edge import admission, connections
from bot.web.edge.capacity import Capacity, capacity_of
from bot.web.edge.connections import Connections
from bot.web.server import create_app
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors
from tests.bot.web.edge.wire import Line, Wire, get, served
from tests.patience import patience

FULL = "当前访问人数较多，请稍后再试，您已发送的内容不会丢失。"
NETWORK = "您所在的网络同时打开的页面太多，请关闭几个页面或稍后再试。"
PAGES = "您打开的对话页面太多，请关闭其他页面后再试。"
KEPT = ["/healthz", "/readyz", "/console/sign-in", "/static/console.css"]

Serving = Callable[..., AbstractAsyncContextManager[Wire]]


@pytest.fixture
def serving(doors: Doors) -> Serving:
    """Serve with this capacity and these settings."""

    @asynccontextmanager
    async def start(capacity: Capacity | None = None, **environment: str) -> AsyncIterator[Wire]:
        doors.service.settings = read_settings(environment)
        async with served(create_app(doors.service, capacity=capacity)) as wire:
            yield wire

    return start


async def _streaming(wire: Wire, token: dict[str, str], source: str = "127.0.0.1", more: str = "") -> tuple[Line, int]:
    """A page's stream, and the status it got."""
    headers = f"Authorization: {token['Authorization']}\r\n{more}"
    line = await wire.open(get("/api/chat/stream", headers), source)
    return line, int((await line.head()).split(b" ")[1])


@pytest.mark.proof
async def test_with_all_streams_taken_pages_are_refused_and_everything_else_is_served(
    doors: Doors, serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(Capacity(files=64, connections=60, requests=50, streams=3)) as wire:
        tokens = [await doors.session() for _ in range(4)]
        assert [(await _streaming(wire, token))[1] for token in tokens[:3]] == [200] * 3
        answer = await wire.ask("/api/chat/stream", headers=f"Authorization: {tokens[3]['Authorization']}\r\n")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 10\r\n" in answer
        assert FULL.encode() in answer
        for path in [*KEPT, "/chat"]:
            assert (await wire.ask(path)).startswith(b"HTTP/1.1 200 ")
        await _streaming(wire, tokens[3])
    assert caplog.messages == ["Chat pages are refused live updates: 3 are open, as many as 64 open files allow."]


@pytest.mark.proof
async def test_a_stream_that_ends_makes_room_for_another(doors: Doors, serving: Serving) -> None:
    async with serving(Capacity(files=64, connections=60, requests=50, streams=1)) as wire:
        token = await doors.session()
        line, status = await _streaming(wire, token)
        assert status == 200
        line.writer.close()
        async with asyncio.timeout(patience(20)):
            while (await _streaming(wire, token))[1] == 503:
                doors.service.change_feed.notify()


@pytest.mark.proof
async def test_with_nearly_all_connections_taken_only_staff_and_health_checks_are_served(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(Capacity(files=64, connections=30, requests=9, streams=3)) as wire:
        for number in range(9):
            await wire.open(b"GET /", f"127.0.0.{number + 2}")
        answer = await wire.ask("/chat")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nconnection: close\r\n" in answer.lower()
        assert FULL.encode() in answer
        for path in KEPT:
            assert (await wire.ask(path)).startswith(b"HTTP/1.1 200 ")
    assert caplog.messages == [
        (
            "Chat requests are refused: 10 connections are open, and the rest of 64 open files is kept for console, "
            "health checks and Telegram."
        )
    ]


@pytest.mark.proof
async def test_with_all_connections_taken_the_oldest_half_open_one_goes(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(Capacity(files=64, connections=12, requests=11, streams=3)) as wire:
        waiting = [await wire.open(b"GET /", f"127.0.0.{number + 2}") for number in range(12)]
        assert (await wire.ask("/healthz")).startswith(b"HTTP/1.1 200 ")
        assert await waiting[0].rest() == b""
        await waiting[-1].send(b"healthz HTTP/1.1\r\nHost: test\r\n\r\n")
        assert (await waiting[-1].head()).startswith(b"HTTP/1.1 200 ")
    assert caplog.messages == [
        "Connections were closed: 13 are open, all that 64 open files allow. Raise the limit (LimitNOFILE, ulimit -Hn)."
    ]


@pytest.mark.proof
async def test_half_open_connections_of_one_address_leave_the_others_alone(
    serving: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as wire:
        other = await wire.open(b"GET /healthz", "127.0.0.3")
        held = [await wire.open(b"GET /healthz", "127.0.0.2") for _ in range(25)]
        assert [await line.rest() for line in held[:5]] == [b""] * 5
        for line in (other, held[5], held[24]):
            await line.send(b" HTTP/1.1\r\nHost: test\r\n\r\n")
            assert (await line.head()).startswith(b"HTTP/1.1 200 ")
    assert caplog.messages == [
        "Connections were closed: one network address held more than 200, or more than 20 without a request."
    ]


@pytest.mark.proof
@pytest.mark.parametrize("setting", ["JIEDAI_SHARED_ADDRESSES", "JIEDAI_TRUSTED_PROXIES"])
async def test_a_shared_address_and_a_named_proxy_may_hold_more(serving: Serving, setting: str) -> None:
    async with serving(**{setting: "127.0.0.2"}) as wire:
        held = [await wire.open(b"GET /healthz", "127.0.0.2") for _ in range(30)]
        await held[0].send(b" HTTP/1.1\r\nHost: test\r\n\r\n")
        assert (await held[0].head()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.proof
async def test_an_address_with_very_many_connections_is_told_so(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS_PER_ADDRESS", 4)
    async with serving() as wire:
        for _ in range(4):
            await wire.open(get("/healthz"), "127.0.0.2")
        answer = await wire.ask("/chat", "127.0.0.2")
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b"\r\nretry-after: 10\r\n" in answer
        assert NETWORK.encode() in answer
        assert (await wire.ask("/healthz", "127.0.0.2")).startswith(b"HTTP/1.1 200 ")
        assert (await wire.ask("/chat", "127.0.0.3")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.proof
async def test_a_session_has_as_many_streams_as_a_browser_opens(doors: Doors, serving: Serving) -> None:
    async with serving() as wire:
        token, other = await doors.session(), await doors.session()
        assert [(await _streaming(wire, token))[1] for _ in range(7)] == [200] * 6 + [429]
        answer = await wire.ask("/api/chat/stream", headers=f"Authorization: {token['Authorization']}\r\n")
        assert PAGES.encode() in answer
        assert (await _streaming(wire, other))[1] == 200


@pytest.mark.proof
async def test_streams_are_counted_by_the_address_that_a_named_proxy_tells(
    doors: Doors, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "STREAMS_PER_ADDRESS", 2)
    async with serving(JIEDAI_TRUSTED_PROXIES="127.0.0.1") as wire:
        here, there = (f"X-Forwarded-For: 203.0.113.{number}\r\n" for number in (1, 2))
        found = [(await _streaming(wire, await doors.session(), more=more))[1] for more in [here, here, here, there]]
        assert found == [200, 200, 429, 200]


def test_a_process_without_open_files_says_so_once_each_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    register = Connections(capacity_of(1024), ProxyTrust(Settings()))
    said = "This process has no open files left (1024): new connections are lost until some close."

    def exhausted(_fd: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(connections.os, "dup", exhausted)
            register.check_files()
            register.check_files()
        register.check_files()
    assert caplog.messages == [said, said]


class _Line:
    """A connection that is only counted."""

    def give_up(self) -> None:
        raise AssertionError("nobody is one too many")


def test_nothing_is_left_of_connections_that_ended(scene: Scene) -> None:
    register = Connections(capacity_of(1024), ProxyTrust(Settings()))
    lines = [_Line() for _ in range(10)]
    for number, line in enumerate(lines):
        register.opened(line, f"203.0.113.{number % 3}", 0.0)
        register.heard(line)
        register.half_open(line)
    assert register.total == 10
    for line in lines:
        register.closed(line)
        register.closed(line)
    assert register.total == 0
    assert [register._open, register._half_open, register._waiting] == [{}, {}, {}]
