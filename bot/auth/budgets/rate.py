"""When something may be used, by one instant kept for each budget; pure.

Each use moves that instant on by the time in which the budget gains as much again; `at_once` uses fit between now and
the furthest it may lie. (Known as the generic cell rate algorithm.)
"""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.policy.budgets import Budget

AHEAD = timedelta(hours=1)  # the furthest turn that is kept for somebody who must wait
_HOUR = timedelta(hours=1)


def full_after(full_at: datetime, budget: Budget, amount: float, now: datetime) -> datetime:
    """Return when the budget is whole again once `amount` has been used; `full_at` is when it would be without."""
    # A clock that was set back must not keep anybody waiting for longer than the budget itself would.
    since = min(max(full_at, now), now + _span(budget, budget.at_once) + AHEAD)
    return since + _span(budget, amount)


def usable_at(full_at: datetime, budget: Budget, amount: float, now: datetime) -> datetime:
    """Return when `amount` may be used: `now`, or later; more than `at_once` needs a whole budget."""
    after = full_after(full_at, budget, min(amount, budget.at_once), now)
    return max(after - _span(budget, budget.at_once), now)


def _span(budget: Budget, amount: float) -> timedelta:
    return _HOUR / budget.per_hour * amount
