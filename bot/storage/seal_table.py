"""The table of seals: for each conversation, ticket, person, edition …, the keyed sum of its rows."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Column, String, Table, Text

from bot.storage.tables import metadata

seals = Table(
    "seals",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(160), primary_key=True),
    Column("parts", Text, nullable=False),  # JSON: by table, how many rows, and the sum of their hashes
    Column("seal", String(64), nullable=False),  # keyed, over this row
)

WHOLE = 1 << 256
DAMAGED = "!"  # a part that says: this seal did not fit when the product came to write it

Key = tuple[str, int, str]  # kind, number, name
Part = list[Any]  # how many rows, and their sum in hexadecimal
_ENCODE: Callable[[Any], str] = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def row_hash(secret: bytes, key: Key, table: str, row: str) -> int:
    """Return the keyed hash of a row's text, as a number."""
    text = f"{key[0]}\0{key[1]}\0{key[2]}\0{table}\0{row}"
    return int.from_bytes(hmac.digest(secret, text.encode(), "sha256"), "big")


def seal_of(secret: bytes, key: Key, parts: str) -> str:
    """Return the keyed hash of a row of seals."""
    return hmac.digest(secret, f"seal\0{key[0]}\0{key[1]}\0{key[2]}\0{parts}".encode(), "sha256").hex()


def encode(parts: dict[str, Part]) -> str:
    """Return parts as their column holds them."""
    return _ENCODE(parts)


def decode(parts: str) -> dict[str, Part]:
    """Return the parts of a column; raises ValueError for a text that no product wrote."""
    found = json.loads(parts)
    if not isinstance(found, dict):
        raise ValueError("parts are an object")
    return found
