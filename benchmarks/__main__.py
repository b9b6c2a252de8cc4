"""All measurements, one after another: `python -m benchmarks [--quick]`."""

from __future__ import annotations

import argparse
import asyncio
import json

from benchmarks import intake, matching, startup


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
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
