"""Who sends without end is heard as far as a person could mean it; the rest costs nobody anything."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

BURST = 30  # messages at once, an album and a few forwarded ones among them …
REFILL = 0.5  # … and then one every two seconds
KEPT = 10_000  # senders remembered; whoever was silent longest is forgotten first

Verdict = Literal["take", "tell", "drop"]


@dataclass(frozen=True, slots=True)
class _Sender:
    left: float  # in the bucket
    heard_at: float
    said_at: float | None
    told: bool

    def rest(self, now: float, said_at: float | None) -> float:
        """Seconds since the last message: since it came, or since it was said, whichever is longer."""
        apart = said_at - self.said_at if said_at is not None and self.said_at is not None else 0.0
        return max(now - self.heard_at, apart, 0.0)


class Flood:
    """One process's count of what each address sends: a bucket of BURST that fills by REFILL a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock`: seconds of a clock that nobody sets."""
        self.clock = clock
        self._senders: OrderedDict[str, _Sender] = OrderedDict()

    def judge(self, address: str, said_at: float | None = None) -> Verdict:
        """Take a message in; or leave it out and tell the sender, which is due once; or leave it out in silence.

        `said_at`: seconds, by the channel's own clock. What waited there while we were away comes all at once, and
        was not said at once.
        """
        now = self.clock()
        was = self._senders.pop(address, None) or _Sender(float(BURST), now, said_at, told=False)
        left = min(was.left + was.rest(now, said_at) * REFILL, float(BURST))
        taken = left >= 1
        # Told anew only after a rest: a message every two seconds would otherwise bring a sentence every four.
        told = was.told and left < BURST / 2
        latest = max((at for at in (was.said_at, said_at) if at is not None), default=None)
        self._senders[address] = _Sender(left - 1 if taken else left, now, latest, told=told or not taken)
        if len(self._senders) > KEPT:
            self._senders.popitem(last=False)
        if taken:
            return "take"
        return "drop" if told else "tell"

    def give_back(self, address: str) -> None:
        """What was to be taken in could not be, and comes again: it must not count twice."""
        if (was := self._senders.get(address)) is not None:
            self._senders[address] = replace(was, left=min(was.left + 1, float(BURST)))
