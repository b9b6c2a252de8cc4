"""Every figure of random histories beside an oracle written from docs/measures.md alone.

python -m benchmarks.measures [--histories N] [--seed S] [--postgresql]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from benchmarks.measures.compare import Compared, Opened, compare
from benchmarks.tables import show
from bot.storage.database import Database
from tests.databases import VAULT, Postgres, compiled_once, migrated_sqlite, postgres_server


@contextmanager
def sqlite() -> Iterator[Database]:
    """An empty file."""
    with tempfile.TemporaryDirectory(prefix="jiedai-measures-") as folder, ExitStack() as stack:
        opened = Database(migrated_sqlite(Path(folder) / "history.sqlite3"), vault=VAULT)
        yield stack.enter_context(closing(opened))


@contextmanager
def postgresql() -> Iterator[Opened]:
    """A server, and how to open an empty database on it."""
    with postgres_server() as server:
        databases = Postgres(server)

        @contextmanager
        def opened() -> Iterator[Database]:
            url = databases.migrated()
            with closing(Database(url, vault=VAULT)) as database:
                yield database
            databases.give_back(url)

        yield opened
        databases.close()


def run(opened: Opened, histories: int, seed: int) -> Compared:
    """So many histories from a seed on, told of on the way."""
    found = Compared()
    for first in range(seed, seed + histories, 50):
        compare(opened, range(first, min(first + 50, seed + histories)), found)
        print(f"  {found.histories} histories, {found.facts.total()} facts", file=sys.stderr)
    return found


def main() -> int:
    """Print a table and, as the last line, JSON; 1 if anything differs."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.measures", description=__doc__)
    options.add_argument("--histories", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=0, help="of the first one; each next one has the next")
    options.add_argument("--postgresql", action="store_true", help="on a server of our own instead of SQLite")
    given = options.parse_args()
    with compiled_once():
        if given.postgresql:
            with postgresql() as opened:
                found = run(opened, given.histories, given.seed)
        else:
            found = run(sqlite, given.histories, given.seed)
    measures = sorted({*found.facts, *found.differ})
    rows = [(one, str(found.facts[one]), str(found.differ[one]), str(found.seeds.get(one, ""))) for one in measures]
    rows.append(("sums, percentiles", str(found.sums), str(found.sums_differ), ""))
    show(f"Facts of {found.histories} histories", ("measure", "compared", "differ", "first in"), rows)
    names = sorted({*found.shown, *found.shown_differ})
    shown = [(one, str(found.shown[one]), str(found.shown_differ[one])) for one in names]
    show("What is shown of them, by week, month and days", ("shown", "compared", "differ"), shown)
    if found.first:
        print(f"\n{found.first}")
    kind = "postgresql" if given.postgresql else "sqlite"
    told = {"database": kind, "histories": found.histories, "facts": found.facts.total(), "sums": found.sums}
    told |= {"shown": found.shown.total(), "differ": dict(found.differ), "sums_differ": found.sums_differ}
    print(json.dumps(told | {"shown_differ": dict(found.shown_differ)}))
    return 1 if found.differ or found.sums_differ or found.shown_differ else 0


if __name__ == "__main__":
    sys.exit(main())
