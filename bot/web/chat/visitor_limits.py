"""What one network address may ask of the chat: counted in memory where nothing is kept, else in the ledger."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from bot.auth import visitor_sessions
from bot.auth.budgets.ledger import spend, usable
from bot.auth.budgets.purses import Charge, User, charges, origin_of, width
from bot.delivery.customer_messages import WEB
from bot.delivery.rate_limit import InboundLimiter, TokenBuckets
from bot.service import Service
from bot.transcript import conversations
from bot.web.client_address import ProxyTrust, network_of
from bot.web.errors import Problem
from bot.wording import budgets as wording
from bot.wording import refusals

log = logging.getLogger(__name__)

MESSAGES_AT_ONCE, MESSAGES_A_SECOND = 100, 5.0  # of one address, all sessions together
REMEMBERED = 10_000  # addresses
SAID_AGAIN_AFTER = 600.0  # seconds
BEYOND = (
    "A network address is beyond its budget of %s. If many people share it, name it in JIEDAI_SHARED_ADDRESSES; "
    "if it is your proxy, in JIEDAI_TRUSTED_PROXIES."
)


class VisitorLimits:
    """The limits of one process; what must survive a restart or hold for all replicas is in the database."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._clock = clock = time.monotonic
        self._silent_until = 0.0
        self._messages = InboundLimiter(clock, MESSAGES_AT_ONCE, MESSAGES_A_SECOND)
        identifications = service.rules.policy.budgets.find("address", "identifications")
        self._strangers = (
            TokenBuckets(identifications.at_once, identifications.per_hour / 3600, REMEMBERED, clock)
            if identifications is not None
            else None
        )
        self._refused: OrderedDict[str, datetime] = OrderedDict()
        self._arriving: dict[str, float] = {}

    def origin(self, request: HTTPConnection) -> str:
        """Return what stands for the client's network address."""
        trust: ProxyTrust = request.app.state.proxy_trust
        network = network_of(trust.address(request.scope))
        return origin_of(self.service.rules.vault, network, shared=trust.width(network) > 1)

    async def demand_pace(self, origin: str, address: str) -> None:
        """Count a message; raises Problem (429) if its session, or its network, sends too many.

        A proven customer is not hindered by what others at the same network send.
        """
        if self.service.inbound_limiter.check(f"{WEB}:{address}") != "allow":
            raise Problem(429, refusals.TOO_FAST)
        if self._messages.check(origin, share=1 / width(origin)) != "allow":
            known = await self.service.database.read(conversations.find_conversation, WEB, address)
            if known is None or known.contact_id is None:
                self._say("messages")
                raise Problem(429, refusals.TOO_FAST)

    def note_bad_token(self, origin: str) -> None:
        """Count a proof of identity that was none; raises Problem (429) beyond the budget of its network."""
        if self._strangers is None:
            return
        bucket, share = self._strangers.fill(origin), 1 / width(origin)
        if bucket.tokens >= share:
            bucket.tokens -= share
            return
        wait = timedelta(seconds=(share - bucket.tokens) / self._strangers.refill)
        raise self._problem(wording.TOO_MANY_IDENTIFICATIONS, self.service.clock() + wait)

    async def open_session(self, origin: str, contact_id: str | None) -> tuple[str, str]:
        """Open a session and return its token and address; raises Problem (429) beyond its budgets."""
        now = self.service.clock()
        user = User(WEB, "", contact_id, origin)
        if contact_id is None:
            self._demand_not_refused(origin, now)
        due = charges(self.service.rules.policy.budgets, user, "sessions")
        found = await self.service.database.unit(_open_session, due, now)
        if isinstance(found, datetime):
            self._remember_refused(origin, found)
            self._say("new sessions")
            raise self._problem(wording.TOO_MANY_SESSIONS, found)
        return found

    @asynccontextmanager
    async def room_for_file(self, origin: str, address: str, megabytes: float) -> AsyncIterator[None]:
        """Hold room for a file while it is read; raises Problem (429) if it would not fit beside those that arrive."""
        known = await self.service.database.read(conversations.find_conversation, WEB, address)
        user = User(WEB, address, known.contact_id if known is not None else None, origin)
        due = charges(self.service.rules.policy.budgets, user, "megabytes", megabytes)
        whose = user.contact_id or origin
        now, arriving = self.service.clock(), self._arriving.get(whose, 0.0)
        at = await self.service.database.read(usable, due, now, arriving)
        if at > now:
            self._say("files")
            raise self.file_refused(at)
        self._arriving[whose] = self._arriving.get(whose, 0.0) + megabytes
        try:
            yield
        finally:
            self._arriving[whose] -= megabytes
            if self._arriving[whose] <= 0:
                del self._arriving[whose]

    def file_refused(self, at: datetime) -> Problem:
        """Return the refusal of a file that fits at that instant."""
        return self._problem(wording.TOO_MANY_FILES, at)

    def _demand_not_refused(self, origin: str, now: datetime) -> None:
        # Without the database: who goes on asking costs it nothing.
        at = self._refused.get(origin)
        if at is not None and at > now:
            raise self._problem(wording.TOO_MANY_SESSIONS, at)

    def _remember_refused(self, origin: str, at: datetime) -> None:
        self._refused[origin] = at
        self._refused.move_to_end(origin)
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)

    def _say(self, what: str) -> None:
        # Without the address, which is personal data; an office or a proxy that was not named shows by the visitors.
        at = self._clock()
        if at >= self._silent_until:
            self._silent_until = at + SAID_AGAIN_AFTER
            log.warning(BEYOND, what)

    def _problem(self, sentence: str, at: datetime) -> Problem:
        now = self.service.clock()
        wait = max(int((at - now).total_seconds()) + 1, 1)
        return Problem(429, wording.refused(self.service.rules.policy, sentence, at, now), retry_after=wait)


def _open_session(db: Connection, due: Sequence[Charge], now: datetime) -> tuple[str, str] | datetime:
    """Open a session, or return when it may be opened."""
    at = spend(db, due, now)
    return visitor_sessions.open_session(db, now) if at <= now else at
