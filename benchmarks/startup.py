"""From `jiedai run` to the first answer, and what the process holds in memory; beside a bare Python with FastAPI."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from benchmarks.tables import show

PATIENCE = 60.0
PEER = "import fastapi, uvicorn, sqlalchemy"


def measure(runs: int) -> dict[str, float]:
    """Seconds from process start to the first answer (first start and later ones), MiB resident after it."""
    with tempfile.TemporaryDirectory() as folder:
        first = _start_and_ask(Path(folder))
        later = [_start_and_ask(Path(folder)) for _ in range(runs)]
    peers = [_seconds([sys.executable, "-c", PEER]) for _ in range(runs)]
    start, peer = median(seconds for seconds, _ in later), median(peers)
    found = {"first_start_s": first[0], "start_to_answer_s": start, "imports_alone_s": peer, "ratio": start / peer}
    found["resident_mib"] = max(mib for _, mib in later)
    rows = [(name, f"{value:.2f}") for name, value in found.items()]
    show(f"Start-up, median of {runs}; peer: importing FastAPI, uvicorn and SQLAlchemy", ("figure", "value"), rows)
    return {name: round(value, 2) for name, value in found.items()}


def _start_and_ask(folder: Path) -> tuple[float, float]:
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot", "run", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().rsplit(" ", 1)[-1].strip()
        _ask(url)
        seconds = time.perf_counter() - started
        return seconds, _resident_mib(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def _ask(url: str) -> None:
    deadline = time.perf_counter() + PATIENCE
    with httpx.Client(base_url=url, trust_env=False) as client:
        while True:
            try:
                token = client.post("/api/chat/sessions").json()["session_token"]
                break
            except httpx.TransportError:
                if time.perf_counter() > deadline:
                    raise
                time.sleep(0.01)
        client.headers["Authorization"] = f"Bearer {token}"
        client.post("/api/chat/messages", json={"key": "1", "text": "打印机连不上wifi"}).raise_for_status()
        said = client.get("/api/chat/messages").json()["messages"]
        assert [line["author"] for line in said] == ["customer", "bot"]


def _resident_mib(pid: int) -> float:
    found = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(found.stdout) / 1024


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(measure(3)))
