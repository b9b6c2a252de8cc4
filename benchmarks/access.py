"""Who gets in where: every way in over HTTP, gone by everybody who may ask.

python -m benchmarks.access
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.tables import show
from bot.auth.passwords import hash_password
from bot.config.settings import EXAMPLE_POLICY
from bot.migrations import schema
from bot.storage.database import Database
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.bot.web import access_ways, access_world
from tests.bot.web.console.console_scene import PASSWORD, Console

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Clock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move it."""
        self.now += timedelta(**span)


async def measure(database: Database) -> dict[str, Any]:
    """Go every way; returns the numbers of ways, of who went them, and of deviations."""
    vault = Vault({"k1": b"k" * 32}, "k1", b"l" * 32)
    console = Console(Scene(database, read_policy(EXAMPLE_POLICY), vault, Clock()), hash_password(PASSWORD))
    world = await access_world.furnished(console)
    of_complaint = await access_world.deviations_of_complaint(world)
    shown = await access_world.words_shown(world)
    found = await access_world.deviations(world)
    for client in console.clients:
        await client.aclose()
    ways, who = len(access_ways.HTTP_WAYS) + len(access_ways.COMPLAINT_WAYS), len(access_ways.EVERYBODY)
    unlisted = set(access_ways.routes_of(console.app)) - set(access_ways.HTTP_WAYS)
    return {
        "ways": ways,
        "identities": who,
        "tried": ways * who,
        "deviations": len(found) + len(of_complaint),
        "words_shown": len(shown),
        "unlisted": len(unlisted),
    }


def main() -> None:
    """Measure on a new SQLite database, print the table and one line of JSON."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'access.sqlite3'}")) as database,
    ):
        database.write_now(schema.upgrade)
        found = asyncio.run(measure(database))
    names = {
        "ways": "ways in over HTTP",
        "identities": "kinds of people and programs",
        "tried": "tried",
        "deviations": "let in or kept out wrongly",
        "words_shown": "words of a closed complaint shown to others",
        "unlisted": "ways without an entry",
    }
    show("Who gets in where", ("figure", "value"), [(label, str(found[name])) for name, label in names.items()])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
