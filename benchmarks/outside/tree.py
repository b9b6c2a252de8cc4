"""One checkout of the project, driven from outside: commands, a server, a clock that is set by hand."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.outside.normalise import Normaliser

DRIVER = Path(__file__).with_name("driver.py")
PATIENCE = 600.0  # seconds; a loaded machine is slow, not broken
LOOK = 0.05  # seconds
WIDTH = "100"  # columns of a terminal that is not there


@dataclass(frozen=True, slots=True)
class Told:
    """What a command printed, and its exit code (the name of the error where it ended with one)."""

    words: tuple[str, ...]
    code: int | str
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout at `root`; `scratch` is an empty folder for everything that running it leaves behind."""

    root: Path
    scratch: Path

    @property
    def data(self) -> Path:
        """The default data folder of commands started here."""
        return self.scratch / "data"

    def set_clock(self, instant: str) -> None:
        """From now on the product's clock stands at this instant (ISO 8601 with an offset)."""
        draft = self.scratch / "clock.new"
        draft.write_text(instant, encoding="utf-8")
        draft.replace(self.scratch / "clock")

    def normaliser(self) -> Normaliser:
        """One that knows this tree's folders."""
        return Normaliser({str(self.scratch): "<scratch>", str(self.root): "<tree>"})

    def ask(self, *words: str, data: Path | None = None) -> Told:
        """One command in a process of its own, without the driver."""
        command = [sys.executable, "-m", "bot", *words]
        done = self._finished(command, data)
        return Told(words, done.returncode, done.stdout, done.stderr)

    def play_demo(self) -> tuple[str, Path]:
        """What `demo` prints, and the data folder it leaves."""
        done = self._finished([sys.executable, str(DRIVER), "run", "demo"], None)
        if done.returncode:
            raise RuntimeError(f"demo ended with exit code {done.returncode}: {done.stderr[-2000:]}")
        [found] = (self.scratch / "tmp").glob("**/jiedai.sqlite3")
        return done.stdout, found.parent

    def batch(self, calls: Sequence[Sequence[str]], data: Path | None = None) -> list[Told]:
        """Commands one after another in one process, by the clock that was set."""
        plan = self.scratch / "calls.json"
        plan.write_text(json.dumps([list(call) for call in calls]), encoding="utf-8")
        done = self._finished([sys.executable, str(DRIVER), "batch", str(plan)], data)
        if done.returncode:
            raise RuntimeError(f"the commands ended with exit code {done.returncode}: {done.stderr[-2000:]}")
        found = json.loads(done.stdout)
        return [Told(tuple(call), **told) for call, told in zip(calls, found, strict=True)]

    @contextmanager
    def serve(self, data: Path) -> Iterator[str]:
        """`run` over a data folder by the clock that was set; gives its address once it is ready for traffic.

        Ends it with an interrupt. Raises RuntimeError when it does not get that far.
        """
        command = [sys.executable, str(DRIVER), "run", "run", "--port", "0"]
        with (self.scratch / "server.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                command, cwd=self.scratch, env=self._environment(data), stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            url = _address(process)
            _wait_until_ready(url)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE)

    def _finished(self, command: list[str], data: Path | None) -> subprocess.CompletedProcess[str]:
        environment = self._environment(data or self.data)
        return subprocess.run(
            command, cwd=self.scratch, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def _environment(self, data: Path) -> dict[str, str]:
        (self.scratch / "tmp").mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIEDAI_", "PYTHON"))}
        ours: dict[str, Any] = {
            "JIEDAI_DATA": data,
            "OUTSIDE_CLOCK": self.scratch / "clock",
            "PYTHONPATH": self.root,
            "PYTHONPYCACHEPREFIX": self.scratch / "bytecode",
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": self.scratch / "tmp",
            "COLUMNS": WIDTH,
            "NO_COLOR": "1",
            "TERM": "dumb",
            "TZ": "UTC",
        }
        return kept | {name: str(value) for name, value in ours.items()}


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+:(\d+)", line):
            return f"http://127.0.0.1:{found[1]}"
    raise RuntimeError("the server ended before it named its address")


def _wait_until_ready(url: str) -> None:
    latest = time.monotonic() + PATIENCE
    while not _is_ready(url):
        if time.monotonic() > latest:
            raise RuntimeError("the server never became ready")
        time.sleep(LOOK)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", trust_env=False, timeout=PATIENCE).status_code == 200
    except httpx.TransportError:
        return False
