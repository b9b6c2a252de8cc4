"""Encode messages that arrive together in one batch of the sentence encoder, before any lock is taken."""

from __future__ import annotations

import asyncio
import logging

from bot.rules import Rules

log = logging.getLogger(__name__)

MOST = 64  # messages in one go
LONGEST = 500  # characters; longer messages are read when they are ranked, so that none holds the others up

_Waiting = list[tuple[str, asyncio.Future[None]]]


class ReadAhead:
    """Batches encoding: while one batch is encoded the next one gathers; a single message does not wait."""

    def __init__(self) -> None:
        self._waiting: _Waiting = []
        self._task: asyncio.Task[None] | None = None

    async def of(self, rules: Rules, text: str) -> None:
        """Return when the text is encoded; never fails, for ranking encodes what was not."""
        if len(text) > LONGEST:
            return
        read = asyncio.get_running_loop().create_future()
        self._waiting.append((text, read))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(rules), name="reading-ahead")
        await read

    async def _work(self, rules: Rules) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                await asyncio.to_thread(rules.read_ahead, [text for text, _ in batch])
            except Exception:
                log.exception("messages could not be read ahead; each is read when it is ranked")
            finally:
                for _, read in batch:
                    if not read.done():
                        read.set_result(None)
