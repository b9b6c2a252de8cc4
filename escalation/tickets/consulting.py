"""A report upward, experts, a meeting of departments, an executive: facts with whom, when and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import facts
from escalation.tickets.events import FactRecorded
from escalation.tickets.lifecycle import Refused

CONSULTED = ("reported_upward", "experts_consulted", "meeting_held", "executive_joined")
LONGEST = 1_000  # characters


def consult(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    fact: str,
    whom: str,
    held_at: datetime,
    outcome: str,
    now: datetime,
) -> FactRecorded:
    """Record it with these words; the fact counts from now on.

    Raises Refused (`unknown_fact`, `with_whom`, `too_long`, `held_in_future`, or as `facts.record`).
    """
    if fact not in CONSULTED:
        raise Refused("unknown_fact")
    if not whom.strip() or not outcome.strip():
        raise Refused("with_whom")
    if max(len(whom), len(outcome)) > LONGEST:
        raise Refused("too_long")
    if held_at > now:
        raise Refused("held_in_future")
    told = {"whom": whom.strip(), "held_at": held_at.isoformat(), "outcome": outcome.strip()}
    return facts.record(db, policy, ticket_id, who, fact, now, **told)
