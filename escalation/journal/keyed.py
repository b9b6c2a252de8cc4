"""Keyed hashes of the journal's chains, and where a connection carries their key."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

OPTION = "jiedai_journal_key"  # the execution option of engines and connections


def key_of(db: Connection) -> bytes:
    """Return the key that the engine of `db` was opened with; empty if none was given."""
    found: bytes = db.get_execution_options().get(OPTION, b"")
    return found


def mac(key: bytes, *parts: Any) -> str:
    """Return the HMAC-SHA256 of values that JSON can hold, instants in UTC, in hexadecimal."""
    return hmac.digest(key, _ENCODE(parts).encode(), "sha256").hex()


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as a JSON column gives them back: instants as text, tuples and sets as lists."""
    found: dict[str, Any] = json.loads(_ENCODE(dict(values)))
    return found


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


# Built once: json.dumps with these arguments builds an encoder at each call.
_ENCODE: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_default
).encode
