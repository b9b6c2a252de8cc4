"""POST to this machine and nowhere else, over connections kept open: a tenth of what a whole HTTP client costs."""

from __future__ import annotations

import asyncio
import ipaddress
from functools import cache
from urllib.parse import urlsplit

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Poster:
    """Keeps connections to the bot's servers."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds  # how long an answer may take
        self._idle: dict[tuple[str, int], list[Connection]] = {}

    async def post(self, url: str, headers: str, body: bytes) -> int:
        """The HTTP status; 0 when there was none, as for any host but this one."""
        host, port, path = _parts(url)
        if not is_loopback(host):
            return 0
        idle = self._idle.setdefault((host, port), [])
        head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        while True:
            reused = bool(idle)
            try:
                async with asyncio.timeout(self.seconds):
                    kept = idle.pop() if idle else await asyncio.open_connection(host, port)
                    return await self._ask(kept, head.encode() + body, idle)
            except (OSError, EOFError, TimeoutError, ValueError):
                if not reused:  # else the other side may only have closed what lay idle
                    return 0

    @staticmethod
    async def _ask(kept: Connection, sent: bytes, idle: list[Connection]) -> int:
        reader, writer = kept
        try:
            writer.write(sent)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = head.partition("content-length:")[2].partition("\r\n")[0]
            await reader.readexactly(int(length or 0))
        except BaseException:
            writer.close()
            raise
        if length and "connection: close" not in head:
            idle.append(kept)
        else:
            writer.close()
        return int(head.split(" ", 2)[1])

    async def close(self) -> None:
        """Let go of every connection."""
        for idle in self._idle.values():
            for _, writer in idle:
                writer.close()
        self._idle.clear()


@cache
def _parts(url: str) -> tuple[str, int, str]:
    found = urlsplit(url)
    return found.hostname or "", found.port or (443 if found.scheme == "https" else 80), found.path or "/"
