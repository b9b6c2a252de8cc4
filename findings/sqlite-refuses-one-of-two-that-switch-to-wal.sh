#!/usr/bin/env bash
# Guess, before it was run: with a busy timeout of 30 seconds, two processes that switch a new database to write-ahead
# logging at the same instant wait for each other, and both succeed.
# Seen with SQLite 3.40.1 (Python 3.11's sqlite3): now and then one of them is refused within a millisecond with
# "database is locked", without the timeout being waited for; so two servers started together on a new file could not
# both start until the switch was tried again. Needs no package: the library comes with Python.
# Exits 1 when that is no longer seen in 3,000 rounds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >switch_together.py <<'PY'
import multiprocessing
import os
import sqlite3
import time

ROUNDS = 3_000


def switch(number, start, done, found):
    for round_ in range(ROUNDS):
        connection = sqlite3.connect(f"{round_}.sqlite3", timeout=30, isolation_level=None)
        connection.execute("PRAGMA busy_timeout=30000")
        start.wait()
        began = time.monotonic()
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            found.append((round_, str(error), time.monotonic() - began))
        done.wait()
        connection.close()
        if found:
            return


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        start, done, found = multiprocessing.Barrier(2), multiprocessing.Barrier(2), manager.list()
        both = [multiprocessing.Process(target=switch, args=(n, start, done, found)) for n in range(2)]
        for process in both:
            process.start()
        for process in both:
            process.join()
        print("SQLite", sqlite3.sqlite_version, "on", os.cpu_count(), "processors")
        for round_, words, waited in found:
            print(f"round {round_}: {words!r} after {waited * 1000:.1f} ms, though 30 s were to be waited")
        raise SystemExit(not found)
PY
python3 switch_together.py
echo "One of two that switch at once is still refused without waiting."
