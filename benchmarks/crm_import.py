"""An import of contacts: its rate and memory, and how long a customer's message waits meanwhile.

`python -m benchmarks.crm_import [--contacts 100000] [--messages-beside 15000] [--beside DIR]`: DIR is a checkout to
compare with. Each import is a process of its own on a fresh SQLite folder; the messages go to a served one over HTTP.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

HERE = Path(__file__).parent.parent
HEAD = "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity"
PAUSE = 0.1  # seconds between messages


@dataclass(frozen=True)
class Imported:
    """One import: seconds of wall and of CPU, the most memory."""

    contacts: int
    seconds: float
    cpu: float
    megabytes: float


@dataclass(frozen=True)
class Waited:
    """Messages sent while an import ran: the longest wait, and how many were refused."""

    messages: int
    longest: float
    median: float
    refused: int


def table_of(contacts: int, path: Path) -> None:
    """Write a CRM file with two contacts to an organisation."""
    rows = (
        f"C{each:06},单位{each // 2}有限公司,联系人{each},139{each:08},u{each}@example.com,"
        f"{10_000 + each // 2},{each // 2 % 50},{each // 2 % 5 + 1},{each // 2 % 4 + 1}"
        for each in range(contacts)
    )
    path.write_text("\n".join((HEAD, *rows, "")), encoding="utf-8")


def environment(checkout: Path, data: Path) -> dict[str, str]:
    """Return the environment of a process of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEDAI_")}
    return kept | {"PYTHONPATH": str(checkout), "JIEDAI_DATA": str(data), "JIEDAI_ACTS": "none"}


def run_import(checkout: Path, data: Path, file: Path, contacts: int) -> Imported:
    """Import a file in a process of its own."""
    command = [sys.executable, "-m", "bot", "customers", "import", str(file)]
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=checkout, env=environment(checkout, data), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the import of {checkout} ended with {process.returncode}")
    return Imported(contacts, time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def alone(checkout: Path, contacts: int) -> Imported:
    """Import into a fresh folder."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crm.csv"
        table_of(contacts, file)
        return run_import(checkout, Path(folder) / "data", file, contacts)


def beside_messages(checkout: Path, contacts: int) -> Waited:
    """Import while a customer writes to the service on the same database."""
    with tempfile.TemporaryDirectory() as folder:
        file, data = Path(folder) / "crm.csv", Path(folder) / "data"
        table_of(contacts, file)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        env = environment(checkout, data)
        command = [sys.executable, "-m", "bot", "run", "--port", str(port)]
        service = subprocess.Popen(command, cwd=checkout, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return _write_while(f"http://127.0.0.1:{port}", checkout, data, file)
        finally:
            service.kill()
            service.wait()


def _write_while(url: str, checkout: Path, data: Path, file: Path) -> Waited:
    with httpx.Client(base_url=url, timeout=120, headers={"Origin": url}) as client:
        _until_ready(client)
        command = [sys.executable, "-m", "bot", "customers", "import", str(file)]
        importing = subprocess.Popen(command, cwd=checkout, env=environment(checkout, data), stdout=subprocess.DEVNULL)
        waits, refused, number = [], 0, 0
        while importing.poll() is None:
            if number % 20 == 0:  # a session's messages are limited
                token = client.post("/api/chat/sessions").json()["session_token"]
            number += 1
            begun = time.monotonic()
            try:
                answer = client.post(
                    "/api/chat/messages",
                    headers={"Authorization": f"Bearer {token}"},
                    json={"key": f"k{number}", "text": "你好"},
                )
                refused += answer.status_code >= 400
            except httpx.TimeoutException:
                refused += 1
            waits.append(time.monotonic() - begun)
            time.sleep(PAUSE)
    return Waited(len(waits), max(waits), sorted(waits)[len(waits) // 2], refused)


def _until_ready(client: httpx.Client) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise SystemExit("the service does not become ready")


def main() -> None:
    """Measure this checkout, and another beside it; print a table and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--messages-beside", type=int, default=15_000)
    parser.add_argument("--beside", type=Path)
    options = parser.parse_args()
    checkouts = {"now": HERE} | ({"beside": options.beside.resolve()} if options.beside else {})
    found: dict[str, dict[str, object]] = {}
    print("checkout  contacts  seconds  contacts/s  CPU s  MB   messages  median s  longest s  refused")
    for name, checkout in checkouts.items():
        done, waited = alone(checkout, options.contacts), beside_messages(checkout, options.messages_beside)
        found[name] = {"import": asdict(done), "messages": asdict(waited)}
        rate = done.contacts / done.seconds
        print(
            f"{name:9} {done.contacts:8} {done.seconds:8.1f} {rate:11.0f} {done.cpu:6.1f} {done.megabytes:4.0f} "
            f"{waited.messages:9} {waited.median:9.3f} {waited.longest:10.3f} {waited.refused:8}"
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
