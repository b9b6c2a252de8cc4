"""The server's own backup of its embedded database, once a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.config.settings import Settings, database_file
from bot.upkeep import rotation
from bot.upkeep.refusals import UpkeepRefusal

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
LOOK = 60.0  # seconds between looks whether one is due
AGAIN = 3600.0  # seconds after one that failed


class DailyBackup:
    """Makes a backup when the folder has none of the last day; which there are says the folder itself."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        """Raises UpkeepRefusal for a database that is not embedded."""
        self.settings, self.clock = settings, clock
        self.made = self.failed = 0
        self._file = database_file(settings)
        if settings.backup_folder and self._file is None:
            raise UpkeepRefusal(
                "JIEDAI_BACKUP_FOLDER is for the embedded database; PostgreSQL is backed up with its own tool: "
                "`pg_dump --format=custom --file=FILE URL`."
            )

    @property
    def folder(self) -> Path | None:
        """Where backups are put; None if none are wanted."""
        return Path(self.settings.backup_folder) if self.settings.backup_folder else None

    @property
    def last(self) -> datetime | None:
        """When the newest backup was made; None if there is none. One from the future was made by a wrong clock."""
        now = self.clock()
        made = [rotation.instant_of(path) for path in rotation.backups_in(self.folder)] if self.folder else []
        return max((at for at in made if at <= now), default=None)

    async def run(self) -> None:
        """Look every minute, until cancelled; returns at once if no backups are wanted."""
        while self.folder is not None:
            well = await self.make_if_due()
            await asyncio.sleep(LOOK if well else AGAIN)

    async def make_if_due(self) -> bool:
        """Make a backup if one is due, off the event loop; False if it failed, which is logged and counted."""
        now = self.clock()
        try:
            last = await asyncio.to_thread(lambda: self.last)
            if last is not None and last > now - DAY:
                return True
            await asyncio.to_thread(self._make, now)
        except (UpkeepRefusal, OSError) as error:
            self.failed += 1
            log.error("The daily backup failed, and is tried again in an hour: %s", error)
            return False
        self.made += 1
        return True

    def _make(self, now: datetime) -> None:
        assert self.folder is not None
        assert self._file is not None
        keep = self.settings.backup_keep
        rotation.back_up_into(self.settings, self._file, self.folder, keep=keep, now=now, secrets=True)
