"""Two transactions at once on PostgreSQL: the second begins while the first has done its work and not committed it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from sqlalchemy import Connection, text

from tests.bot.scene import Scene
from tests.patience import patience

Work = Callable[[Connection], Any]
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def both_at_once(scene: Scene, first: Work, second: Work) -> tuple[Any, Any]:
    """What came of both, a refusal as it was raised; `second` must wait for a lock of `first`'s."""
    done, go_on = Event(), Event()

    def slow(db: Connection) -> Any:
        found = first(db)
        done.set()
        assert go_on.wait(patience(30))
        return found

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(scene.write, slow)
        assert done.wait(patience(30))
        other = threads.submit(scene.write, second)
        waits = _waits(scene, other)
        go_on.set()
        found = _came_of(one), _came_of(other)
    assert waits, "nothing was locked"
    return found


def _waits(scene: Scene, work: Future[Any]) -> bool:
    for _ in range(5_000):
        if work.done():
            return False
        if scene.read(lambda db: db.scalar(_WAITING)):
            return True
    return False


def _came_of(work: Future[Any]) -> Any:
    error = work.exception(patience(60))
    return work.result() if error is None else error
