"""How fast a messenger may be talked to: so many messages a second in all, one a second in each chat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

SECOND = 1.05  # a little more than one: what leaves here evenly may arrive there bunched
BURST = 3  # messages that a chat bears at once after a silence
KEPT = 5_000  # chats remembered before those at rest are forgotten


class Pace:
    """One process's count of what it has sent; several processes share a limit by being given their part of it.

    The figures are the Bot API's own: about 30 messages a second over all chats, one a second in each, short bursts
    being borne.
    """

    def __init__(self, per_second: int, clock: Callable[[], float]) -> None:
        self.per_second, self.clock = per_second, clock
        self._sent: deque[float] = deque()
        self._full_at: dict[str, float] = {}  # when each chat would again bear a whole burst
        self._silent_until = 0.0
        self._asked = ("", 0.0)  # which chat was asked for silence last, and until when

    def room(self) -> int:
        """How many messages may leave now, over all chats."""
        now = self.clock()
        if now < self._silent_until:
            return 0
        while self._sent and self._sent[0] <= now - SECOND:
            self._sent.popleft()
        return max(self.per_second - len(self._sent), 0)

    def until_room(self) -> float:
        """Seconds until one more may leave."""
        if self.room() > 0:
            return 0.0
        now = self.clock()
        return max(self._silent_until - now, self._sent[0] + SECOND - now if self._sent else 0.0, 0.0)

    def take(self, chats: int) -> None:
        """So many messages are on their way."""
        self._sent.extend([self.clock()] * chats)

    def wait_for(self, chat: str) -> float:
        """Take a place in this chat's line; seconds until its turn."""
        now = self.clock()
        full = max(self._full_at.get(chat, now), now) + 1.0
        self._full_at[chat] = full
        if len(self._full_at) > KEPT:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        return max(full - now - BURST, 0.0)

    def rest(self, chat: str, seconds: float) -> None:
        """The messenger asks for so many seconds of silence in this chat; asked so in two chats, it means all."""
        now = self.clock()
        other, until = self._asked
        if other != chat and now < until:
            self._silent_until = max(self._silent_until, min(until, now + seconds))
        self._asked = (chat, now + seconds)
        self._full_at[chat] = max(self._full_at.get(chat, 0.0), now + seconds + BURST - 1)
