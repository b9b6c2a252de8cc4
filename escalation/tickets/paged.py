"""Which recipients have been told that a ticket waits for somebody; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row

# Lines of the history of which the lead is told, whatever they hold.
_TELL_LEAD = ("nobody_on_duty", "nobody_ahead", "assignment_expired", "reassigned")


def recipients_since(lines: Iterable[Row[Any]], since: datetime) -> tuple[str, ...]:
    """Return the recipients, beyond the holder, told by the lines of a history from `since` on, in this order."""
    found: dict[str, None] = {}
    for line in lines:
        if line.at >= since:
            found |= dict.fromkeys(_recipients(line.kind, line.data))
    found.pop("holder", None)
    return tuple(found)


def _recipients(kind: str, data: dict[str, Any]) -> tuple[str, ...]:
    if kind in _TELL_LEAD or (kind == "urged" and data.get("times", 1) > 1):
        return ("lead",)
    to = data.get("to")  # of an escalation step; a transfer or an assignment names one person there
    return tuple(to) if isinstance(to, list) else ()
