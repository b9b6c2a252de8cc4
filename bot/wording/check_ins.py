"""Sentences to staff about follow-ups on a schedule."""

from __future__ import annotations

from datetime import datetime

from bot.wording.moments import by
from escalation.policy.model import Policy
from escalation.tickets.check_in_events import CheckInDue

_TOLD = (
    "【定期回访】#{number} {customer}（{tier}）：距上次人工联系已满 {days} 天。"
    "请在 {by} 前回访，并在工单里写明回访结果。"
)


def check_in_notice(policy: Policy, event: CheckInDue, customer: str, now: datetime) -> str:
    """Return the notice to the queue whose customer is to be called."""
    ticket = event.ticket
    due = by(policy, event.due_at, now)
    return _TOLD.format(number=ticket.id, customer=customer, tier=ticket.tier, days=event.days, by=due)
