"""Conditions that SQLite and PostgreSQL put differently."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Text, cast, func, literal, select

_SPECIAL = re.compile(r"[*?\[]")  # means more than itself to GLOB
FEW = 500  # values that are sent one by one


def contains(db: Connection, column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Return the condition that a text contains another, character for character; false for no text."""
    if db.dialect.name == "sqlite":  # a third faster there than instr, and unlike LIKE it keeps cases apart
        found: ColumnElement[bool] = (
            func.coalesce(column.op("GLOB")("*" + _SPECIAL.sub(r"[\g<0>]", part) + "*"), 0) != 0
        )
        return found
    return func.coalesce(func.strpos(column, part), 0) > 0


def is_among(db: Connection, column: ColumnElement[Any], values: Collection[int] | Collection[str]) -> Any:
    """Return the condition that a column has one of these values, of which there may be any number."""
    if len(values) <= FEW:
        return column.in_(sorted(values))
    listed = literal(json.dumps(sorted(values)), Text())
    is_sqlite = db.dialect.name == "sqlite"
    each = func.json_each(listed) if is_sqlite else func.json_array_elements_text(cast(listed, JSON))
    value = each.table_valued("value").c.value
    return column.in_(select(value if is_sqlite else cast(value, column.type)))
