"""The webhook: updates are answered after the commit; sequential in each chat, chats in parallel."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any

from bot.background import Background
from bot.telegram.api.client import Client
from bot.telegram.parsing.updates import chat_of
from bot.telegram.receiving.retry import DatabaseAway, UpdateRetry, pause

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"


class Webhook:
    """Receives the updates that Telegram posts, authenticated by the secret in a header."""

    def __init__(self, client: Client, retry: UpdateRetry, url: str, secret: str) -> None:
        self.client, self.retry, self.url, self.secret = client, retry, url, secret
        self._lines: dict[int, asyncio.Lock] = {}
        self._queued: Counter[int] = Counter()
        self._background = Background()

    def start(self) -> None:
        """Register the webhook; retries while the network is unavailable."""
        self._background.start("telegram-webhook", self._announce())

    async def stop(self) -> None:
        """Stop. Telegram keeps new updates and posts them again."""
        await self._background.stop()

    async def receive(self, secret: str, body: bytes) -> int:
        """Handle a posted update and return the HTTP status.

        200: committed; 401: wrong secret; 400: not an update; 503: to be posted again.
        """
        if not compare_digest(secret.encode("utf-8", "replace"), self.secret.encode()):
            return 401
        raw = _read(body)
        if raw is None:
            return 400
        update = self.client.feed.decode(raw)
        try:
            async with self._in_line(chat_of(update)):
                await self.retry.process(update, patient=False)
        except DatabaseAway:
            return 503
        return 200

    @asynccontextmanager
    async def _in_line(self, chat: int | None) -> AsyncIterator[None]:
        if chat is None:
            yield
            return
        lock = self._lines.setdefault(chat, asyncio.Lock())
        self._queued[chat] += 1
        try:
            async with lock:
                yield
        finally:
            self._queued[chat] -= 1
            if not self._queued[chat]:
                del self._queued[chat], self._lines[chat]

    async def _announce(self) -> None:
        failures = 0
        while True:
            try:
                await self.client.feed.set_webhook(self.url, self.secret)
            except Exception as error:  # noqa: BLE001  # a network fails in many ways and none may end this
                failures += 1
                log.warning("Telegram does not know yet where to post (%s); trying again.", self.client.safe(error))
                await asyncio.sleep(pause(1.0, failures))
            else:
                return


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return raw if isinstance(number, int) and not isinstance(number, bool) else None
