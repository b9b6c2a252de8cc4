"""All measurements, one after another: `python -m benchmarks [--quick]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from typing import Any

from benchmarks import intake, matching, startup

PARTS = ("worktime", "retier", "deadlines", "outage", "storm", "outbox", "crash", "pages", "telegram")


def main() -> None:
    """Run them and end with everything as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="a sample of each, a few minutes in all")
    options.add_argument("--sets", metavar="DIR", default=str(matching.SETS), help="matching sets, where there are any")
    given = options.parse_args()
    found = {"startup": startup.measure(runs=3 if given.quick else 9)}
    found["intake"] = asyncio.run(intake.measure(messages=600 if given.quick else 5_000))
    words = ["--sets", given.sets, *(["--quick"] if given.quick else [])]
    found["matching"] = matching.run_apart(words)
    for name in PARTS:
        found[name] = run_apart(name, ["--quick"] if given.quick else [])
    print(json.dumps(found, ensure_ascii=False))


def run_apart(name: str, words: list[str]) -> Any:
    """One benchmark in a process of its own, its table passed on; what its last line says."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
    if process.returncode:
        print(last, end="")
        raise SystemExit(f"benchmarks.{name} ended with exit code {process.returncode}.")
    return json.loads(last)


if __name__ == "__main__":
    main()
