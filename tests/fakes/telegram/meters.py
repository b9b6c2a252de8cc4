"""Telegram's limits on sending: 30 a second in all, 1 a second to a person, 20 a minute to a group."""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Literal

Mode = Literal["off", "count", "refuse"]


class Meter:
    """Counts what is sent by a clock of its owner's; says how long to wait when it is too much."""

    def __init__(self, clock: Callable[[], float], mode: Mode = "off") -> None:
        self.clock, self.mode = clock, mode
        self.per_second, self.per_minute, self.burst = 30, 20, 3
        self.exceeded = 0  # calls over a limit, refused or only counted
        self.exceeded_by: Counter[str] = Counter()  # the same by limit: overall, private, group
        self.most_per_second = 0  # the fullest second there was
        self.most_per_minute: Counter[int] = Counter()  # the fullest minute of every group
        self._all: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._private: dict[int, tuple[float, float]] = {}  # tokens left, and when they were counted

    def take(self, chat: int, messages: int = 1) -> int:
        """Count what is being sent: 0, or in how many seconds to come again (then nothing is sent)."""
        if self.mode == "off":
            return 0
        now = self.clock()
        limit, wait = self._wait(chat, messages, now)
        if wait > 0:
            self.exceeded += 1
            self.exceeded_by[limit] += 1
            if self.mode == "refuse":
                return max(1, math.ceil(wait))
        self._count(chat, messages, now)
        return 0

    def _wait(self, chat: int, messages: int, now: float) -> tuple[str, float]:
        if (wait := _full(self._all, self.per_second, 1.0, messages, now)) > 0:
            return "overall", wait
        if chat < 0:
            return "group", _full(self._groups[chat], self.per_minute, 60.0, messages, now)
        # An album is one push to a person's phone: it costs one.
        return "private", 1.0 - self._tokens(chat, now)

    def _tokens(self, chat: int, now: float) -> float:
        left, since = self._private.get(chat, (float(self.burst), now))
        return min(float(self.burst), left + now - since)

    def _count(self, chat: int, messages: int, now: float) -> None:
        self._all.extend([now] * messages)
        self.most_per_second = max(self.most_per_second, len(self._all))
        if chat < 0:
            sent = self._groups[chat]
            sent.extend([now] * messages)
            self.most_per_minute[chat] = max(self.most_per_minute[chat], len(sent))
        else:
            self._private[chat] = (max(0.0, self._tokens(chat, now) - 1.0), now)


def _full(sent: deque[float], most: int, seconds: float, messages: int, now: float) -> float:
    """Seconds until so many more fit into the sliding window; at most 0 when they fit now."""
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    over = len(sent) + min(messages, most) - most
    return sent[over - 1] + seconds - now if over > 0 else 0.0
