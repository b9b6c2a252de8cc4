"""Death by SIGKILL on either side of a commit."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import Connection, event

Side = Literal["before", "after"]


def die_at_commits(engines: Any, sentence: Callable[[], Side | None]) -> None:
    """Ask at every writing commit of an engine (or of all, for the class) whether the process dies, and on which side.

    Commits wait for each other meanwhile, so that no other one happens between the sentence and the death.
    """
    lock = threading.Lock()

    def at_commit(connection: Connection) -> None:
        with lock:
            side = sentence()
            if side == "after":
                driver: Any = connection.connection.dbapi_connection
                driver.commit()
            if side is not None:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engines, "commit", at_commit)
