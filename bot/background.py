"""Background tasks: start, stop, and loops that survive failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

RETRY = 1.0  # seconds after a failure

Task = asyncio.Task[None]


class Background:
    """The tasks of one owner, stopped together."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start a task on the running event loop."""
        self.tasks.append(asyncio.create_task(work, name=name))

    def start_short(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start one of many short tasks, which is forgotten when it has ended."""
        self.start(name, work)
        self.tasks[-1].add_done_callback(self.tasks.remove)

    async def stop(self, finishing: Collection[Task] = (), grace: float = 0.0) -> None:
        """Cancel all tasks and wait for their end; those `finishing` get `grace` seconds to end by themselves."""
        await finish(finishing, grace)
        await finish(self.tasks)


async def finish(tasks: Collection[Task], grace: float = 0.0) -> None:
    """Give these tasks `grace` seconds to end by themselves, then cancel them and wait for their end."""
    if tasks and grace:
        await asyncio.wait(tasks, timeout=grace)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def run_forever(
    step: Callable[[], Awaitable[object]], log: logging.Logger, sentence: str, stopped: Callable[[], bool] = bool
) -> None:
    """Repeat `step` until `stopped`; a failure is logged with `sentence` and tried again after RETRY seconds."""
    while not stopped():
        try:
            await step()
        except Exception:
            log.exception(sentence)
            await asyncio.sleep(RETRY)
