"""A page that keeps itself up to date is sent what has changed: its live regions, and of lists the new parts."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REMEMBERED = 400  # pages as they were sent last, of which only hashes are kept
PLACE = b'data-page=""'  # in the layout
_REGION = re.compile(r'<(\w+)\b[^>]*\bid="([\w-]+)"[^>]*\sdata-live\b[^>]*>')
_PART = re.compile(r"(?=<\w+ data-part\b)")
# A countdown's words are right at the moment of drawing; from then on the page's own clock keeps them.
_TICKS = re.compile(r'(<time\b)[^>]*?( datetime="[^"]*" data-due=[^>]*>)[^<]*')
_KEY = re.compile(r'(name="key" value=")[^"]*')  # each drawing has its own, and the page keeps the one it has
_BY_MODE = 'data-live="on-mode"'  # drawn anew only when its own tag changes, for somebody may be typing there
_TOLD = {name: re.compile(rf'\bdata-{name}="([^"]*)"') for name in ("now", "who")}
_BADGE = re.compile(r'<span id="unread"[^>]*>(\d*)<')

Hashes = Mapping[str, Sequence[str]]


class PageDeltas:
    """What the latest pages were made of, by the number each carries."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        """`remembered`: pages; one that is forgotten is sent whole the next time."""
        self._remembered = remembered
        self._pages: OrderedDict[str, Hashes] = OrderedDict()

    def answer(self, html: str, have: str) -> tuple[str, dict[str, Any] | None]:
        """Return the number of this page, and what differs from the page `have`; None if that is not known."""
        regions = regions_of(html)
        hashes = {name: _hashes(parts) for name, parts in regions.items()}
        before, number = self._pages.get(have), secrets.token_hex(8)
        self._pages[number] = hashes
        while len(self._pages) > self._remembered:
            self._pages.popitem(last=False)
        if before is None:
            return number, None
        changed = {name: _change(parts, before.get(name, ()), hashes[name]) for name, parts in regions.items()}
        told = {name: found[1] if (found := each.search(html)) else "" for name, each in _TOLD.items()}
        unread = _BADGE.search(html)
        return number, {
            **told,
            "page": number,
            "unread": int(unread[1] or 0) if unread else None,
            "regions": {name: change for name, change in changed.items() if change is not None},
        }


def regions_of(html: str) -> dict[str, list[str]]:
    """Return the live regions of a page by id: the tag that opens it, its parts, and the tag that closes it."""
    found = {}
    for match in _REGION.finditer(html):
        end = _end_of(html, match[1], match.end())
        found[match[2]] = [match[0], *_PART.split(html[match.end() : end]), f"</{match[1]}>"]
    return found


def _end_of(html: str, tag: str, start: int) -> int:
    depth = 1
    for match in re.compile(rf"<(/?){tag}\b").finditer(html, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.start()
    return len(html)


def _hashes(parts: Sequence[str]) -> list[str]:
    return [_hash(part) for part in (parts[:1] if _BY_MODE in parts[0] else parts)]


def _hash(part: str) -> str:
    lasting = _KEY.sub(r"\1", _TICKS.sub(r"\1\2", part))
    return hashlib.blake2b(lasting.encode(), digest_size=8).hexdigest()


def _change(parts: Sequence[str], before: Sequence[str], after: Sequence[str]) -> dict[str, Any] | None:
    """What is to be done to a region: nothing (None), its `html` anew, or `count` parts `at` a place replaced by it.

    The first two parts of a region are its own tag and what stands before the first part of the list.
    """
    if list(before) == list(after):
        return None
    if len(after) <= 3 or before[:2] != after[:2]:  # no list, or one that is another by now
        return {"html": "".join(parts)}
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    room = min(len(before), len(after)) - same
    last = zip(reversed(before), reversed(after), strict=False)
    tail = min(room, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], last)))
    html = "".join(parts[same : len(parts) - tail])
    return {"at": same - 2, "count": len(before) - same - tail, "html": html}


class WithDeltas:
    """Middleware of the console: gives each page its number, and answers a page that tells its own with changes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.deltas = app, PageDeltas()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/console")
        await self.app(scope, receive, self._answering(scope, send) if is_page else send)

    def _answering(self, scope: Scope, send: Send) -> Send:
        headers, have = Headers(scope=scope), Headers(scope=scope).get("x-have", "")
        begun: list[Message] = []

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                begun.append(message)
            elif not begun:
                await send(message)
            else:  # a page of ours comes in one piece
                start, body = begun[0], message.get("body", b"")
                number, changes = self.deltas.answer(body.decode(), have if "x-part" in headers else "")
                if changes is None:
                    body = body.replace(PLACE, f'data-page="{number}"'.encode(), 1)
                else:
                    body = json.dumps(changes, ensure_ascii=False, separators=(",", ":")).encode()
                    MutableHeaders(scope=start)["content-type"] = "application/json"
                MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                await send({**message, "body": body})

        return send_on


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_whole = "content-length" in headers  # a stream has none
    return start["status"] == 200 and is_whole and headers.get("content-type", "").startswith("text/html")
