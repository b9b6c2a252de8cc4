"""Restoring on a bad day: beside a stale journal, from a damaged copy, on another machine, and killed in the middle.

python -m benchmarks.restores [--quick]

A restore is killed before each single call that changes names or waits for the disk, one after another, and the whole
command at random instants. After each death the house must be wholly the old one or wholly the new one, and a second
run must complete.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tables import show
from bot.app import open_service, utc_now
from bot.config.secret_files import TOKEN_FILE
from bot.config.settings import DATABASE_FILE, Settings, read_settings
from bot.first_start import first_administrator, load_samples
from bot.service import Service
from bot.upkeep import restoring, rotation
from bot.upkeep.refusals import UpkeepRefusal
from bot.upkeep.secrets_beside import folder_beside
from escalation.staff import add_staff, all_staff
from tests.forked import processes

CALLS = ("replace", "fsync", "unlink", "link", "rename")
MOST_CALLS = 200
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class House:
    """A data folder as a power cut left it, with a colleague hired since the backup, and that backup."""

    data: Path
    copy: Path

    @property
    def database(self) -> Path:
        """Its database."""
        return self.data / DATABASE_FILE

    @property
    def settings(self) -> Settings:
        """Its settings, whatever this machine's are."""
        return read_settings({}, data=str(self.data))

    def again(self, folder: Path) -> House:
        """The same once more, in this folder; its token secret is another than the backup's."""
        shutil.rmtree(folder, ignore_errors=True)
        found = House(Path(shutil.copytree(self.data, folder)), self.copy)
        (found.data / TOKEN_FILE).write_text("another" * 8, encoding="ascii")
        return found

    def logins(self) -> list[str]:
        """Who may sign in, by the file and its journal as they are."""
        with closing(sqlite3.connect(self.database)) as db:
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return [row[0] for row in db.execute("SELECT login FROM staff ORDER BY id")]

    def restore(self, *, secrets: bool = False) -> restoring.Restored:
        """Put the backup back."""
        return restoring.restore(self.settings, self.database, self.copy, utc_now(), secrets=secrets)


OLD, NEW = ["admin", "wang"], ["admin"]


def build(folder: Path) -> House:
    """Make one."""
    house = House(folder / "data", folder / "copy.sqlite3")
    service = open_service(house.settings, "none")
    try:
        load_samples(service, at_once=True)
        first_administrator(service)
        rotation.back_up(house.settings, house.database, house.copy, secrets=True)
        service.database.write_now(_hire, service)
        left = {path: path.read_bytes() for path in house.data.glob(f"{DATABASE_FILE}*")}
    finally:
        service.database.close()
    for path, content in left.items():  # as a power cut leaves them: with a journal that was not read into the file
        path.write_bytes(content)
    assert house.database.with_name(f"{DATABASE_FILE}-wal").stat().st_size
    return house


def _hire(db: Any, service: Service) -> None:
    add_staff(db, "wang", "小王", "agent", [], "-", service.clock())


def ways(house: House, folder: Path) -> dict[str, bool]:
    """The three ways that failed, and whether each is right now."""
    stale = house.again(folder / "stale")
    stale.restore()
    damaged = house.again(folder / "damaged")
    assert damaged.logins() == OLD  # reading it has moved the journal into the file
    with damaged.database.open("r+b") as file:
        file.seek(4096 * 8)
        file.write(b"\xff" * 4096 * 30)
    there = House(folder / "there", house.copy)
    there.restore(secrets=True)
    return {
        "beside a stale journal": stale.logins() == NEW and _opens(stale),
        "a damaged database backed up": _is_refused(damaged, folder / "never.sqlite3"),
        "on another machine, with its secrets": _opens(there) and _same_secrets(there),
    }


def _is_refused(house: House, target: Path) -> bool:
    try:
        rotation.back_up(house.settings, house.database, target, secrets=False)
    except UpkeepRefusal as refusal:
        return "is damaged" in str(refusal) and not target.exists()
    return False


def _opens(house: House) -> bool:
    """Whether the whole service opens on it."""
    service = open_service(house.settings, "none")
    with closing(service.database) as database:
        return [each.login for each in database.read_now(all_staff)] == NEW


def _same_secrets(house: House) -> bool:
    kept = list(folder_beside(house.copy).iterdir())
    return bool(kept) and all(path.read_bytes() == (house.data / path.name).read_bytes() for path in kept)


def kills_at_each_call(house: House, folder: Path) -> dict[str, int]:
    """Die before the first, second, third … call that changes names or waits for the disk, until none is left."""
    fates: Counter[str] = Counter()
    for number in range(1, MOST_CALLS):
        each = house.again(folder / "killed")
        process = processes.Process(target=_restore_and_die, args=(str(each.data), str(each.copy), number))
        process.start()
        process.join()
        if process.exitcode == 0:
            assert each.logins() == NEW
            return {"kills": number - 1, **_counted(fates)}
        fates[_fate(each)] += 1
    raise AssertionError("a restore does not end")


def _restore_and_die(data: str, copy: str, number: int) -> None:
    left = number

    def mortal(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in CALLS:
        setattr(os, name, mortal(getattr(os, name)))
    House(Path(data), Path(copy)).restore(secrets=True)


def kills_at_random(house: House, folder: Path, times: int) -> dict[str, int]:
    """The real command, killed at random instants of its life."""
    chance, fates = random.Random(13), Counter[str]()
    began = time.monotonic()
    assert _command(house.again(folder / "whole")).wait() == 0
    lasts = time.monotonic() - began
    for _ in range(times):
        each = house.again(folder / "killed")
        process = _command(each)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(lasts * (0.3 + chance.random()))
        process.kill()
        process.wait()
        fates[_fate(each)] += 1
    return {"kills": times, **_counted(fates)}


def _command(house: House) -> subprocess.Popen[bytes]:
    words = ["restore", str(house.copy), "--with-secrets", "--data", str(house.data)]
    how: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    return subprocess.Popen([sys.executable, "-m", "bot", *words], **how)


def _fate(house: House) -> str:
    """What a death left behind, as the next start finds it; then a second run."""
    restoring.finish_interrupted(house.database)
    found = house.logins()
    fate = {str(OLD): "old", str(NEW): "new"}.get(str(found), "neither")
    house.restore(secrets=True)
    return fate if house.logins() == NEW and _opens(house) and _same_secrets(house) else "second run failed"


def _counted(fates: Counter[str]) -> dict[str, int]:
    return {name: fates[name] for name in ("old", "new", "neither", "second run failed")}


def measure(folder: Path, times: int) -> dict[str, Any]:
    """All of it, in this folder."""
    house = build(folder)
    found: dict[str, Any] = {"ways": ways(house, folder)}
    found["killed before each call"] = kills_at_each_call(house, folder)
    found["killed at random"] = kills_at_random(house, folder, times)
    return found


def main() -> None:
    """Print the table and, as the last line, JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.restores", description=__doc__)
    options.add_argument("--quick", action="store_true", help="10 random kills instead of 40")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiedai-restores-") as name:
        found = measure(Path(name), 10 if given.quick else 40)
    show("Ways that failed", ("way", "right"), [(way, str(right)) for way, right in found["ways"].items()])
    killed = [name for name in found if name != "ways"]
    rows = [(name, *map(str, found[name].values())) for name in killed]
    show("Restores that were killed; aim: no neither, no failed second run", ("how", *found[killed[0]]), rows)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
