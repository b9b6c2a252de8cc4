"""Amounts of indicators as whole numbers: seconds, hundredths of a percent or of a point; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from escalation.measures.catalogue import Unit

HUNDREDTHS = 100
MOST: Mapping[Unit, int] = {
    "seconds": 366 * 86_400,
    "share": 100 * HUNDREDTHS,
    "score": 100 * HUNDREDTHS,
    "number": 1_000_000,
}
_TIME = re.compile(r"(\d{1,6}(?:\.\d{1,2})?)(秒|s|分钟|分|min|m|小时|h|天|d)", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,2})?", re.ASCII)
_SECONDS = {
    "秒": 1,
    "s": 1,
    "分钟": 60,
    "分": 60,
    "min": 60,
    "m": 60,
    "小时": 3_600,
    "h": 3_600,
    "天": 86_400,
    "d": 86_400,
}
_ENDINGS: Mapping[Unit, tuple[str, ...]] = {"share": ("%", "％"), "score": ("分",), "number": ("件",), "seconds": ()}


def parse_amount(text: str, unit: Unit) -> int:
    """Parse 30 分钟, 2h, 85%, 88 分; raises ValueError for what is none or more than there can be."""
    text = "".join(text.split())
    amount = _parse_time(text) if unit == "seconds" else _parse_number(text, unit)
    if not 0 <= amount <= MOST[unit]:
        raise ValueError(text)
    return amount


def _parse_time(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(Decimal(found[1]) * _SECONDS[found[2]])


def _parse_number(text: str, unit: Unit) -> int:
    for ending in _ENDINGS[unit]:
        text = text.removesuffix(ending)
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(text)
    return int(Decimal(text) * (1 if unit == "number" else HUNDREDTHS))


def amount_of(value: float | None, unit: Unit) -> int | None:
    """Return the amount of a figure (a share is 0 to 1, a score 0 to 100); None without a sample."""
    if value is None:
        return None
    factor = {"share": 100 * HUNDREDTHS, "score": HUNDREDTHS}.get(unit, 1)
    return round(value * factor)
