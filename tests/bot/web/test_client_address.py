"""Whose request it is: the connection's address, or what a named proxy says."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request

from bot.config.settings import Settings, read_settings
from bot.web.client_address import (
    NO_PROXY_NAMED,
    NOT_FORWARDED,
    NOT_TRUSTED,
    ProxyTrust,
    address_of,
    network_of,
    warn_at_start,
)
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors

PROXIES = "127.0.0.1,10.0.0.0/8,fd00::/8"


def _trust(public_url: str = "", proxies: str = PROXIES) -> ProxyTrust:
    found = read_settings({"JIEDAI_TRUSTED_PROXIES": proxies, "JIEDAI_PUBLIC_URL": public_url})
    return ProxyTrust(found)


def _scope(peer: str | None, *forwarded: str, path: str = "/chat") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    client = (peer, 5000) if peer is not None else None
    return {"type": "http", "client": client, "headers": headers, "path": path}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
        ("127.0.0.1", ["10.9.9.9, 10.2.3.4"], "10.9.9.9"),
        ("127.0.0.1", ["198.51.100.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, nonsense, 10.2.3.4"], "10.2.3.4"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["9" * 60_000], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("fe80::1%eth0", [], "fe80::1"),
        (None, ["198.51.100.1"], "unknown"),
        ("/run/jiedai.sock", ["198.51.100.1"], "unknown"),
    ],
)
def test_only_a_named_proxy_tells_the_address(peer: str | None, forwarded: list[str], address: str) -> None:
    assert _trust().address(_scope(peer, *forwarded)) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("unknown", "unknown"),
        ("", "unknown"),
        ("9" * 1000, "unknown"),
    ],
)
def test_what_counts_as_one_client(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_a_request_knows_its_address_from_the_application(scene: Scene) -> None:
    doors = Doors(scene, settings=read_settings({"JIEDAI_TRUSTED_PROXIES": "127.0.0.1"}))

    @doors.app.get("/whoami")
    async def whoami(request: Request) -> str:
        return address_of(request)

    answer = await doors.http.get("/whoami", headers={"X-Forwarded-For": "198.51.100.1"})
    assert answer.json() == "198.51.100.1"
    await doors.http.aclose()


@pytest.mark.parametrize(
    ("peer", "named"), [("192.168.1.7", "192.168.1.7"), ("8.8.8.8", "an address outside this network")]
)
def test_an_ignored_header_is_told_once(caplog: pytest.LogCaptureFixture, peer: str, named: str) -> None:
    trust = _trust()
    for _ in range(3):
        trust.check(_scope(peer, "198.51.100.1"))
    assert caplog.messages == [NOT_TRUSTED % named]


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.168.1.7"])
def test_a_public_request_that_no_proxy_vouches_for_is_told_once(caplog: pytest.LogCaptureFixture, peer: str) -> None:
    trust = _trust("https://help.example")
    for path in ("/healthz", "/readyz", "/metrics"):
        trust.check(_scope(peer, path=path))
    trust.check(_scope("127.0.0.1", "198.51.100.1"))
    assert caplog.messages == []
    for _ in range(3):
        trust.check(_scope(peer))
    assert caplog.messages == [NOT_FORWARDED]


def test_without_a_public_https_address_nobody_misses_a_proxy(caplog: pytest.LogCaptureFixture) -> None:
    for public_url in ("", "http://help.example"):
        _trust(public_url).check(_scope("127.0.0.1"))
        warn_at_start(Settings(public_url=public_url))
    assert caplog.messages == []


def test_a_public_https_address_without_a_named_proxy_is_told_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    warn_at_start(read_settings({"JIEDAI_PUBLIC_URL": "https://help.example", "JIEDAI_TRUSTED_PROXIES": "10.0.0.1"}))
    assert caplog.messages == []
    warn_at_start(Settings(public_url="https://help.example"))
    assert caplog.messages == [NO_PROXY_NAMED]


def test_shared_addresses_are_fifty_times_as_wide() -> None:
    trust = ProxyTrust(read_settings({"JIEDAI_SHARED_ADDRESSES": "203.0.113.0/24,2001:db8:1:2::/64,127.0.0.1"}))
    networks = ["203.0.113.9", "2001:db8:1:2::/64", "127.0.0.1", "203.0.114.9", "2001:db8:1:3::/64", "unknown"]
    assert [trust.width(network) for network in networks] == [50, 50, 50, 1, 1, 1]
