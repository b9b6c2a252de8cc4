"""Open connections by network address: which are closed when there are too many, and that the log says so."""

from __future__ import annotations

import errno
import logging
import os
from collections import Counter
from typing import Protocol

from bot.web.client_address import ProxyTrust, network_of
from bot.web.edge.capacity import CONNECTIONS_PER_ADDRESS, HALF_OPEN_PER_ADDRESS, Capacity

log = logging.getLogger(__name__)

SAID_AGAIN_AFTER = 60.0  # seconds

ADDRESS_CLOSED = "Connections were closed: one network address held more than %d, or more than %d without a request."
ALL_TAKEN = (
    "Connections were closed: %d are open, all that %d open files allow. Raise the limit (LimitNOFILE, ulimit -Hn)."
)
NOT_SERVED = (
    "Chat requests are refused: %d connections are open, and the rest of %d open files is kept for console, health "
    "checks and Telegram."
)
NO_STREAM = "Chat pages are refused live updates: %d are open, as many as %d open files allow."
NO_FILES = "This process has no open files left (%d): new connections are lost until some close."


class Connection(Protocol):
    """One connection, as the register needs it."""

    def give_up(self) -> None:
        """Close it at once; `closed` is called when that is done."""


class Connections:
    """The register of open connections; all methods are called on the event loop.

    Those of a named proxy count only in all, for its visitors share them.
    """

    def __init__(self, capacity: Capacity, trust: ProxyTrust) -> None:
        self.capacity, self.trust = capacity, trust
        self.streams = 0  # chat pages that are kept up to date
        self._networks: dict[Connection, str] = {}
        self._open: Counter[str] = Counter()
        self._half_open: dict[str, dict[Connection, None]] = {}
        self._waiting: dict[Connection, None] = {}  # all that are half open, the oldest first
        self._said: dict[str, float] = {}
        self._has_files = True

    @property
    def total(self) -> int:
        """How many are open."""
        return len(self._networks)

    def opened(self, connection: Connection, address: str, now: float) -> None:
        """Count a new connection, half open; close the oldest half-open one, or this one, where there are too many.

        `now` is the event loop's time.
        """
        network = "" if self.trust.is_trusted(address) else network_of(address)
        self._networks[connection] = network
        self._open[network] += 1
        self.half_open(connection)
        width = self.trust.width(network)
        most, half = 2 * CONNECTIONS_PER_ADDRESS * width, HALF_OPEN_PER_ADDRESS * width
        here = self._half_open[network]
        if network and (len(here) > half or self._open[network] > most):
            self.say(now, ADDRESS_CLOSED, most, half)
            next(iter(here)).give_up()
        elif self.total > self.capacity.connections:
            self.say(now, ALL_TAKEN, self.total, self.capacity.files)
            next(iter(self._waiting)).give_up()

    def half_open(self, connection: Connection) -> None:
        """A request has begun, or is awaited on a new connection."""
        if (network := self._networks.get(connection)) is not None:
            self._waiting[connection] = None
            self._half_open.setdefault(network, {})[connection] = None

    def heard(self, connection: Connection) -> None:
        """The headers of a request are complete."""
        if connection in self._waiting:
            del self._waiting[connection]
            network = self._networks[connection]
            here = self._half_open[network]
            del here[connection]
            if not here:
                del self._half_open[network]

    def closed(self, connection: Connection) -> None:
        """Forget a connection; it is no error if it was forgotten before."""
        self.heard(connection)
        network = self._networks.pop(connection, None)
        if network is not None:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]

    def is_crowded(self, address: str) -> bool:
        """Whether the address of a connection holds more than a stranger may."""
        network = network_of(address)
        return self._open[network] > CONNECTIONS_PER_ADDRESS * self.trust.width(network)

    def is_full(self) -> bool:
        """Whether only staff and health checks are to be served."""
        return self.total > self.capacity.requests

    def check_files(self) -> None:
        """Log once when no file can be opened any more: a connection is then lost before anybody hears of it."""
        try:
            os.close(os.dup(0))
        except OSError as error:
            if error.errno == errno.EMFILE and self._has_files:
                self._has_files = False
                log.error(NO_FILES, self.capacity.files)  # where it happened says nothing
        else:
            self._has_files = True

    def say(self, now: float, sentence: str, *figures: int) -> None:
        """Log a sentence, each at most once in SAID_AGAIN_AFTER seconds."""
        if now - self._said.get(sentence, -SAID_AGAIN_AFTER) >= SAID_AGAIN_AFTER:
            self._said[sentence] = now
            log.warning(sentence, *figures)
