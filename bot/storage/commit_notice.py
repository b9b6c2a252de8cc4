"""What PostgreSQL tells other processes of a commit: who made it, and what it has written to."""

from __future__ import annotations

from collections.abc import Collection

CHANNEL = "jiedai"  # of LISTEN and NOTIFY
LONGEST_PAYLOAD = 7_900  # bytes; PostgreSQL takes fewer than 8,000
EVERYTHING = "*"  # in a notification: more names than it has room for


def notification(origin: str, names: Collection[str]) -> str:
    """Return what is told of a commit of the process `origin` that wrote to these."""
    payload = " ".join([origin, *names])
    return payload if len(payload.encode()) <= LONGEST_PAYLOAD else f"{origin} {EVERYTHING}"
