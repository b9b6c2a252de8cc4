"""Processes forked from one that has imported the program: importing takes most of a start.

All of a test run's forked processes come from here, so that what is imported beforehand is chosen once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from bot.cli.parser import main

processes = multiprocessing.get_context("forkserver")
LIBRARIES = ("alembic.command", "apscheduler.schedulers.asyncio", "opencc", "pypinyin", "uvicorn.loops.auto", "uvloop")
OURS = ("tests.forked", "tests.journeys.mortal", "bot.cli.run", "benchmarks.agents", "benchmarks.senders")
KNOWN = "tests.learned_before_forking"
processes.set_forkserver_preload([*LIBRARIES, *OURS, KNOWN])

_lock = threading.Lock()  # multiprocessing looks at all its children whenever it starts one


def nothing() -> None:
    """Before the program runs, nothing is done."""


class ForkedProgram:
    """`jiedai` with these arguments, used as a subprocess.Popen; `before` runs in the new process first."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: Any,
        stderr: Any,
        before: Callable[[], None] = nothing,
    ) -> None:
        given = (list(arguments), str(cwd), dict(env), stdout.name, stderr.name, before)
        self._process = processes.Process(target=_run, args=given, daemon=True)
        with _lock:
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        with _lock:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once it has ended. Raises TimeoutExpired when that takes longer."""
        wait([self._process.sentinel], timeout)
        found = self.poll()
        if found is None:
            raise subprocess.TimeoutExpired("jiedai", timeout or 0)
        return found

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _run(arguments: list[str], cwd: str, env: dict[str, str], out: str, err: str, before: Callable[[], None]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        with open(path, "ab") as file:  # noqa: PTH123
            os.dup2(file.fileno(), stream.fileno())
        stream.reconfigure(encoding="utf-8", line_buffering=True)  # type: ignore[union-attr]
    before()
    main(arguments)
