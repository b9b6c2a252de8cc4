"""Whether the house works in its emergency mode: the last line of a chain of the journal says so, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.journal.journal_store import latest, record

SUBJECT = "emergency"
ON, OFF = "emergency mode on", "emergency mode off"


def emergency_reason(db: Connection) -> str:
    """Return why the emergency mode is on; empty while it is off."""
    line = latest(db, SUBJECT)
    return str(line.after.get("reason", "")) if line is not None and line.what == ON else ""


def switch(db: Connection, *, on: bool, reason: str, by: str, now: datetime) -> bool:
    """Switch the mode on or off, on record with its reason; False, and nothing written, where it is so already."""
    if bool(emergency_reason(db)) == on:
        return False
    record(db, SUBJECT, ON if on else OFF, by, now, after={"reason": reason})
    return True
