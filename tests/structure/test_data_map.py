"""Every table stands on the data map, and nothing stands there that is no table."""

from __future__ import annotations

import re
from pathlib import Path

from bot.migrations.schema import all_metadata

PAGE = Path(__file__).parents[2] / "docs" / "data-map.md"
_ROW = re.compile(r"^\| (`[^|]*`[^|]*) \|", re.MULTILINE)
_NAME = re.compile(r"`([a-z_]+)`")


def _tables() -> set[str]:
    return {name for metadata in all_metadata() for name in metadata.tables} | {"once", "alembic_version"}


def _named() -> list[str]:
    text = PAGE.read_text(encoding="utf-8").partition("## Files")[0]
    return [name for row in _ROW.findall(text) for name in _NAME.findall(row)]


def test_every_table_is_on_the_map_once() -> None:
    assert _tables() - set(_named()) == set(), "say in docs/data-map.md what of a person is in these tables"
    assert sorted(_named()) == sorted(set(_named()))


def test_nothing_on_the_map_is_no_table() -> None:
    assert set(_named()) - _tables() == set()
