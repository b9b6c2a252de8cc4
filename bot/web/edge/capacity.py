"""How many connections the process can hold: the limit of open files, and what is kept back of it."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MOST_FILES = 65_536
OWN_FILES = 192  # database, log, Telegram, files being read

HALF_OPEN_PER_ADDRESS = 20
CONNECTIONS_PER_ADDRESS = 100  # beyond, strangers' requests are refused; beyond twice as many, connections are closed
STREAMS_PER_ADDRESS = 50
STREAMS_PER_SESSION = 6  # a browser opens no more to one host


@dataclass(frozen=True, slots=True)
class Capacity:
    """What fits into `files` open files: each figure leaves room for what comes before it.

    `connections` at all; with more than `requests` open, only staff and health checks are served; `streams` are chat
    pages that are kept up to date.
    """

    files: int
    connections: int
    requests: int
    streams: int


def capacity_of(files: int) -> Capacity:
    """Return what fits into this many open files."""
    connections = files - min(OWN_FILES, files // 4)
    requests = connections - max(32, connections // 16)
    return Capacity(files, connections, requests, requests - max(32, requests // 8))


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one, at most to MOST_FILES; return the limit in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # a system that allows fewer than it says
            return soft
        return wanted
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft
