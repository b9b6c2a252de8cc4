"""What every response tells a browser, and where redirects lead."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.config.settings import Settings
from bot.web.headers import OVER_TLS
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors

PAGES = ["/healthz", "/chat", "/console/sign-in", "/static/chat.js", "/nowhere", "/"]


@pytest.fixture
async def behind_tls(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    doors = Doors(scene, settings=Settings(public_url="https://help.example"))
    yield doors.http
    await doors.http.aclose()


@pytest.mark.parametrize("path", PAGES)
async def test_browsers_are_bound_to_tls_if_the_public_address_is_https(
    behind_tls: httpx.AsyncClient, path: str
) -> None:
    headers = (await behind_tls.get(path)).headers
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "camera=()" in headers["permissions-policy"]
    assert "geolocation=()" in headers["permissions-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_without_tls_nothing_is_said_of_it(doors: Doors, path: str) -> None:
    headers = (await doors.http.get(path)).headers
    assert not [name for name in OVER_TLS if name in headers]
    assert "microphone=()" in headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/healthz/", "/chat/?a=1&b=%2F", "/console/", "/console/sign-in/"])
async def test_a_slash_too_many_leads_back_without_naming_a_host(doors: Doors, path: str) -> None:
    answer = await doors.http.get(path, headers={"Host": "evil.example"})
    assert answer.is_redirect
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == path.replace("/?", "?").rstrip("/")


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/healthz/", "/healthz//", "/%2F/evil.example/"])
async def test_no_path_leads_to_another_site(doors: Doors, path: str) -> None:
    answer = await doors.http.get(f"http://test{path}")
    assert not answer.headers.get("location", "/").startswith("//")
    assert "evil" not in answer.headers.get("location", "")


async def test_a_body_announced_too_large_is_refused_in_words(doors: Doors) -> None:
    answer = await doors.http.post("/api/chat/messages", content=b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()) == (413, {"error": doors.scene.policy.wording["too_long"]})
    assert answer.headers["x-content-type-options"] == "nosniff"
