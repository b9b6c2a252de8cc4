"""The server's hand in erasures: goes on with those a death interrupted, repeats what a restore brought back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.config.settings import Settings
from bot.privacy.carrying_out import Ground, carry_out_all
from bot.rules import Rules
from bot.storage.database import Database

log = logging.getLogger(__name__)

LOOK = 60.0  # seconds


async def erase_always(
    settings: Settings, database: Database, rules: Callable[[], Rules], clock: Callable[[], datetime]
) -> None:
    """Look every minute for what was agreed, until cancelled, off the event loop; a failure is logged once."""
    ground, said = Ground.of(settings, database, rules, clock), False
    while True:
        try:
            await asyncio.to_thread(carry_out_all, ground)
            said = False
        except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
            if not said:
                log.error("An erasure cannot be carried out, and is tried again: %s", type(error).__name__)
            said = True
        await asyncio.sleep(LOOK)
