"""The history of migrations ends in exactly the tables the code declares, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot import schema
from bot.database import Database
from bot.migrations import HEAD


def test_upgrading_gives_the_declared_tables(database: Database) -> None:
    def differences(db):
        context = MigrationContext.configure(db, opts={"target_metadata": schema.all_metadata()})
        return compare_metadata(context, schema.all_metadata())

    assert database.read_now(differences) == []


def test_an_upgraded_database_is_current_and_an_empty_one_is_not(url: str) -> None:
    database = Database(url)
    assert not database.read_now(schema.is_current)
    database.write_now(schema.upgrade)
    assert database.read_now(schema.is_current)
    database.close()


def test_head_names_the_end_of_one_linear_history() -> None:
    scripts = ScriptDirectory(str(schema.HERE))
    assert scripts.get_heads() == [HEAD]
