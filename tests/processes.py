"""Run the real program as a process of its own and see it ready, stopped or killed; it is always reaped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from tests.forked import ForkedProgram, nothing
from tests.patience import patience

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
READY_WITHIN = 60.0  # seconds; a generous bound, not a measurement
STOPPED_WITHIN = 10.0


class NeverHappened(AssertionError):
    """What was waited for did not come true in time."""


def eventually(check: Callable[[], T], within: float = 15.0) -> T:
    """The first truthy answer of `check`, asked again and again until time is up; then its last answer is told."""
    began = time.monotonic()
    while True:
        found = check()
        if found:
            return found
        # Looked up each time: others may have begun to keep the machine busy meanwhile.
        if time.monotonic() - began > patience(within):
            raise NeverHappened(f"within {patience(within):.0f} s it stayed {found!r}")
        time.sleep(0.02)


def clean_environment(**more: str) -> dict[str, str]:
    """This environment without a developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEDAI_")}
    kept["JIEDAI_ENCODER"] = kept["JIEDAI_ACTS"] = "none"  # seconds of learning that few tests are about
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **more}


def jiedai(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    words = [str(argument) for argument in arguments]
    with NamedTemporaryFile() as out, NamedTemporaryFile() as err:
        process = ForkedProgram(words, cwd=ROOT, env=clean_environment(**environment), stdout=out, stderr=err)
        try:
            code = process.wait(patience(60))
        finally:
            process.kill()
        said, complained = (Path(file.name).read_text(encoding="utf-8") for file in (out, err))
    return subprocess.CompletedProcess(words, code, said, complained)


@dataclass
class Server:
    """`jiedai run` on a port the system chose. As a context manager it leaves no process behind, whatever happens.

    It is forked from a process that has imported it, where `before` is called first; with `program`, arguments of an
    interpreter such as ("-m", "bot"), it starts from nothing, as an operator starts it.
    """

    data: Path
    database: str = ""
    policy: Path | None = None
    program: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = nothing
    url: str = ""
    process: subprocess.Popen[bytes] | ForkedProgram | None = None
    starts: int = 0

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.kill()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> Self:
        """Begin, and return when traffic may come."""
        self.begin()
        return self.wait()

    def wait(self) -> Self:
        """Return when traffic may come."""
        self.url = eventually(self._said_where, READY_WITHIN)
        eventually(self._is_ready, READY_WITHIN)
        return self

    def begin(self) -> None:
        """Begin without waiting."""
        self.starts += 1
        self.data.parent.mkdir(parents=True, exist_ok=True)
        options = ["run", "--data", str(self.data), "--host", "127.0.0.1", "--port", "0"]
        options += ["--database", self.database] if self.database else []
        options += ["--policy", str(self.policy)] if self.policy else []
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            how: dict[str, Any] = {"cwd": ROOT, "env": clean_environment(**self.environment)}
            how |= {"stdout": out, "stderr": err}
            if self.program:
                command = [sys.executable, *self.program, *options]
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **how)
            else:
                self.process = ForkedProgram(options, before=self.before, **how)

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self.process is not None
        return self.process.pid

    @property
    def said(self) -> str:
        """What the present process printed for the operator."""
        return self._file("out").read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        """What the present process printed on standard error."""
        return self._file("err").read_text(encoding="utf-8")

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process is not None and self.process.poll() is None

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end, as Ctrl-C or a service manager does; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(patience(STOPPED_WITHIN))

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def _said_where(self) -> str:
        assert self.is_alive, f"the server ended while starting: {self.complained}"
        found = re.search(r"^Jiedai .* (http://\S+)$", self.said, re.MULTILINE)
        return found[1].replace("localhost", "127.0.0.1") if found else ""

    def _is_ready(self) -> bool:
        assert self.is_alive, f"the server ended while starting: {self.complained}"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=patience(5), trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _file(self, which: str) -> Path:
        # Beside the data folder, not in it: the program may make that folder itself.
        return self.data.parent / f"{self.data.name}-{id(self)}-{self.starts}.{which}"
