"""Wiring: settings become a running service. The only module that reads the real clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from bot.background import Background
from bot.config.secret_files import (
    JOURNAL_KEY_FILE,
    KEY_FILE,
    customer_token_secret,
    ensure_folder,
    has_keys,
    journal_key,
    kept_journal_key,
    open_vault,
)
from bot.config.settings import Settings, database_file
from bot.config.settings_journal import record_settings
from bot.jobs import daily_head
from bot.jobs.alarm_clock import AlarmClock
from bot.jobs.known_customers import NameOpener
from bot.jobs.recompute import RecomputeJob, bring_into_force
from bot.knowledge.act_reading import act_builder_of, reader_for
from bot.knowledge.encoders import index_builder_of
from bot.messages import BotRefusal
from bot.migrations import HEAD, schema
from bot.notifications.staff_chat import DESK
from bot.notifications.unstated_policy import tell_of_outside_chat
from bot.privacy.worker import erase_always
from bot.rules import Rules
from bot.service import Service
from bot.storage import seal_begin
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from bot.storage.database_clock import ServerClock
from bot.topic_sync import topics
from bot.upkeep import in_use, vault_fit
from bot.upkeep.copying import demand_known
from bot.upkeep.daily_backup import DailyBackup
from bot.upkeep.migrating import migrate
from bot.upkeep.readiness import Readiness
from bot.upkeep.restoring import finish_interrupted
from escalation.calendars import calendar_editions
from escalation.customers.items import dealt_in
from escalation.journal.journal_store import key_fits
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from knowledge_base.adjusting import adjustment_store
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.revisions import revision_store

if TYPE_CHECKING:
    from bot.telegram.adapter import Telegram

log = logging.getLogger(__name__)

_NAMES = 5_000  # of devices and products that are told from slips of writing


def utc_now() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)


class NotReady(BotRefusal):
    """The service cannot be opened; the text is a whole sentence saying what to do."""


def database_clock(database: Database) -> Callable[[], datetime]:
    """Return the database server's clock, so that all replicas agree; for SQLite, this machine's."""
    return utc_now if database.is_sqlite else ServerClock(database)


Knowledge = Literal["none", "at once", "best"]


def open_service(settings: Settings, knowledge: Knowledge = "best") -> Service:
    """Read the policy, secrets, database and knowledge base, and check them; raises NotReady or the faults of a file.

    `knowledge`: how the index is built: "best", "at once" (a quick one, which `Service.refresh` improves) or "none".
    """
    policy = read_policy(settings.policy)
    ensure_folder(settings)
    if (file := database_file(settings)) is not None:
        finish_interrupted(file)
    unused = in_use.use(file) if file is not None else None
    had_key = kept_journal_key(settings) is not None
    database = Database(settings.database_url, journal_key=journal_key(settings))
    database.on_close = unused or database.on_close
    try:
        _demand_schema(database)
        _demand_journal_key(database, settings, had_key=had_key)
        return _assembled(settings, policy, database, knowledge)
    except BaseException:
        database.close()
        raise


def _assembled(settings: Settings, policy: Policy, database: Database, knowledge: Knowledge) -> Service:
    if not database.read_now(seal_begin.is_sealed):
        database.write_now(seal_begin.begin, database_clock(database)())
    vault = database.vault = _fitting_vault(settings, database)
    clock = database_clock(database)
    revision, articles = (0, ()) if knowledge == "none" else database.read_now(revision_store.load_published)
    index_builder = IndexBuilder() if knowledge == "none" else index_builder_of(settings)
    index_builder = replace(index_builder, names=database.read_now(dealt_in, _NAMES))
    prepare = index_builder.at_once if knowledge == "at once" else index_builder.index
    index = prepare(articles, revision=revision, fillers=policy.words.get("filler", ()))
    # Whether or not this replica has the token: what it does with tickets another one tells.
    desk = settings.telegram_desk
    staff_chat = settings.telegram_staff_chat or (DESK if desk else "")
    if staff_chat and not settings.telegram_token:
        log.warning(
            "There is no JIEDAI_TELEGRAM_TOKEN here; another replica must have it, or staff hear nothing there."
        )
    held = calendar_editions.applied(policy, database.read_now(calendar_editions.in_force))
    act_builder = None if knowledge == "none" else act_builder_of(settings, index_builder)
    acts = reader_for(act_builder, index, at_once=knowledge == "at once")
    shift = database.read_now(adjustment_store.shift_in_force)
    rules = Rules(
        held, vault, index, staff_chat, desk, index_builder, act_builder, acts, shift, console=settings.public_url
    )
    change_feed = ChangeFeed(settings.database_url, database.origin, database.foreign_version)
    service = Service(settings, database, rules, change_feed, clock, customer_token_secret(settings), filed=policy)
    if desk:
        database.before_commit = lambda db: topics.mark_changed(db, service.rules, service.clock())
    return service


def _demand_schema(database: Database) -> None:
    revision = database.read_now(schema.revision)
    demand_known(revision, "The database")
    if revision == HEAD:
        return
    if not database.is_sqlite:
        raise NotReady("The database is not at the current revision; run `jiedai db upgrade` once, then start again.")
    migrate(database, utc_now())


def _demand_journal_key(database: Database, settings: Settings, *, had_key: bool) -> None:
    """With another key every line written from now on would look forged to whoever verifies with the right one."""
    if not database.read_now(key_fits):
        if not had_key:  # generated just now; left there it would pass for the one that is missing
            (settings.data / JOURNAL_KEY_FILE).unlink(missing_ok=True)
        raise NotReady(
            "The journal key does not fit this database's journal; put the file "
            f"{JOURNAL_KEY_FILE} back into the data folder, or set JIEDAI_JOURNAL_KEY (the same on every replica)."
        )


def _fitting_vault(settings: Settings, database: Database) -> Vault:
    """The vault, once its keys have opened something this database holds: new keys beside old data would lose it."""
    if not database.read_now(vault_fit.holds_sealed):
        return open_vault(settings)
    if not has_keys(settings):
        raise NotReady(
            f"The database holds sealed customer data, but {settings.data / KEY_FILE} is missing; "
            "put the key file back, or set JIEDAI_VAULT_KEYS."
        )
    vault = open_vault(settings)
    if not database.read_now(vault_fit.opens, vault):
        raise NotReady(
            "The vault keys do not open this database's customer data; every replica needs the same "
            f"{KEY_FILE} or JIEDAI_VAULT_KEYS."
        )
    return vault


def enforce_policy(service: Service) -> None:
    """Bring this service's policy file into force; deadlines computed by another one are recomputed."""
    text = service.settings.policy.read_text(encoding="utf-8")
    service.database.write_now(bring_into_force, service.rules.policy, text, service.clock())
    service.database.write_now(record_settings, service.settings, service.clock())
    service.database.write_now(tell_of_outside_chat, service.rules, service.clock())


