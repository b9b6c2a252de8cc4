"""Every table is covered by seals or left out with a reason, and no column is forgotten."""

from __future__ import annotations

from bot.migrations import schema
from bot.storage.covered_tables import COVERS, LEFT_OUT

TABLES = {table.name: table for metadata in schema.all_metadata() for table in metadata.sorted_tables}


def test_every_table_is_covered_or_left_out_with_a_reason() -> None:
    covered = {cover.table for cover in COVERS}
    assert sorted(TABLES.keys() - covered - LEFT_OUT.keys()) == []
    assert sorted((covered | LEFT_OUT.keys()) - TABLES.keys()) == ["alembic_version"]
    assert covered & LEFT_OUT.keys() == set()
    assert all(reason for reason in LEFT_OUT.values())


def test_every_column_named_is_there_and_every_other_counts() -> None:
    for cover in COVERS:
        columns = TABLES[cover.table].c.keys()
        assert {*cover.only, *cover.not_, *cover.hashed} <= {*columns}, cover
    whole = {cover.table for cover in COVERS if not cover.only}
    assert {cover.table for cover in COVERS} - whole == {"conversations"}


def test_no_kind_has_a_table_twice() -> None:
    pairs = [(cover.kind, cover.table) for cover in COVERS]
    assert len(pairs) == len(set(pairs))
