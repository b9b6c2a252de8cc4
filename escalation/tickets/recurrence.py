"""When the same thing comes again often enough that somebody must know; pure."""

from __future__ import annotations

from escalation.policy.model import Recurrence


def level_of(rule: Recurrence, times: int) -> int:
    """How often it was worth telling: 1 from `remind_at` on, 2 from `lead_at`, one more for every further `remind_at`.

    Source: P, a recurring problem reminds the responsible agent; an outbreak is told in steps, not at every ticket.
    """
    if times < rule.lead_at:
        return 1 if times >= rule.remind_at else 0
    return 2 + (times - rule.lead_at) // rule.remind_at


def recipients(rule: Recurrence, times: int) -> tuple[str, ...]:
    """Who hears of it at the `times`-th time: nobody, the responsible agent (`holder`), or the lead besides."""
    level = level_of(rule, times)
    return ("holder", "lead") if level >= 2 else ("holder",) if level == 1 else ()
