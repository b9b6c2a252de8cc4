"""The real program as processes of their own, pointed at the fake Bot API server; and what they spend."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.ground import Ground
from benchmarks.telegram.server import PATIENCE, TOKEN, BotApi
from tests.processes import Server, eventually

WEBHOOK_SECRET = "a-webhook-secret-of-this-measurement"
CUSTOMER_SECRET = "a secret that all replicas were given, 32 bytes or more"
CALM = 0.03  # of a second's CPU: whoever spends less does nothing


@dataclass
class Fleet:
    """Replicas on one database; `said` collects what dead ones printed, too."""

    ground: Ground
    replicas: list[Server] = field(default_factory=list)

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        for replica in self.replicas:
            replica.kill()

    def cpu(self) -> float:
        """Seconds of CPU that the replicas have used; not the database server's."""
        return sum(cpu_of(replica.pid) for replica in self.replicas)

    def stop(self) -> None:
        """As a service manager does."""
        for replica in self.replicas:
            if replica.is_alive:
                with contextlib.suppress(Exception):
                    replica.interrupt(signal.SIGTERM)

    def printed(self) -> str:
        """Everything the replicas, dead ones included, wrote for the operator."""
        folders = {replica.data.parent for replica in self.replicas}
        files = [file for folder in folders for kind in ("*.out", "*.err") for file in sorted(folder.glob(kind))]
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)


def cpu_of(pid: int) -> float:
    """Seconds of CPU a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def until_calm(pid: int) -> None:
    """Wait until a process has finished what it does after its start."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = cpu_of(pid)
        time.sleep(0.5)
        if cpu_of(pid) - before < CALM / 2:
            return


@contextmanager
def running_fleet(
    where: Ground,
    api: BotApi,
    *,
    program: Sequence[str] = ("-m", "bot"),
    replicas: int = 1,
    webhook: bool = False,
    encoder: str = "none",
    **environment: str,
) -> Iterator[Fleet]:
    """The program at work on this database; by webhook, the updates are spread over the replicas."""
    given = {"JIEDAI_TELEGRAM_TOKEN": TOKEN, "JIEDAI_TELEGRAM_API": api.base, "JIEDAI_ENCODER": encoder}
    given |= {"JIEDAI_TELEGRAM_PER_SECOND": "1000", "JIEDAI_CUSTOMER_TOKEN_SECRET": CUSTOMER_SECRET}
    given["OPENBLAS_NUM_THREADS"] = "1"  # as the program's own command line has it, before it loads numpy
    if webhook:
        given |= {"JIEDAI_TELEGRAM_WEBHOOK": "on", "JIEDAI_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET}
        given["JIEDAI_PUBLIC_URL"] = "http://127.0.0.1:8443"  # the fake is told below where they really are
    folder = Path(tempfile.mkdtemp(prefix="jiedai-bench-"))
    try:
        data = folder / "data"  # shared, and with it the keys
        servers = [Server(data, where.url, program=program, environment=given | environment) for _ in range(replicas)]
        with Fleet(where, servers) as fleet:
            for server in servers:
                server.start()
            if webhook:
                aim(api, fleet)
            eventually(lambda: api.state()["webhook" if webhook else "polling"], PATIENCE)
            yield fleet
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def aim(api: BotApi, fleet: Fleet) -> None:
    """Tell the fake where the replicas listen now."""
    api.change(targets=[f"{server.url}/telegram/webhook" for server in fleet.replicas if server.is_alive])
