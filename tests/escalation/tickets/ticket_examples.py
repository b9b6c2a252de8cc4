"""One ticket in each of its states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task import TicketTask

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LI, WANG = 1, 2

WAITING = Ticket(
    id=7,
    conversation_id=1,
    contact_id=None,
    tier="三级",
    tier_reason="",
    policy_version="1",
    queue="通用客服",
    topic=None,
    urgency="normal",
    complaint=False,
    state="waiting",
    holder_id=None,
    subject="",
    reason="asked_for_person",
    suggested=None,
    candidates=[],
    rejected=[],
    raised_at=NOW,
    received_at=NOW,
    claimed_at=None,
    first_contact_at=None,
    resolved_at=None,
    closed_at=None,
    urged=2,
    reopened=0,
    rating=None,
    rating_reason=None,
)
CLAIMED = replace(WAITING, state="claimed", holder_id=LI, claimed_at=NOW)
RESOLVED = replace(CLAIMED, state="resolved", first_contact_at=NOW, resolved_at=NOW)
CLOSED = replace(RESOLVED, state="closed", closed_at=NOW)
WITHDRAWN = replace(CLAIMED, state="closed", closed_at=NOW, withdrawn_at=NOW)
HELP = TicketTask(
    id=3,
    ticket_id=7,
    kind="help",
    asked_of="技术",
    people=f",{WANG},",
    asked_by=LI,
    asked_at=NOW,
    text="打不开",
    matter="",
    amount=None,
    due_at=NOW,
    schedule=[],
    step=0,
    next_at=None,
    carries=True,
    state="open",
)
