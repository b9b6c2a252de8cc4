"""How many bytes the volume of the data has left, and what is given up first when they run out."""

from __future__ import annotations

import shutil

from bot.config.settings import Settings, database_file

MIB = 2**20


class FreeSpace:
    """The volume of the embedded database; with PostgreSQL, whose volume cannot be seen, that of the data folder."""

    def __init__(self, settings: Settings) -> None:
        file = database_file(settings)
        self.folder = file.parent if file is not None else settings.data
        self._files, self._least = settings.free_for_files * MIB, settings.free_at_least * MIB

    @property
    def bytes(self) -> int:
        """Free bytes."""
        nearest = next(each for each in (self.folder, *self.folder.absolute().parents) if each.exists())
        return shutil.disk_usage(nearest).free

    @property
    def takes_files(self) -> bool:
        """Whether files of customers may still be stored; words are as long as bytes last."""
        return self.bytes >= self._files

    @property
    def is_enough(self) -> bool:
        """Whether the server may call itself ready."""
        return self.bytes >= self._least
