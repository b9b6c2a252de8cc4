"""Conditions that SQLite and PostgreSQL put differently."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Text, cast, func, literal, select

FEW = 500  # values that are sent one by one


def contains(db: Connection, column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Return the condition that a text contains another, character for character; false for no text."""
    position = func.instr if db.dialect.name == "sqlite" else func.strpos
    return func.coalesce(position(column, part), 0) > 0


def is_among(db: Connection, column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> Any:
    """Return the condition that a column has one of these values, of which there may be any number."""
    if len(values) <= FEW:
        return column.in_(sorted(values))
    listed = literal(json.dumps(sorted(values)), Text())
    is_sqlite = db.dialect.name == "sqlite"
    each = func.json_each(listed) if is_sqlite else func.json_array_elements_text(cast(listed, JSON))
    value = each.table_valued("value").c.value
    return column.in_(select(value if is_sqlite else cast(value, column.type)))
