"""When a matter of several tickets waited for its customer: only while each of those that were there did; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.sla.counted_time import Pause


@dataclass(frozen=True, slots=True)
class Waited:
    """When a ticket was opened, and when it waited for its customer since."""

    opened: datetime
    pauses: tuple[Pause, ...]


def joined_pauses(one: Waited, gone: Waited, merged_at: datetime) -> Waited:
    """Return when the matter of both waited, of which `one` goes on since the merge.

    While one of them waits and the other does not, the customer waits for us. So no clock ends later than by either
    ticket alone, however often it is computed again.
    """
    older, younger = sorted((one, gone), key=lambda each: each.opened)
    begun = younger.opened
    alone = [_within(pause, older.opened, begun) for pause in older.pauses]
    both = [_within(_within(a, begun, merged_at), *b) for a in one.pauses for b in gone.pauses]
    since = [(max(began, merged_at), ended) for began, ended in one.pauses]
    return Waited(older.opened, _tidy([*alone, *both, *since]))


def _within(pause: Pause, begin: datetime, end: datetime) -> Pause:
    return max(pause[0], begin), min(pause[1], end)


def _tidy(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """Those that last, in order; one that goes on where another ends is one with it."""
    found: list[Pause] = []
    for began, ended in sorted(pause for pause in pauses if pause[0] < pause[1]):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((began, ended))
    return tuple(found)
