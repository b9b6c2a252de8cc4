"""A trigger that somebody planted would have the product seal what it does; each is named."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, text

from bot.storage import seal_begin
from bot.storage.database import Database
from bot.storage.planted import verify_triggers
from bot.storage.seal_check import verify_seals
from escalation.staff import add_staff
from escalation.tickets.ticket_store import insert_note
from tests.escalation.tickets.history_scene import open_ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RAISES = "UPDATE staff SET role = 'admin' WHERE login = 'lin'"


def planted(database: Database) -> list[str]:
    return [str(fault) for fault in database.read_now(lambda db: list(verify_triggers(db)))]


def plant(database: Database, sqlite: str, *postgres: str) -> None:
    """Somebody with the database in hand makes these."""
    engine = create_engine(database.url)
    with engine.begin() as db:
        for statement in [sqlite] if database.is_sqlite else postgres:
            db.execute(text(statement))
    engine.dispose()


def test_the_products_own_are_none(database: Database) -> None:
    database.write_now(seal_begin.begin, NOW)
    assert planted(database) == []


def test_one_that_has_the_product_raise_a_role_is_named_though_the_seals_fit(database: Database) -> None:
    database.write_now(seal_begin.begin, NOW)
    database.write_now(add_staff, "lin", "林", "agent", ["*"], "x", NOW)
    database.write_now(open_ticket, 2)
    plant(
        database,
        f"CREATE TRIGGER notes_audit AFTER INSERT ON notes BEGIN {RAISES}; END",
        f"CREATE FUNCTION notes_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {RAISES}; RETURN NEW; END $$",
        "CREATE TRIGGER notes_audit AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION notes_audit()",
    )
    database.write_now(insert_note, 1, 1, "一", NOW)
    assert database.read_now(_role) == "admin"
    assert database.read_now(lambda db: list(verify_seals(db))) == []
    assert planted(database) == ["Trigger notes_audit: it stands on notes and is none of the product's; drop it."]


def test_one_that_also_refuses_is_no_guard(database: Database) -> None:
    plant(
        database,
        "CREATE TRIGGER notes_kept AFTER DELETE ON notes "
        f"BEGIN {RAISES}; SELECT RAISE(ABORT, 'kept') WHERE 0; SELECT 1; END",
        f"CREATE RULE notes_kept AS ON DELETE TO notes DO ALSO {RAISES}",
    )
    assert planted(database) == ["Trigger notes_kept: it stands on notes and is none of the product's; drop it."]


def _role(db: Connection) -> str:
    return str(db.scalar(text("SELECT role FROM staff WHERE login = 'lin'")))
