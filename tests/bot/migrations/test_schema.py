"""The history of migrations ends in exactly the tables the code declares, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, text

from bot.auth import api_keys
from bot.migrations import HEAD, schema
from bot.storage.database import Database
from escalation.staff import add_staff
from escalation.tickets import customer_waits, plans, sent_steps, ticket_store
from knowledge_base.revisions import revision_store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_upgrading_gives_the_declared_tables(url: str) -> None:
    database = Database(url)
    database.write_now(schema.upgrade)

    def differences(db):
        def is_of_this_kind(item, _name, kind, _reflected, _other):
            asked = getattr(item, "_ddl_if", None) if kind == "index" else None
            return asked is None or asked.dialect == db.dialect.name

        options = {"target_metadata": schema.all_metadata(), "include_object": is_of_this_kind}
        context = MigrationContext.configure(db, opts=options)
        return compare_metadata(context, schema.all_metadata())

    assert database.read_now(differences) == []
    database.close()


def test_an_upgraded_database_is_current_and_an_empty_one_is_not(url: str) -> None:
    database = Database(url)
    assert not database.read_now(schema.is_current)
    database.write_now(schema.upgrade)
    assert database.read_now(schema.is_current)
    database.close()


def test_what_was_published_before_there_were_drafts_stays_published(url: str) -> None:
    database = Database(url)
    database.write_now(_upgrade_to, "0001")
    insert = "INSERT INTO kb_revisions (created_at, note) VALUES ('2026-11-01 08:00:00', 'old')"
    database.write_now(lambda db: db.execute(text(insert)))
    database.write_now(schema.upgrade)
    (found,) = database.read_now(revision_store.all_revisions)
    assert (found.state, found.author, found.based_on, found.note) == ("published", "", None, "old")
    assert database.read_now(revision_store.current_revision) == found.id
    database.close()


def test_no_ticket_of_before_counts_as_withdrawn(url: str) -> None:
    database = Database(url)
    database.write_now(_upgrade_to, "0004")
    texts = ("tier", "tier_reason", "policy_version", "queue", "urgency", "state", "subject", "reason")
    numbers = ("conversation_id", "urged", "reopened")
    values = {**dict.fromkeys(texts, "'closed'"), **dict.fromkeys(numbers, "1"), "complaint": "false"}
    values |= dict.fromkeys(("candidates", "rejected"), "'[]'")
    values |= dict.fromkeys(("raised_at", "received_at"), "'2026-11-01 08:00:00'")
    insert = f"INSERT INTO tickets ({', '.join(values)}) VALUES ({', '.join(values.values())})"
    database.write_now(lambda db: db.execute(text(insert)))
    database.write_now(schema.upgrade)
    (found,) = database.read_now(ticket_store.find_tickets)
    assert (found.state, found.is_withdrawn, found.withdrawn_at) == ("closed", False, None)
    database.close()


def test_plans_and_reports_of_before_stay_with_nothing_sent_and_nobody_waited_for(url: str) -> None:
    database = Database(url)
    database.write_now(_upgrade_to, "0004")
    texts = ("tier", "tier_reason", "policy_version", "queue", "urgency", "state", "subject", "reason")
    values = {**dict.fromkeys(texts, "'claimed'"), **dict.fromkeys(("conversation_id", "urged", "reopened"), "1")}
    values |= {"complaint": "false", **dict.fromkeys(("candidates", "rejected"), "'[]'")}
    values |= dict.fromkeys(("raised_at", "received_at"), "'2026-11-01 08:00:00'")
    ticket = f"INSERT INTO tickets ({', '.join(values)}) VALUES ({', '.join(values.values())})"
    database.write_now(lambda db: db.execute(text(ticket)))
    database.write_now(_upgrade_to, "0021")
    database.write_now(add_staff, "lin", "林", "agent", ["*"], "x", NOW)
    steps = [{"what": "检修", "by": NOW.isoformat()}]
    made = {"ticket_id": 1, "version": 1, "responsible_id": 1, "steps": steps, "made_at": NOW, "made_by": 1}
    database.write_now(lambda db: db.execute(insert(plans.plans).values(**made)))
    report = (
        "INSERT INTO reports (ticket_id, \"to\", text, at, \"by\") VALUES (1, 'lead', 'x', '2026-11-01 08:00:00', 1)"
    )
    database.write_now(lambda db: db.execute(text(report)))
    database.write_now(schema.upgrade)
    [plan], [kept] = database.read_now(plans.plans_of, 1), database.read_now(plans.reports_of, 1)
    assert (plan.steps[0].what, plan.steps[0].done_at, kept.text, kept.rating) == ("检修", None, "x", None)
    assert database.read_now(sent_steps.sent_on, 1) == []
    assert not database.read_now(customer_waits.are_due, NOW)
    database.close()


def test_keys_of_before_may_do_what_they_could_and_nothing_that_came_later(url: str) -> None:
    database = Database(url)
    database.write_now(_upgrade_to, "0008")
    insert = "INSERT INTO api_keys (digest, name, created_at) VALUES ('d', 'crm', '2026-11-01 08:00:00')"
    database.write_now(lambda db: db.execute(text(insert)))
    database.write_now(schema.upgrade)
    (found,) = database.read_now(api_keys.all_keys)
    scopes = ("customers", "telegram-links", "metrics")  # a scope made later is for whoever gives it to a key
    assert (found.name, found.scopes, found.expires_at, found.used_at) == ("crm", scopes, None, None)
    database.close()


def _upgrade_to(db: Connection, revision: str) -> None:
    command.upgrade(schema._config(db), revision)


def test_head_names_the_end_of_one_linear_history() -> None:
    scripts = ScriptDirectory(str(schema.HERE))
    assert scripts.get_heads() == [HEAD]
