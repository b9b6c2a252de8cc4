#!/usr/bin/env bash
# Guess, before it was run: AsyncIOScheduler.shutdown(wait=False) returns at once and lets a job that is under way run
# to its end, as it does with jobs in threads; wait=True waits for that end.
# Seen with APScheduler 3.11.3: a job that is a coroutine is cancelled in the middle, so that a sweep for deadlines is
# broken off at every stop with a traceback in the log; wait=True cancels it all the same. A job in a thread runs to its
# end. Whoever needs the end pauses the scheduler and waits for the job before shutting down.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install APScheduler==3.11.3
cat >"$folder/stop.py" <<'PY'
import asyncio
import logging
import threading

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

logging.disable()  # the traceback of each cancelled job


async def how_a_coroutine_ends(wait: bool) -> str:
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), []

    async def sweep() -> None:
        begun.set()
        try:
            await may_end.wait()
            ended.append("ran to its end")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(sweep)
    scheduler.start()
    await begun.wait()
    scheduler.shutdown(wait=wait)
    may_end.set()
    for _ in range(100):
        await asyncio.sleep(0)
    return ended[0] if ended else "nothing"


async def how_a_thread_ends() -> str:
    begun, may_end, over, ended = threading.Event(), threading.Event(), threading.Event(), []

    def sweep() -> None:
        begun.set()
        may_end.wait(10)
        ended.append("ran to its end")
        over.set()

    scheduler = AsyncIOScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(1)})
    scheduler.add_job(sweep)
    scheduler.start()
    await asyncio.to_thread(begun.wait, 10)
    scheduler.shutdown(wait=False)
    may_end.set()
    await asyncio.to_thread(over.wait, 10)
    return ended[0] if ended else "nothing"


seen = [
    asyncio.run(how_a_coroutine_ends(wait=False)),
    asyncio.run(how_a_coroutine_ends(wait=True)),
    asyncio.run(how_a_thread_ends()),
]
print("coroutine, wait=False:", seen[0])
print("coroutine, wait=True: ", seen[1])
print("thread, wait=False:   ", seen[2])
raise SystemExit(seen != ["cancelled", "cancelled", "ran to its end"])
PY
"$folder/venv/bin/python" -W ignore "$folder/stop.py"
echo "A coroutine under way is still cancelled by a shutdown, waited for or not."
