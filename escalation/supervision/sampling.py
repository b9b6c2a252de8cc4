"""Which tickets a draw takes: a share of each agent's by tier, in an order that a seed fixes; pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WHOLE = 10_000  # a share of everything, in hundredths of a percent


@dataclass(frozen=True, slots=True)
class EndedTicket:
    """A ticket that may be drawn: who held it when it ended, and its tier."""

    ticket_id: int
    agent_id: int
    tier: str


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How much is drawn: a share in hundredths of a percent, so many of each agent at least, and so many at most."""

    share: int
    least: int
    most: int | None = None


def choose(candidates: Sequence[EndedTicket], size: SampleSize, seed: str) -> list[EndedTicket]:
    """Return the drawn tickets by number: the same for the same candidates, size and seed."""
    taken: list[EndedTicket] = []
    for agent_id in sorted({each.agent_id for each in candidates}):
        theirs = [each for each in candidates if each.agent_id == agent_id]
        quotas = quotas_of(Counter(each.tier for each in theirs), size)
        for tier, quota in quotas.items():
            taken += shuffled((each for each in theirs if each.tier == tier), seed)[:quota]
    if size.most is not None:
        taken = shuffled(taken, seed)[: size.most]
    return sorted(taken, key=lambda each: each.ticket_id)


def quotas_of(counts: Mapping[str, int], size: SampleSize) -> dict[str, int]:
    """Return how many tickets of each tier are drawn of an agent who has so many, by largest remainders."""
    total = sum(counts.values())
    wanted = min(total, max(-(-total * size.share // WHOLE), size.least))
    quotas = {tier: wanted * count // total for tier, count in counts.items()}
    by_remainder = sorted(counts, key=lambda tier: (-(wanted * counts[tier] % total), tier))
    for tier in by_remainder[: wanted - sum(quotas.values())]:
        quotas[tier] += 1
    return quotas


def shuffled(candidates: Iterable[EndedTicket], seed: str) -> list[EndedTicket]:
    """Return candidates in the order of the seed, whatever order they come in."""
    return sorted(candidates, key=lambda each: hashlib.sha256(f"{seed}:{each.ticket_id}".encode()).digest())
