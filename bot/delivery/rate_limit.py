"""Token-bucket rate limits for sending and receiving, in the memory of one process."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

WINDOW = 1.05  # seconds; a little more than one: what leaves here evenly may arrive there bunched
CHAT_BURST = 3  # messages that a chat bears at once after a silence; then one a second
CHATS = 5_000  # remembered

SENDER_BURST = 30  # messages at once, an album and a few forwarded ones among them …
SENDER_REFILL = 0.5  # … and then one every two seconds
SENDERS = 10_000  # remembered

Clock = Callable[[], float]  # seconds of a clock that is never set
Verdict = Literal["allow", "notify", "drop"]


@dataclass(slots=True)
class Bucket:
    """State of one key's token bucket; `tokens` is negative while turns are reserved ahead of time."""

    tokens: float
    filled_at: float
    source_at: float | None = None  # the latest instant by the source's own clock
    notified: bool = False  # that it sends too much


class TokenBuckets:
    """A token bucket for each key: full at first, holding at most `burst` tokens, gaining `refill` tokens a second."""

    def __init__(self, burst: int, refill: float, most: int, clock: Clock) -> None:
        """`most`: keys remembered; beyond it the least recently used one without reserved turns is forgotten."""
        self.burst, self.refill, self.most, self.clock = float(burst), refill, most, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Number of keys remembered."""
        return len(self._buckets)

    def fill(self, key: str, source_at: float | None = None) -> Bucket:
        """Return the key's bucket, refilled for the time since the last call.

        `source_at`: seconds by the source's clock. The time elapsed is that of our clock or of the source's, whichever
        is longer.
        """
        now = self.clock()
        bucket = self._buckets.setdefault(key, Bucket(self.burst, now))
        self._buckets.move_to_end(key)
        since = now - bucket.filled_at
        if source_at is not None:
            since = max(since, source_at - bucket.source_at if bucket.source_at is not None else 0.0)
            bucket.source_at = max(source_at, bucket.source_at or source_at)
        self._add(bucket, max(since, 0.0) * self.refill)
        bucket.filled_at = now
        if len(self._buckets) > self.most:
            self._forget_one()
        return bucket

    def give_back(self, key: str) -> None:
        """Return one token to the key's bucket, if the key is remembered."""
        if (bucket := self._buckets.get(key)) is not None:
            self._add(bucket, 1.0)

    def _add(self, bucket: Bucket, tokens: float) -> None:
        bucket.tokens = min(bucket.tokens + tokens, self.burst)

    def _forget_one(self) -> None:
        owes_nothing = (key for key, bucket in self._buckets.items() if bucket.tokens >= 0)
        if (key := next(owes_nothing, None)) is not None:
            del self._buckets[key]


def counted_at(address: str) -> str:
    """Return the address whose limit a message counts for: a private chat is one, in whichever of its topics."""
    return address if address.startswith("-") else address.partition("/")[0]


class Pace:
    """Outbound rate limit: `per_second` messages over all chats; in each chat a burst of CHAT_BURST, then one a second.

    The limits are the Bot API's. Processes that share a limit are each given their part of it.
    """

    def __init__(self, per_second: int, clock: Clock) -> None:
        self.per_second, self.clock = per_second, clock
        self._sent: deque[float] = deque()
        self._chats = TokenBuckets(CHAT_BURST, 1.0, CHATS, clock)
        self._silent_until = 0.0
        self._asked = ("", 0.0)  # which chat was asked for silence last, and until when

    def available(self) -> int:
        """Return how many messages may be sent now, over all chats."""
        now = self.clock()
        if now < self._silent_until:
            return 0
        while self._sent and self._sent[0] <= now - WINDOW:
            self._sent.popleft()
        return max(self.per_second - len(self._sent), 0)

    def seconds_until_available(self) -> float:
        """Return the seconds until one more message may be sent."""
        if self.available() > 0:
            return 0.0
        now = self.clock()
        return max(self._silent_until - now, self._sent[0] + WINDOW - now if self._sent else 0.0, 0.0)

    def count_sent(self, messages: int) -> None:
        """Count this many messages as sent now."""
        self._sent.extend([self.clock()] * messages)

    def reserve_turn(self, chat: str) -> float:
        """Reserve this chat's next turn and return the seconds until it."""
        bucket = self._chats.fill(chat)
        bucket.tokens -= 1
        return max(-bucket.tokens, 0.0)

    def back_off(self, chat: str, seconds: float) -> None:
        """Pause sending to this chat for `seconds`, after a 429; if two chats are limited at once, pause all."""
        now = self.clock()
        other, until = self._asked
        if other != chat and now < until:
            self._silent_until = max(self._silent_until, min(until, now + seconds))
        self._asked = (chat, now + seconds)
        bucket = self._chats.fill(chat)
        bucket.tokens = min(bucket.tokens, 1 - seconds)


class InboundLimiter:
    """Inbound rate limit for each sender: `burst` messages, then `refill` a second."""

    def __init__(self, clock: Clock, burst: int = SENDER_BURST, refill: float = SENDER_REFILL) -> None:
        self._senders = TokenBuckets(burst, refill, SENDERS, clock)

    def check(self, address: str, said_at: float | None = None, share: float = 1.0) -> Verdict:
        """Count a message: `allow` it, leave it out and `notify` the sender (the first time), or `drop` it silently.

        `said_at`: seconds by the channel's clock. Messages that queued there while the service was down arrive at once,
        but were not written at once. `share`: what a message counts for, less for a sender who may send more.
        """
        bucket = self._senders.fill(address, said_at)
        # Told anew only after a rest: a message every two seconds would otherwise bring a sentence every four.
        told = bucket.notified and bucket.tokens < self._senders.burst / 2
        taken = bucket.tokens >= share
        bucket.notified = told or not taken
        if not taken:
            return "drop" if told else "notify"
        bucket.tokens -= share
        return "allow"

    def give_back(self, address: str) -> None:
        """Return the token of a message that could not be stored and will be delivered again."""
        self._senders.give_back(address)
