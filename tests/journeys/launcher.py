"""The real program, able to die of SIGKILL at a chosen commit: just before it, or just after. For journeys only.

`JOURNEY_DEATH` names a file that may hold {"when": "before" | "after", "nth": 3}: the third writing transaction that
commits from then on is the process's last moment. `JOURNEY_START` names a file to wait for with everything imported,
so that a successor can stand by.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import bot.cli.run
from bot.cli.parser import main

_lock = threading.Lock()
_seen: dict[str, int] = {}


@event.listens_for(Engine, "commit")
def _at_commit(connection: Connection) -> None:
    with _lock:
        sentence = _sentence()
        if sentence is None:
            return
        if sentence["when"] == "after":
            driver: Any = connection.connection.dbapi_connection
            driver.commit()
        os.kill(os.getpid(), signal.SIGKILL)


def _sentence() -> dict[str, Any] | None:
    """What is to happen at this very commit; the file is gone when it does, so that the successor lives."""
    path = Path(os.environ["JOURNEY_DEATH"])
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    _seen[text] = _seen.get(text, 0) + 1
    sentence: dict[str, Any] = json.loads(text)
    if _seen[text] < sentence["nth"]:
        return None
    path.unlink()
    return sentence


def _stand_by() -> None:
    start = os.environ.get("JOURNEY_START")
    while start and not Path(start).exists():
        with contextlib.suppress(InterruptedError):
            time.sleep(0.01)
        if os.getppid() == 1:  # nobody waits for us any more
            sys.exit(1)


if __name__ == "__main__":
    assert bot.cli.run
    _stand_by()
    main()
