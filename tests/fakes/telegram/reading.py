"""The parameters of a call, which come as form fields or as JSON, read strictly."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.telegram.refusals import Json, bad


def integer(given: Json, name: str, default: int | None = None) -> int:
    """A whole number; refused when it is missing without a default, or is none."""
    value = given.get(name)
    if value is None:
        if default is None:
            raise bad(f"{name} is empty")
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad(f"{name} must be an integer") from None


def number(given: Json, name: str) -> float:
    """A number, as for degrees."""
    try:
        return float(given[name])
    except (KeyError, TypeError, ValueError):
        raise bad(f"{name} is empty or no number") from None


def flag(given: Json, name: str) -> bool:
    """Whether something was switched on."""
    return str(given.get(name, "")).lower() in ("true", "1", "yes", "t", "y")


def words(given: Json, name: str) -> str:
    """A text; empty when it is missing."""
    return str(given.get(name, ""))


def objects(given: Json, name: str, default: Any = None) -> Any:
    """What is written as JSON inside a form field, or stands in a JSON body as itself."""
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
