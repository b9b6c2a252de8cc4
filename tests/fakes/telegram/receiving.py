"""Updates: kept until they are confirmed, handed out to polls, the latest of which ends the one before."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.files import Files
from tests.fakes.telegram.reading import integer, objects
from tests.fakes.telegram.refusals import Json, Refusal, bad

ALL_KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "inline_query",
        "chosen_inline_result",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "message_reaction",
        "message_reaction_count",
        "chat_boost",
        "removed_chat_boost",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "purchased_paid_media",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    ]
)
ONLY_IF_ASKED = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
WITH_MESSAGE = ("message", "edited_message", "channel_post", "edited_channel_post", "guest_message")
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Receiving(Files):
    """The queue of updates."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.confirmed = 0  # every update below this one is confirmed and forgotten
        self.polling = 0  # long polls waiting just now
        self.forgetful = 0  # so many confirmations get lost, and what they confirmed is handed out again
        self.webhook: Json = {}  # what setWebhook was given; empty while updates are polled for
        self._updates: deque[Json] = deque()
        self._wanted: frozenset[str] | None = None
        self._next_number = 5001
        self._poll = 0
        self._pollers: set[asyncio.Future[None]] = set()
        self._closing = False

    async def push(self, *updates: Json) -> int:
        """Users do these things; returns the number of the last update."""
        return self.queue(*updates)

    def queue(self, *updates: Json) -> int:
        """As `push`, for those who cannot wait."""
        number = 0
        for update in updates:
            self._learn(update)
            if self._wanted is None or self._wanted & update.keys():
                number = self._next_number
                self._next_number += 1
                self._updates.append({"update_id": number, **update})
        self._wake_pollers()
        self._notify()
        return number

    async def until_confirmed(self, number: int) -> None:
        """Wait until the bot has confirmed this update."""
        await self.until(lambda: self.confirmed > number, f"update {number} to be confirmed ({self.confirmed})")

    @property
    def last_number(self) -> int:
        """The number of the last update that was queued."""
        return self._next_number - 1

    @property
    def pending(self) -> int:
        """Updates not confirmed yet."""
        return len(self._updates)

    def _learn(self, update: Json) -> None:
        """Whatever an update speaks of exists: its chat, its message, its tap, its files."""
        query = update.get("callback_query")
        if query is not None:
            self._open_taps.add(query["id"])
            if chat := query.get("message", {}).get("chat"):
                self._known(chat["id"], chat)
            return
        for kind in WITH_MESSAGE:
            raw = update.get(kind)
            if isinstance(raw, dict) and isinstance(raw.get("chat"), dict) and "message_id" in raw:
                chat = self._known(raw["chat"]["id"], raw["chat"])
                # What one person alone sees has no number, and stands in nobody's list.
                if raw["message_id"] not in chat.messages and "ephemeral_message_id" not in raw:
                    self._keep(chat, raw, mine=False)
                    self._learn_files(raw)
                return

    def _wake_pollers(self) -> None:
        for poller in self._pollers:
            if not poller.done():
                poller.set_result(None)

    def _want(self, given: Json) -> None:
        """Which kinds are wanted from now on; what was queued before anybody said so is judged by it too."""
        if "allowed_updates" not in given:
            if self._wanted is not None:
                return
            kinds = set[str]()
        else:
            kinds = set(objects(given, "allowed_updates"))
            if kinds - ALL_KINDS:
                raise bad(f"unknown update types {sorted(kinds - ALL_KINDS)}")
        first = self._wanted is None
        self._wanted = frozenset(kinds) or ALL_KINDS - ONLY_IF_ASKED
        if first:
            # Raw oddities are kept: what has no known kind must reach the bot, which is what such a test is about.
            known = ALL_KINDS - self._wanted
            self._updates = deque(u for u in self._updates if not known & u.keys())

    def _forget_below(self, offset: int) -> None:
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        self.confirmed = max(self.confirmed, offset)

    async def _do_getUpdates(self, given: Json) -> list[Json]:  # noqa: N802  # named as the method
        """Confirm what lies before `offset`, then wait for something to hand out; a second poll ends the first."""
        if self.webhook:
            raise Refusal(409, HOOKED)
        offset, limit = integer(given, "offset", 0), integer(given, "limit", 100)
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        self._want(given)
        if offset and self.forgetful > 0:
            self.forgetful, offset = self.forgetful - 1, 0
        if offset < 0:
            offset = self._next_number + offset
        self._forget_below(offset)
        self._poll += 1
        mine = self._poll
        self._wake_pollers()
        self._notify()
        if not self._updates:
            await self._wait(float(given.get("timeout", 0)), lambda: mine != self._poll or self._closing)
        if mine != self._poll:
            raise Refusal(409, CONFLICT)
        return [update for update, _ in zip(self._updates, range(limit), strict=False)]

    async def _wait(self, seconds: float, is_over: Callable[[], bool]) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        self.polling += 1
        self._notify()  # a test may wait for the bot to be polling
        try:
            while not self._updates and not is_over() and (left := ends - loop.time()) > 0:
                woken = loop.create_future()
                self._pollers.add(woken)
                try:
                    await asyncio.wait((woken,), timeout=left)
                finally:
                    self._pollers.discard(woken)
        finally:
            self.polling -= 1
