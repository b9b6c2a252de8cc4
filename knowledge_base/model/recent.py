"""The latest results of something costly, kept by what they were made of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RecentResults(Generic[Key, Value]):
    """Keeps the latest results (`most`) of a pure function. Thread-safe: two threads at worst make the same twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Value | None:
        """Return what is kept for a key; None if nothing is."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def keep(self, key: Key, value: Value) -> Value:
        """Keep a result, which may drive the oldest out, and return it."""
        with self._lock:
            self._known[key] = value
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return value

    def of(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return the result for a key, made now if it is not kept."""
        found = self.get(key)
        return found if found is not None else self.keep(key, make())
