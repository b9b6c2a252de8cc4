"""Who sends without end is heard as far as a person could mean it; the rest costs nobody anything."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

BURST = 30  # messages at once, an album and a few forwarded ones among them …
REFILL = 0.5  # … and then one every two seconds
KEPT = 10_000  # senders remembered; whoever was silent longest is forgotten first

Verdict = Literal["take", "tell", "drop"]


class Flood:
    """One process's count of what each address sends: a bucket of BURST that fills by REFILL a second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock`: seconds of a clock that nobody sets."""
        self.clock = clock
        self._senders: OrderedDict[str, tuple[float, float, bool]] = OrderedDict()  # left, when, was told

    def judge(self, address: str) -> Verdict:
        """Take a message in; or leave it out and tell the sender, which is due once; or leave it out in silence."""
        now = self.clock()
        left, then, told = self._senders.pop(address, (float(BURST), now, False))
        left = min(left + (now - then) * REFILL, float(BURST))
        taken = left >= 1
        # Told anew only after a rest: a message every two seconds would otherwise bring a sentence every four.
        told = told and left < BURST / 2
        self._senders[address] = (left - 1 if taken else left, now, told or not taken)
        if len(self._senders) > KEPT:
            self._senders.popitem(last=False)
        if taken:
            return "take"
        return "drop" if told else "tell"
