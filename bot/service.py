"""The running service: what every channel needs to hand in messages and read the results."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.delivery.rate_limit import InboundLimiter
from bot.dialogue import edits, identity, intake
from bot.dialogue.intake import Receipt
from bot.dialogue.ranked_turn import RankedCandidates, rank_turn
from bot.knowledge.act_reading import is_learned, reader_for
from bot.knowledge.kept_talks import Replay, no_talks
from bot.knowledge.memory import give_back
from bot.knowledge.read_ahead import ReadAhead
from bot.messages import Edited, Incoming
from bot.rules import Rules
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from bot.upkeep.daily_backup import DailyBackup
from bot.upkeep.free_space import FreeSpace
from escalation.calendars import calendar_editions
from escalation.journal import emergency_mode
from escalation.policy.model import Policy
from knowledge_base.adjusting import adjustment_store
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.health import problems_of

log = logging.getLogger(__name__)


@dataclass
class Service:
    """The state of one process. `rules` is replaced as a whole: read it once to keep one consistent set."""

    settings: Settings
    database: Database
    rules: Rules
    change_feed: ChangeFeed
    clock: Callable[[], datetime]
    token_secret: str
    fetch_file: Callable[[str], Awaitable[bytes]] | None = None  # files a channel keeps for us, by their reference
    bot_name: str = ""  # the messenger's name of our bot, once it is known
    webhook: Callable[[str, bytes], Awaitable[int]] | None = None  # a secret and an update; the HTTP status to answer
    replay: Replay = no_talks  # plays the talks that are kept, before a revision is published
    inbound_limiter: InboundLimiter = field(
        default_factory=lambda: InboundLimiter(time.monotonic), init=False, repr=False
    )
    _reading: ReadAhead = field(default_factory=ReadAhead, init=False, repr=False)
    space: FreeSpace = field(init=False, repr=False)
    backup: DailyBackup | None = None  # of a running server
    filed: Policy | None = None  # as its file has it; `rules` holds it with the calendar years entered since

    def __post_init__(self) -> None:
        self.space = FreeSpace(self.settings)

    async def receive(self, message: Incoming) -> Receipt:
        """Process an incoming message; it is committed on return."""
        now, rules = self.clock(), self.rules
        ranked = None
        if message.text and rules.index.encoder is not None:
            await self._reading.of(rules, message.text)
        if rules.takes_thought and (message.kind == "text" or (message.kind == "file" and message.text)):
            ranked = await self.database.read(_ranked, intake.prepare, rules, message, now)
        return await self.database.unit(intake.receive, rules, message, ranked, now)

    async def revise(self, edited: Edited) -> Receipt:
        """Process a customer's edit of a message; it is committed on return."""
        now, rules = self.clock(), self.rules
        ranked = await self.database.read(_ranked, edits.prepare, rules, edited, now)
        return await self.database.unit(edits.revise, rules, edited, ranked, now)

    async def identify(self, channel: str, address: str, contact_id: str, proof: str) -> bool:
        """Link an address to a proven contact; False if the CRM does not know them."""
        return await self.database.unit(_identify, self.rules, channel, address, contact_id, proof, self.clock())

    async def follow_calendars(self) -> bool:
        """Load calendar years entered since, here or on another replica; True if there were any."""
        if await self.database.read(calendar_editions.edition) == self.rules.policy.calendars_version:
            return False
        years = await self.database.read(calendar_editions.in_force)
        self.rules = replace(self.rules, policy=calendar_editions.applied(self.filed or self.rules.policy, years))
        return True

    async def follow_threshold(self) -> bool:
        """Take up a threshold for answering that was moved, here or on another replica; True if it was."""
        shift = await self.database.read(adjustment_store.shift_in_force)
        if shift == self.rules.shift:
            return False
        self.rules = replace(self.rules, shift=shift)
        log.info("knowledge base: answered from confidence %.4f on", self.rules.thresholds.answer_at)
        return True

    async def follow_emergency(self) -> None:
        """Work as the emergency mode says, if it has been switched since."""
        reason = await self.database.read(emergency_mode.emergency_reason)
        if reason != self.rules.emergency:
            self.rules = replace(self.rules, emergency=reason)
            log.warning("the emergency mode is %s", "on" if reason else "off")

    async def refresh(self) -> bool:
        """Load the knowledge base if a new revision was published or its index is a quick one; True if so."""
        await self.follow_calendars()
        await self.follow_threshold()
        await self.follow_emergency()
        now, rules = await self.database.read(revision_store.current_revision), self.rules
        learned = rules.act_builder is None or is_learned(rules.acts)
        if now == rules.index.revision and rules.index_builder.is_finished(rules.index) and learned:
            return False
        revision, articles = await self.database.read(revision_store.load_published)
        index = await asyncio.to_thread(_prepare, rules, revision, articles)
        self.rules = replace(self.rules, index=index)  # learning acts may take minutes; questions need not wait
        acts = await asyncio.to_thread(reader_for, rules.act_builder, index, known=rules.acts)
        self.rules = replace(self.rules, acts=acts)
        del rules
        await asyncio.to_thread(give_back)
        log.info("knowledge base: revision %d, %d questions", revision, len(articles))
        for complaint in problems_of(index):
            log.warning("knowledge base: %s", complaint)
        return True

    async def warm_up(self) -> None:
        """Load what a first message needs; a failure only means that it will wait."""
        rules = self.rules
        try:
            for article in rules.index.articles[:1]:
                await asyncio.to_thread(rank_turn, rules, article.question, rules.policy.default_tier, self.clock())
        except Exception:
            log.exception("the first message will wait for what it needs")

    async def watch(self) -> None:
        """Refresh after every change; runs until cancelled."""
        while True:
            seen = self.change_feed.version
            try:
                await self.refresh()
            except Exception:  # the revision in use stays in use
                log.exception("the new revision of the knowledge base could not be loaded")
            await self.change_feed.wait(seen, 5)
            await asyncio.sleep(0.3)  # a busy minute asks thrice a second, not a thousand times

    def origins(self) -> Sequence[str]:
        """Origins (CORS) of host sites whose pages may use the chat API."""
        return self.settings.cors_origins


def _ranked(
    db: Connection,
    prepare: Callable[[Connection, Rules, Any, datetime], tuple[str, str]],
    rules: Rules,
    said: Incoming | Edited,
    now: datetime,
) -> RankedCandidates:
    # In the thread that reads, for a hop between threads costs as much as the read; no lock is held meanwhile.
    text, tier = prepare(db, rules, said, now)
    return rank_turn(rules, text, tier, now)


def _prepare(rules: Rules, revision: int, articles: tuple[Article, ...]) -> Index:
    index = rules.index_builder.index(articles, revision=revision, fillers=rules.policy.words.get("filler", ()))
    index.warm()
    return index


def _identify(
    db: Connection, rules: Rules, channel: str, address: str, contact_id: str, proof: str, now: datetime
) -> bool:
    return identity.identify(db, rules, channel, address, contact_id, proof, now).contact_id == contact_id
