"""A connection is bounded: in bytes of headers, and in the time a client may take for anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from fastapi import Response

from bot.web.edge import protocol
from tests.bot.web.doors import Doors
from tests.bot.web.edge.wire import Wire, get, served
from tests.patience import patience

pytestmark = pytest.mark.proof

TOO_LARGE = "请求头太大，无法处理。请清除浏览器中本站的 Cookie 后再试。"
TOO_SLOW = "网络太慢，请求没有完整收到，请检查网络后再试。"
HEAD = b"POST /api/chat/sessions HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = HEAD + b"Content-Length: 1000\r\n\r\n"


@pytest.fixture
async def wire(doors: Doors) -> AsyncIterator[Wire]:
    async with served(doors.app) as found:
        yield found


def _sentence(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)["error"]


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"x" * 66_000 + b"\r\n",
        b"X" * 66_000 + b": x\r\n",
        b"".join(b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(70)),
        b"X: x\r\n" * 201,
    ],
    ids=["a long value", "a long name", "many kilobytes", "many headers"],
)
async def test_too_many_header_bytes_are_refused_in_words_and_closed(wire: Wire, headers: bytes) -> None:
    line = await wire.open(b"GET /healthz HTTP/1.1\r\nHost: test\r\n" + headers + b"\r\n")
    assert _sentence(await line.rest()) == (431, TOO_LARGE)


async def test_a_long_address_is_refused_the_same_way(wire: Wire) -> None:
    line = await wire.open(get("/healthz?" + "x" * 66_000))
    assert _sentence(await line.rest()) == (431, TOO_LARGE)


async def test_sixty_kilobytes_of_headers_are_served(wire: Wire) -> None:
    line = await wire.open(get("/healthz", f"X: {'x' * 60_000}\r\nConnection: close\r\n"))
    assert (await line.rest()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /healthz HTTP/1.1\r\nX: ",
        b"GET /healthz?",
        CHUNKED + b"0\r\nX: ",
        get("/healthz") + b"GET /healthz HTTP/1.1\r\nX: ",
    ],
    ids=["a header", "an address", "a trailer", "a second request"],
)
async def test_who_sends_headers_without_end_is_cut_off_after_little(wire: Wire, beginning: bytes) -> None:
    line = await wire.open(beginning)
    with pytest.raises(ConnectionError):  # after what the two sockets and the part thrown away hold
        await line.send(b"x" * 64 * 1024 * 1024)


async def test_line_breaks_without_end_are_cut_off_too(wire: Wire) -> None:
    line = await wire.open(b"\r\n" * 40_000)
    assert _sentence(await line.rest()) == (431, TOO_LARGE)


async def test_a_body_may_follow_its_headers_in_small_pieces(wire: Wire) -> None:
    line = await wire.open(CHUNKED)
    for _ in range(70_000 // 7):
        await line.send(b"1\r\n \r\n")
    await line.send(b"2\r\n{}\r\n0\r\n\r\n")
    assert (await line.head()).startswith(b"HTTP/1.1 201 ")


async def test_half_a_request_is_given_up_in_words(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADERS_WITHIN", 0.1)
    line = await wire.open(b"GET /healthz HTTP/1.1\r\nHost: ")
    assert _sentence(await line.rest()) == (408, TOO_SLOW)


async def test_half_a_second_request_is_given_up_too(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    line = await wire.open(get("/healthz"))
    assert (await line.head()).startswith(b"HTTP/1.1 200 ")
    monkeypatch.setattr(protocol, "HEADERS_WITHIN", 0.1)
    await line.send(b"GET /he")
    assert _sentence((await line.rest()).removeprefix(b'{"status":"ok"}')) == (408, TOO_SLOW)


async def test_a_connection_that_says_nothing_is_closed_without_a_word(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADERS_WITHIN", 0.1)
    line = await wire.open()
    assert await line.rest() == b""


async def test_a_body_that_does_not_come_is_given_up(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(protocol, "BODY_LOOK", 0.05)
    monkeypatch.setattr(protocol, "BODY_GRACE", 0.1)
    for beginning in (LONG + b"{", CHUNKED + b"1\r\n{\r\n"):
        line = await wire.open(beginning)
        assert _sentence(await line.rest()) == (408, TOO_SLOW)
    assert caplog.messages == []


async def test_half_an_uploaded_file_is_given_up_without_a_line_in_the_log(
    doors: Doors, wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(protocol, "BODY_LOOK", 0.05)
    monkeypatch.setattr(protocol, "BODY_GRACE", 0.1)
    token = (await doors.session())["Authorization"]
    line = await wire.open(
        f"POST /api/chat/files?key=1 HTTP/1.1\r\nHost: test\r\nAuthorization: {token}\r\nContent-Length: 5000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
        'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\nabc'.encode()
    )
    assert _sentence(await line.rest()) == (408, TOO_SLOW)
    assert caplog.messages == []


async def test_who_does_not_take_an_answer_is_let_go(doors: Doors, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "TAKEN_WITHIN", 0.1)

    @doors.app.get("/large")
    async def large() -> Response:
        return Response(b"x" * 64 * 1024 * 1024)

    let_go, closed = asyncio.Event(), doors.app.state.connections.closed

    def note(connection: object) -> None:
        closed(connection)
        let_go.set()

    monkeypatch.setattr(doors.app.state.connections, "closed", note)
    line = await wire.open(get("/large"))  # read from only up to the reader's own limit
    async with asyncio.timeout(patience(20)):
        await let_go.wait()
    assert len(await line.rest()) < 64 * 1024 * 1024
