"""Updates posted to the bot: in order within a chat, chats side by side, again and again until the bot answers 2xx."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections import deque
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.posting import Poster, is_loopback
from tests.fakes.telegram.reading import flag, integer, words
from tests.fakes.telegram.receiving import WITH_MESSAGE, Receiving
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.updates import AT

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS = (443, 80, 88, 8443)


class Webhooks(Receiving):
    """setWebhook and what follows from it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.targets: list[str] = []  # instead of the webhook's own URL: those of the replicas, in turn
        self.retry_pause = 0.02  # seconds between two tries to deliver
        self.delivery_seconds = 30.0  # how long the bot may take to answer
        self.duplicate_deliveries = 0  # so many of the next deliveries come twice, the second after the bot's 2xx
        self.shuffled = False  # whether the order within a chat is not kept
        self.deliveries: list[tuple[int, int]] = []  # update and HTTP status, 0 when there was no answer
        self._lanes: dict[int, deque[Json]] = {}
        self._lane_tasks: set[asyncio.Task[None]] = set()
        self._queued = 0  # every update below this one is in a lane
        self._undelivered: dict[int, None] = {}  # in order
        self._turn = itertools.count()
        self._slots = asyncio.Semaphore(40)
        self._last_error = ""
        self._post: Poster | None = None

    def _do_setWebhook(self, given: Json) -> bool:  # noqa: N802  # named as the method
        url = words(given, "url")
        if not url:
            return self._do_deleteWebhook(given)
        _check_url(url)
        secret = words(given, "secret_token")
        if secret and not SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        connections = integer(given, "max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")
        self._want(given)
        self._drop_pending(given)
        self._poll += 1  # whoever polls now is told that it is over
        self._wake_pollers()
        if self._post is None:
            self._post = Poster(self.delivery_seconds)
        self.webhook = {"url": url, "secret_token": secret, "max_connections": connections}
        self._slots = asyncio.Semaphore(connections)
        self._deliver()
        return True

    def _do_deleteWebhook(self, given: Json) -> bool:  # noqa: N802
        self.webhook = {}
        for task in self._lane_tasks:
            task.cancel()
        self._lanes.clear()
        self._undelivered.clear()
        self._queued = 0
        self._drop_pending(given)
        return True

    def _do_getWebhookInfo(self, given: Json) -> Json:  # noqa: N802
        info: Json = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        info |= {"pending_update_count": self.pending}
        if self.webhook:
            info |= {"max_connections": self.webhook["max_connections"], "ip_address": "127.0.0.1"}
        if self.webhook and self._last_error:
            info |= {"last_error_date": AT, "last_error_message": self._last_error}
        if self._wanted is not None:
            info["allowed_updates"] = sorted(self._wanted)
        return info

    def _drop_pending(self, given: Json) -> None:
        if flag(given, "drop_pending_updates"):
            self._updates.clear()
            self.confirmed = self._next_number

    def queue(self, *updates: Json) -> int:
        """Users do these things; returns the number of the last update."""
        number = super().queue(*updates)
        if self.webhook:
            self._deliver()
        return number

    async def close(self) -> None:
        """No more deliveries."""
        for task in list(self._lane_tasks):
            task.cancel()
        await asyncio.gather(*self._lane_tasks, return_exceptions=True)
        if self._post is not None:
            await self._post.close()
            self._post = None

    def _deliver(self) -> None:
        """Put what is new into the lanes of its chats, and start those that stand still."""
        if not self.shuffled:
            fresh: Iterable[Json] = itertools.takewhile(
                lambda u: u["update_id"] >= self._queued, reversed(self._updates)
            )
            fresh = reversed(list(fresh))
        else:
            fresh = [update for update in reversed(self._updates) if update["update_id"] >= self._queued]
        for update in fresh:
            self._undelivered[update["update_id"]] = None
            lane = chat_of(update) if not self.shuffled else update["update_id"]
            waiting = self._lanes.setdefault(lane, deque())
            waiting.append(update)
            if len(waiting) == 1:
                task = asyncio.create_task(self._serve_lane(lane))
                self._lane_tasks.add(task)
                task.add_done_callback(self._lane_tasks.discard)
        self._queued = self._next_number

    async def _serve_lane(self, lane: int) -> None:
        waiting = self._lanes[lane]
        while waiting:
            async with self._slots:
                done = await self._post_once(waiting[0])
            if not done:
                await asyncio.sleep(self.retry_pause)
                continue
            update = waiting[0]
            if self.duplicate_deliveries > 0:
                self.duplicate_deliveries -= 1
                await self._post_once(update)
            waiting.popleft()
            self._delivered(update["update_id"])
        self._lanes.pop(lane, None)

    def _delivered(self, number: int) -> None:
        self._undelivered.pop(number, None)
        while self._updates and self._updates[0]["update_id"] not in self._undelivered:
            if self._updates[0]["update_id"] >= self._queued:
                break
            self.confirmed = self._updates.popleft()["update_id"] + 1
        self._notify()

    async def _post_once(self, update: Json) -> bool:
        if self._post is None:
            return False
        urls = self.targets or [self.webhook["url"]]
        secret = self.webhook["secret_token"]
        headers = "Content-Type: application/json\r\n" + (f"{SECRET_HEADER}: {secret}\r\n" if secret else "")
        status = await self._post.post(urls[next(self._turn) % len(urls)], headers, json.dumps(update).encode())
        self.deliveries.append((update["update_id"], status))
        done = 200 <= status < 300
        if not done:
            self._last_error = f"Wrong response from the webhook: {status}" if status else "Connection failed"
        self._notify()
        return done


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return  # a test's own server, without a certificate
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def chat_of(update: Json) -> int:
    """The chat an update belongs to, which is its lane; 0 for what belongs to none."""
    carrier = update.get("callback_query") or update
    for kind in (*WITH_MESSAGE, "my_chat_member", "chat_member", "message_reaction"):
        found = carrier.get(kind)
        if isinstance(found, dict) and isinstance(found.get("chat"), dict):
            return int(found["chat"]["id"])
    return 0
