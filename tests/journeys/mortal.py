"""Servers that die of SIGKILL at a chosen commit, and whoever takes their place."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from bot.first_start import SAMPLE_FAQ
from escalation.staff import Staff
from tests.journeys.people import Desk, desk_at, own_policy
from tests.mortal import Side, die_at_commits
from tests.patience import patience
from tests.processes import Server, jiedai

DEATH = "JOURNEY_DEATH"  # names the file with the sentence
_seen: dict[str, int] = {}


def mortal_server(folder: Path, policy: Path | None = None, database: str = "", **environment: str) -> Server:
    """A server on the folder `data` that dies when `condemn` has said so."""
    given = {DEATH: str(folder / "death.json"), **environment}
    return Server(folder / "data", database, policy, environment=given, before=obey)


def condemn(folder: Path, side: str, nth: int) -> None:
    """The nth commit from now on is the last moment of whoever serves then."""
    aside = folder / "death.new"
    aside.write_text(json.dumps({"side": side, "nth": nth, "id": os.urandom(8).hex()}), encoding="utf-8")
    aside.replace(folder / "death.json")


def deaths(side: str) -> Iterator[int]:
    """The commits at which to die, from the first on: each side has every other one; both have all with PROOFS=all."""
    if os.environ.get("PROOFS") == "all":
        return itertools.count(1)
    return itertools.count(1 if side == "before" else 2, 2)


def spare(folder: Path) -> bool:
    """Nobody dies after all; True if it had not come to that."""
    with contextlib.suppress(FileNotFoundError):
        (folder / "death.json").unlink()
        return True
    return False


def obey() -> None:
    """In the server: let it die as `condemn` says."""
    die_at_commits(Engine, _sentence)


def _sentence() -> Side | None:
    """What is to happen at this very commit; the file is gone when it does, so that the successor lives."""
    path = Path(os.environ[DEATH])
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    _seen[text] = _seen.get(text, 0) + 1
    sentence: dict[str, Any] = json.loads(text)
    if _seen[text] < sentence["nth"]:
        return None
    path.unlink()
    side: Side = sentence["side"]
    return side


class Mortal:
    """A server that a successor follows whenever it dies."""

    def __init__(self, server: Server) -> None:
        self.server, self.deaths = server, 0

    def insist(self, attempt: Callable[[str], httpx.Response]) -> httpx.Response:
        """As a client does: try the same again until it is acknowledged, whoever serves."""
        while True:
            try:
                answer = attempt(self.server.url)
            except httpx.TransportError:
                assert self.server.process is not None
                assert self.server.process.wait(patience(10)) == -9, self.server.complained
                self.deaths += 1
                self.server.start()
            else:
                assert answer.status_code in (200, 201), answer.text
                return answer


@contextmanager
def mortal(folder: Path, database: str = "") -> Iterator[tuple[Mortal, Desk, Staff]]:
    """A mortal server on a policy that gathers fragments for a second only, with the sample questions and an agent."""
    folder.mkdir()
    policy = own_policy(folder, ("gather: 3s", "gather: 1s"))
    where = ["--data", str(folder / "data"), "--policy", str(policy), *(["--database", database] if database else [])]
    imported = jiedai("kb", "import", SAMPLE_FAQ, *where)
    assert imported.returncode == 0, imported.stderr
    with mortal_server(folder, policy, database) as server, desk_at(server) as desk:
        yield Mortal(server), desk, desk.hire("lin", "小林")
