"""One address makes so many chat requests a second; others, staff and programs notice nothing of it."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.config.settings import read_settings
from bot.web.client_address import ProxyTrust
from bot.web.edge.request_rate import A_SECOND, AT_ONCE, RequestRate

SENTENCE = "您所在的网络短时间内请求太多，请稍等片刻再试，您已发送的内容不会丢失。"


class Still:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def rated(clock: Still) -> RequestRate:
    settings = read_settings({"JIEDAI_SHARED_ADDRESSES": "192.0.2.7"})
    return RequestRate(PlainTextResponse("served"), ProxyTrust(settings), clock)


def browser(rated: RequestRate, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=rated, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_beyond_its_rate_an_address_is_refused_in_a_sentence_until_time_has_passed(
    rated: RequestRate, clock: Still
) -> None:
    async with browser(rated, "192.0.2.1") as stranger, browser(rated, "192.0.2.2") as other:
        for _ in range(AT_ONCE):
            assert (await stranger.post("/api/chat/sessions")).text == "served"
        refused = await stranger.post("/api/chat/sessions")
        assert (refused.status_code, refused.json()) == (429, {"error": SENTENCE})
        assert refused.headers["retry-after"] == "10"
        assert (await other.post("/api/chat/sessions")).text == "served"
        for path in ("/console", "/healthz", "/api/customers/C1"):
            assert (await stranger.get(path)).text == "served"
        clock.now += 1
        allowed = [(await stranger.get("/chat")).status_code for _ in range(A_SECOND + 1)]
        assert allowed == [200] * A_SECOND + [429]


async def test_addresses_of_one_64_count_together_and_a_shared_one_is_wider(rated: RequestRate) -> None:
    async with browser(rated, "2001:db8::1") as one, browser(rated, "2001:db8::2") as two:
        for _ in range(AT_ONCE):
            await one.get("/chat")
        assert (await two.get("/chat")).status_code == 429
    async with browser(rated, "192.0.2.7") as office:
        for _ in range(2 * AT_ONCE):
            assert (await office.get("/chat")).status_code == 200
