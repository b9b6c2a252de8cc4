"""`run` of one checkout, on a loopback port of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.outside.tree import DRIVER, PATIENCE, Tree

LOG = "server.log"  # in the tree's scratch folder
LOOK = 0.05  # seconds


@contextmanager
def serve(tree: Tree, data: Path) -> Iterator[str]:
    """`run` over a data folder by the clock that was set; gives its address once it is ready for traffic.

    Ends it with an interrupt. Raises RuntimeError when it does not get that far.
    """
    command = [sys.executable, str(DRIVER), "run", "run", "--port", "0"]
    with (tree.scratch / LOG).open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=tree.scratch, env=tree.environment(data), stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        url = _address(process)
        _wait_until_ready(url)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


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
