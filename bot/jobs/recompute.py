"""Recompute the deadlines of open tickets after a change of policy or calendar."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database, be_alone
from bot.tickets import moved_promises
from escalation.policy import policy_editions
from escalation.policy.model import Policy
from escalation.tickets import queries

log = logging.getLogger(__name__)

BATCH = 20  # tickets in one transaction: few enough to let messages and deadlines in between
PATIENCE = 1.0  # seconds within which other rules are noticed
BREATH = 0.3  # seconds: in a busy minute this looks thrice a second, not at every commit
LOOK = 60.0  # seconds after which a replica looks again for clocks that another, with older rules, has started


def bring_into_force(db: Connection, policy: Policy, text: str, now: datetime) -> bool:
    """Make this policy the one in force for all replicas; False if it already was."""
    be_alone(db)
    return policy_editions.activate(db, policy.version, text, now)


def recompute_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Recompute the deadlines of up to BATCH tickets by the rules in force; returns how many.

    Does nothing in a replica that still runs an older policy file: two must not undo each other's work for ever.
    """
    if policy_editions.in_force(db) not in (rules.policy.version, None):
        return 0
    tickets = queries.stale_tickets(db, rules.policy.rules_version, BATCH)
    for ticket_id in tickets:
        moved_promises.recompute(db, rules, ticket_id, now)
    return len(tickets)


class RecomputeJob:
    """Recomputes outdated deadlines whenever the rules change, and periodically."""

    def __init__(
        self, database: Database, rules: Callable[[], Rules], change_feed: ChangeFeed, clock: Callable[[], datetime]
    ) -> None:
        self.database, self.rules, self.change_feed, self.clock = database, rules, change_feed, clock

    async def run(self) -> None:
        """Run until cancelled; a failure is logged and tried again."""
        while True:
            seen, held = self.change_feed.version, self.rules().policy.rules_version
            try:
                while await self.database.unit(recompute_some, self.rules(), self.clock()):
                    pass
            except Exception:
                log.exception("clocks could not be computed anew; they stay as they are for now")
            await self._wait(held, seen)

    async def _wait(self, held: str, seen: int) -> None:
        """Wait until the rules change, or for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK):
                while self.rules().policy.rules_version == held:
                    # Not only woken: the rules change a moment after the commit that changes them.
                    seen = await self.change_feed.wait(seen, PATIENCE)
                    await asyncio.sleep(BREATH)
