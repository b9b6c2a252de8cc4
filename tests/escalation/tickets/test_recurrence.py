"""From which time on somebody hears that the same thing came again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.policy.model import Recurrence
from escalation.tickets.recurrence import level_of, recipients

RULE = Recurrence(timedelta(days=1), remind_at=10, lead_at=25)


@pytest.mark.parametrize(
    ("times", "level", "to"),
    [
        (9, 0, ()),
        (10, 1, ("holder",)),
        (24, 1, ("holder",)),
        (25, 2, ("holder", "lead")),
        (34, 2, ("holder", "lead")),
        (35, 3, ("holder", "lead")),
        (45, 4, ("holder", "lead")),
    ],
)
def test_the_agent_first_then_the_lead_then_every_so_often(times: int, level: int, to: tuple[str, ...]) -> None:
    assert (level_of(RULE, times), recipients(RULE, times)) == (level, to)


def test_reminder_and_lead_may_begin_together() -> None:
    rule = Recurrence(timedelta(days=1), remind_at=2, lead_at=2)
    assert [recipients(rule, times) for times in (1, 2)] == [(), ("holder", "lead")]
