"""The fake in a process of its own: prints its address as one line of JSON and serves until it is ended."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
from typing import Any

from tests.fakes.telegram import TOKEN, FakeTelegram


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--meters", nargs="?", const="refuse", default="off", choices=("off", "count", "refuse"))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


async def _serve(options: Any) -> None:
    async with FakeTelegram(options.token, port=options.port) as api:
        api.meter.mode = options.meters
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        print(json.dumps({"base": api.base, "token": api.token}), flush=True)  # noqa: T201  # what it is for
        await ended.wait()


if __name__ == "__main__":
    main()
