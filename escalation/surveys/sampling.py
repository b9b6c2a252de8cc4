"""When a quarterly survey may be sent, how many customers it asks, and which: pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalation.policy.model import Policy
from escalation.policy.surveys import ChannelSample, Quarterly

FROM, TO = time(8), time(21)  # never outside these hours, whatever the policy's calendar says
ANSWER_TIME = timedelta(days=3)  # an answer counts until the quarter ends: nothing is sent later than this before it


def quarter_of(at: datetime, zone: ZoneInfo) -> str:
    """Return the calendar quarter of an instant in the company's time zone: 2026-Q4."""
    local = at.astimezone(zone)
    return f"{local.year}-Q{(local.month + 2) // 3}"


def quarter_begins(quarter: str, zone: ZoneInfo) -> datetime:
    """Return the instant at which a quarter begins."""
    year, number = quarter.split("-Q")
    return datetime(int(year), 3 * int(number) - 2, 1, tzinfo=zone).astimezone(UTC)


def quarter_ends(quarter: str, zone: ZoneInfo) -> datetime:
    """Return the instant at which a quarter ends, and the next one begins."""
    year, number = map(int, quarter.split("-Q"))
    return datetime(year + number // 4, 3 * (number % 4) + 1, 1, tzinfo=zone).astimezone(UTC)


def may_send(policy: Policy, quarterly: Quarterly, now: datetime) -> bool:
    """Whether a survey may be sent at this instant: late in the quarter, and within the hours."""
    left = quarter_ends(quarter_of(now, policy.zone), policy.zone) - now
    if not ANSWER_TIME <= left <= quarterly.last:
        return False
    return FROM <= now.astimezone(policy.zone).time() < TO and policy.calendars[quarterly.hours].is_open(now)


def sample_size(customers: int, sample: ChannelSample) -> int:
    """Return how many of a channel's customers are asked in a quarter."""
    wanted = max(math.ceil(customers * sample.share), sample.least)
    return min(customers, wanted, sample.most)


def drawn(contacts: Collection[str], seed: str) -> list[str]:
    """Return contacts in an order that is random, but the same for everybody who draws by this seed.

    Nobody who comes later changes the order of the others, so that several draws of a quarter are one sample.
    """
    return sorted(contacts, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())
