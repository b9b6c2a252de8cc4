"""From how many repetitions of a problem on staff are notified; pure."""

from __future__ import annotations

from escalation.policy.model import Recurrence


def level_of(rule: Recurrence, times: int) -> int:
    """Return the notification level: 1 from `remind_at` on, 2 from `lead_at`, one more per further `remind_at`; else 0.

    Source: policy P: a recurring problem reminds the responsible agent; an outbreak is announced in levels, not per
    ticket.
    """
    if times < rule.lead_at:
        return 1 if times >= rule.remind_at else 0
    return 2 + (times - rule.lead_at) // rule.remind_at


def recipients(rule: Recurrence, times: int) -> tuple[str, ...]:
    """Return who is notified at the `times`-th time: nobody, the agent (`holder`), or the lead as well."""
    level = level_of(rule, times)
    return ("holder", "lead") if level >= 2 else ("holder",) if level == 1 else ()
