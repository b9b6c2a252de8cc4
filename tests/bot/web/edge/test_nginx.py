"""The example of a proxy in the documentation, run by the real nginx before the application."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from bot.auth.passwords import hash_password
from bot.config.settings import read_settings
from bot.messages import MAX_FILE
from bot.web.client_address import address_of
from bot.web.server import create_app
from bot.wording import refusals
from escalation.staff import set_password
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors
from tests.bot.web.edge.wire import served
from tests.patience import patience

EXAMPLE = Path(__file__).parents[4] / "docs" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NAME = "support.example.com"

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt install nginx-light)"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed, which makes the certificate"),
]


@dataclass(frozen=True)
class Proxy:
    """The running nginx: its two ports, and what trusts its certificate."""

    http: int
    https: int
    trust: ssl.SSLContext

    @asynccontextmanager
    async def client(self, address: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
        """Somebody at this address of the world."""
        transport = httpx.AsyncHTTPTransport(local_address=address, verify=self.trust)
        url = f"https://127.0.0.1:{self.https}"
        async with httpx.AsyncClient(transport=transport, base_url=url, timeout=patience(10)) as client:
            yield client


def _certificate(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = f"subjectAltName=DNS:{NAME},IP:127.0.0.1"
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    make += ["-subj", f"/CN={NAME}", "-days", "2", "-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True)
    return key, certificate


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def _configured(folder: Path, upstream: int, http: int, https: int) -> Path:
    """The example with this machine's ports, names and certificate in place of an installation's."""
    key, certificate = _certificate(folder)
    text = EXAMPLE.read_text(encoding="utf-8")
    changes = {
        "127.0.0.1:8080": f"127.0.0.1:{upstream}",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(certificate),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
    }
    for before, after in changes.items():
        assert before in text, f"the example has no {before}"
        text = text.replace(before, after)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root; " if os.geteuid() == 0 else ""  # the folder is for the tests' own user
    own = f"{user}pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}} "
    whole = folder / "nginx.conf"
    whole.write_text(f"{own}http {{ access_log off; {paths}\n{text}\n}}\n", encoding="utf-8")
    return whole


@pytest.fixture
async def proxy(doors: Doors, tmp_path: Path) -> AsyncIterator[Proxy]:
    settings = {"JIEDAI_PUBLIC_URL": f"https://{NAME}", "JIEDAI_TRUSTED_PROXIES": "127.0.0.1"}
    doors.service.settings = read_settings(settings)
    app = create_app(doors.service)

    @app.get("/whoami")
    async def whoami(request: Request) -> str:
        return address_of(request)

    async with served(app) as wire:
        http, https = _free_ports(2)
        configuration = _configured(tmp_path, wire.port, http, https)
        command = [str(NGINX), "-e", str(tmp_path / "error.log"), "-c", str(configuration), "-g", "daemon off;"]
        process = await asyncio.create_subprocess_exec(*command)
        try:
            async with asyncio.timeout(patience(10)):
                while not await _listens(https):
                    assert process.returncode is None, (tmp_path / "error.log").read_text()
            trust = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
            yield Proxy(http, https, trust)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        await asyncio.sleep(0.02)
        return False
    writer.close()
    return True


async def test_the_application_learns_the_visitors_address_and_believes_no_other(
    proxy: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    invented = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8", "Forwarded": "for=203.0.113.7"}
    async with proxy.client("127.0.0.9") as client:
        for headers in ({}, invented):
            assert (await client.get("/whoami", headers=headers)).json() == "127.0.0.9"
    assert caplog.messages == []


async def test_a_line_comes_while_the_stream_stays_open(doors: Doors, proxy: Proxy) -> None:
    doors.scene.database.on_commit = doors.service.change_feed.notify
    async with proxy.client() as client:
        token = (await client.post("/api/chat/sessions")).json()["session_token"]
        who = {"Authorization": f"Bearer {token}"}
        async with client.stream("GET", "/api/chat/stream", headers=who) as stream:
            lines = stream.aiter_lines()
            async with asyncio.timeout(patience(10)):
                assert await anext(lines) == "event: messages"
                said = await client.post("/api/chat/messages", json={"key": "1", "text": "怎么查订单"}, headers=who)
                assert said.status_code == 200
                async for line in lines:
                    if "我的订单" in line:
                        break


async def test_files_pass_up_to_the_applications_own_limit(proxy: Proxy) -> None:
    async with proxy.client() as client:
        token = (await client.post("/api/chat/sessions")).json()["session_token"]
        who = {"Authorization": f"Bearer {token}"}
        for size in (10 * 1024 * 1024, 12 * 1024 * 1024):
            files = {"file": ("a.png", b"x" * size, "image/png")}
            answer = await client.post("/api/chat/files", params={"key": str(size)}, files=files, headers=who)
            if size > MAX_FILE:
                assert (answer.status_code, answer.json()) == (413, {"error": refusals.FILE_TOO_LARGE})
            else:
                assert answer.status_code == 200


async def test_the_cookie_and_the_pages_are_bound_to_tls(scene: Scene, proxy: Proxy) -> None:
    scene.staff("wang")
    scene.write(set_password, "wang", hash_password("correct-horse"))
    async with proxy.client() as client:
        answer = await client.post("/console/sign-in", data={"login": "wang", "password": "correct-horse"})
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"].split("; ")
        assert answer.headers["location"] == "/console"
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_whoever_comes_without_tls_is_sent_to_the_public_address(proxy: Proxy) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{proxy.http}/chat?a=1")
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}/chat?a=1")


@pytest.mark.parametrize("headers", [{"X": "x" * 17_000}, {f"X-{number}": "x" * 10_000 for number in range(8)}])
async def test_headers_that_are_too_large_are_refused_in_words(proxy: Proxy, headers: dict[str, str]) -> None:
    async with proxy.client() as client:
        answer = await client.get("/chat", headers=headers)
        assert (answer.status_code, answer.json()) == (431, {"error": refusals.HEADERS_TOO_LARGE})


def test_the_example_names_the_settings_it_needs() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    named = set(re.findall(r"JIEDAI_\w+", text))
    assert named == {"JIEDAI_PUBLIC_URL", "JIEDAI_TRUSTED_PROXIES"}