def _telegram(service: Service) -> Telegram | None:
    if not service.settings.telegram_token:
        return None
    # Only now: aiogram costs seconds and 170 MB that a service without Telegram need not pay.
    from bot.telegram.adapter import Telegram

    _demand_public_url(service.settings)
    found = Telegram(service)
    service.fetch_file = found.fetch_file
    return found


def _demand_public_url(settings: Settings) -> None:
    """Refuse a webhook address that Telegram does not post to; only one's own Bot API server takes other than https."""
    near = urlsplit(settings.public_url).hostname in ("127.0.0.1", "localhost", "::1")
    if settings.telegram_webhook and not near and not settings.public_url.startswith("https://"):
        raise NotReady(
            "JIEDAI_TELEGRAM_WEBHOOK needs JIEDAI_PUBLIC_URL, the https:// address at which Telegram reaches "
            "this server."
        )


class Runtime:
    """Everything that runs beside the web server: alarm clock, outbox senders, change feed, Telegram."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.alarms = AlarmClock(service.database, lambda: service.rules, service.clock)
        self.telegram = _telegram(service)
        self.readiness = Readiness(service.database, service.space, lambda: self.alarms.is_alive)
        self.backup = service.backup = DailyBackup(service.settings, service.clock)
        self._background = Background()
        service.database.on_commit = service.change_feed.notify

    async def open(self) -> None:
        """Start; what fell due while the service was down is done first."""
        self.service.change_feed.start()
        self.alarms.start()
        here = self.service
        recompute = RecomputeJob(here.database, lambda: here.rules, here.change_feed, here.clock)
        self._background.start("readiness", self.readiness.watch())
        self._background.start("watch", self._watch())
        self._background.start("backup", self.backup.run())
        self._background.start("recompute", recompute.run())
        self._background.start("heads", daily_head.HeadFile(here.database, here.settings.data / daily_head.FILE).run())
        self._background.start("erasures", erase_always(here.settings, here.database, lambda: here.rules, here.clock))
        if self.telegram is not None:
            await self.telegram.start()

    async def _watch(self) -> None:
        # First what a first message needs, before traffic is asked for; only then is learned what is new.
        await self.service.warm_up()
        self.readiness.answers = True
        names = NameOpener(self.service.database, lambda: self.service.rules, self.service.clock)
        self._background.start("names of customers", names.run())
        await self.service.watch()

    async def close(self) -> None:
        """Stop everything and close the database."""
        await self.alarms.stop()
        if self.telegram is not None:
            await self.telegram.stop()
        await self._background.stop()
        await self.service.change_feed.stop()
        await asyncio.to_thread(self.service.database.close)
