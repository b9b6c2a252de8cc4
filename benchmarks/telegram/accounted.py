"""The real program, keeping accounts of its CPU: SIGUSR1 begins anew, SIGUSR2 writes them to the file ACCOUNTS.

Threads are asked for their own CPU time around each transaction; what is left of them is commits, connections and the
way there and back. The event loop's thread polls, decodes and sends.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.cli.parser import main
from bot.rules import Rules
from bot.storage.database import Database

PARTS = {
    "_ranked": "reading before",
    "prepare": "reading before",
    "receive": "intake",
    "_exchange": "outbox",
    "next_pending": "outbox",
}
OTHERS = "alarms and other looks"

_spent: Counter[str] = Counter()
_lock = threading.Lock()
_here = threading.local()
_began = [0.0, 0.0]


def _accounted(part: str, fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def run(*args: Any, **kwargs: Any) -> Any:
        outer, _here.inner = getattr(_here, "inner", 0.0), 0.0
        began = time.thread_time()
        try:
            return fn(*args, **kwargs)
        finally:
            took = time.thread_time() - began
            with _lock:
                _spent[part] += took - _here.inner  # type: ignore[assignment]
            _here.inner = outer + took

    return run


def _watch(method: str) -> None:
    real = getattr(Database, method)

    async def accounted(self: Database, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await real(self, _accounted(PARTS.get(fn.__name__, OTHERS), fn), *args, **kwargs)

    setattr(Database, method, accounted)


def _begin(*_: object) -> None:
    _spent.clear()
    _began[:] = time.process_time(), time.thread_time()


def _tell(*_: object) -> None:
    whole, loop = time.process_time() - _began[0], time.thread_time() - _began[1]
    parts = dict(_spent)
    parts["polling, decoding, sending"] = loop
    parts["commits, connections, threads"] = whole - loop - sum(_spent.values())
    Path(os.environ["ACCOUNTS"]).write_text(json.dumps(parts), encoding="utf-8")


if __name__ == "__main__":
    Rules.rank = _accounted("match", Rules.rank)  # type: ignore[method-assign]
    _watch("unit")
    _watch("read")
    signal.signal(signal.SIGUSR1, _begin)
    signal.signal(signal.SIGUSR2, _tell)
    sys.exit(main())
