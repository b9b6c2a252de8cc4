"""Processes that send what the outbox holds, as `jiedai run` does: real deliveries, the real channel, aiogram.

Waits are shortened, or a hundred deaths would cost a hundred leases of a minute each; what they mean stays the same.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime, timedelta
from typing import Any

from benchmarks import ground, network
from benchmarks.replicas import Replica
from bot.app import utc_now
from bot.delivery import outbox, sender
from bot.delivery.outbox import STAFF_CHAT
from bot.delivery.sender import OutboxSender
from bot.jobs.alarm_clock import AlarmClock
from bot.notifications.staff_chat import DecryptingChannel
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from bot.telegram.api import client
from bot.telegram.sending import channel
from bot.telegram.sending.channel import TelegramChannel

LEASE = 2.0
SEND_SECONDS = 0.6  # the client's patience with one request
PAUSE = 0.2


def sending(url: str, base: str, *, ahead: timedelta = timedelta(), sweeps: bool = False) -> Replica:
    """A process that sends what is for the staff chat; with `sweeps` it is also the alarm clock.

    `ahead`: how far its clock is ahead of this machine's, so that a measurement may take place on a working day.
    """
    return Replica(_run, (url, base, ahead, sweeps))


def _run(_sentence: Any, ready: Any, url: str, base: str, ahead: timedelta, sweeps: bool) -> None:
    if not sweeps:
        outbox.LEASE, sender.SEND_TIMEOUT = timedelta(seconds=LEASE), LEASE / 2
        client.SEND_SECONDS, channel.PAUSE = SEND_SECONDS, PAUSE  # type: ignore[assignment]
    asyncio.run(_serve(Database(url, vault=ground.VAULT), ready, base, ahead, sweeps))


async def _serve(database: Database, ready: Any, base: str, ahead: timedelta, sweeps: bool) -> None:
    rules = ground.bare_rules()
    change_feed = ChangeFeed(database.url)
    database.on_commit = change_feed.notify

    def clock() -> datetime:
        return utc_now() + ahead

    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    sender = client.Client(network.TOKEN, base)
    door = DecryptingChannel(TelegramChannel(sender, STAFF_CHAT), rules.vault)
    working, alarms = OutboxSender(database, door, change_feed, clock), AlarmClock(database, lambda: rules, clock)
    change_feed.start()
    working.start()
    if sweeps:
        alarms.start()
    ready.set()
    await end.wait()
    if sweeps:
        await alarms.stop()
    await working.stop()
    await change_feed.stop()
    await sender.close()
    database.close()
