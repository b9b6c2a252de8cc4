"""How long a test waits for what ought to happen: longer where others keep the machine busy, without end never."""

from __future__ import annotations

import os

MARGIN = 3.0  # by which even an idle machine may be slower than the one a wait was chosen on
MOST = 20.0


def patience(seconds: float) -> float:
    """Seconds to wait for what takes at most `seconds` on an idle machine.

    Grows with the processes that want a processor now, and never beyond twenty times; a wait that comes true is no
    longer for it.
    """
    return seconds * min(MOST, MARGIN * max(1.0, _load()))


def _load() -> float:
    """How many processes want each processor, by the last minute or the last five, whichever is more."""
    if not hasattr(os, "getloadavg"):  # Windows
        return 2.0
    return max(os.getloadavg()[:2]) / (os.cpu_count() or 1)
