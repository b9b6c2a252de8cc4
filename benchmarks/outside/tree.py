"""One checkout of the project, driven from outside: commands, a server, a clock that is set by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.outside.normalise import Normaliser

DRIVER = Path(__file__).with_name("driver.py")
PATIENCE = 600.0  # seconds; a loaded machine is slow, not broken
WIDTH = "100"  # columns of a terminal that is not there


@dataclass(frozen=True, slots=True)
class CommandOutput:
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

    def clock_reads(self) -> int:
        """How often commands and servers of this tree have read the clock so far."""
        reads = self.scratch / "clock.reads"
        return reads.stat().st_size if reads.exists() else 0

    def normaliser(self) -> Normaliser:
        """One that knows this tree's folders."""
        return Normaliser({str(self.scratch): "<scratch>", str(self.root): "<tree>"})

    def ask(self, *words: str, data: Path | None = None) -> CommandOutput:
        """One command in a process of its own, without the driver."""
        command = [sys.executable, "-m", "bot", *words]
        done = self._finished(command, data)
        return CommandOutput(words, done.returncode, done.stdout, done.stderr)

    def play_demo(self) -> tuple[str, Path]:
        """What `demo` prints, and the data folder it leaves."""
        done = self._finished([sys.executable, str(DRIVER), "run", "demo"], None)
        if done.returncode:
            raise RuntimeError(f"demo ended with exit code {done.returncode}: {done.stderr[-2000:]}")
        [found] = (self.scratch / "tmp").glob("**/jiedai.sqlite3")
        return done.stdout, found.parent

    def batch(self, calls: Sequence[Sequence[str]], data: Path | None = None) -> list[CommandOutput]:
        """Commands one after another in one process, by the clock that was set."""
        plan = self.scratch / "calls.json"
        plan.write_text(json.dumps([list(call) for call in calls]), encoding="utf-8")
        done = self._finished([sys.executable, str(DRIVER), "batch", str(plan)], data)
        if done.returncode:
            raise RuntimeError(f"the commands ended with exit code {done.returncode}: {done.stderr[-2000:]}")
        found = json.loads(done.stdout)
        return [CommandOutput(tuple(call), **told) for call, told in zip(calls, found, strict=True)]

    def _finished(self, command: list[str], data: Path | None) -> subprocess.CompletedProcess[str]:
        environment = self.environment(data or self.data)
        return subprocess.run(
            command, cwd=self.scratch, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def environment(self, data: Path) -> dict[str, str]:
        """What a process of this tree is started with, whatever this machine's own settings."""
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
