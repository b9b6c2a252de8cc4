"""All packages' tables together; is the database's shape current, and bring it there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

from bot.database import be_alone
from bot.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


def all_metadata() -> list[MetaData]:
    """Every package's MetaData, the domains before the bot that refers to them."""
    import bot.history
    import bot.link_codes
    import bot.notice_store
    import bot.numbers
    import bot.outbox
    import bot.paging
    import bot.revisions
    import bot.set_aside
    import bot.staff_links
    import bot.topics
    import bot.web.keys
    import bot.web.staff_sessions
    import bot.web.visitors
    import escalation.calendar_years
    import escalation.customer_store
    import escalation.incident_store
    import escalation.policy_store
    import escalation.roster_store
    import escalation.staff
    import escalation.store
    import knowledge_base.gap_store
    import knowledge_base.regression_store
    from bot.tables import metadata as of_bot
    from escalation.tables import metadata as of_escalation
    from knowledge_base.store import metadata as of_knowledge

    del bot, escalation, knowledge_base
    return [of_escalation, of_knowledge, of_bot]


def revision(db: Connection) -> str | None:
    """The revision the database is at; None when it is empty."""
    if not inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_current(db: Connection) -> bool:
    """Whether the database has exactly the shape this code expects."""
    return revision(db) == HEAD


def upgrade(db: Connection) -> None:
    """Bring the database to HEAD within the caller's transaction; does nothing when it is there."""
    be_alone(db)
    if is_current(db):
        return
    from alembic import command

    command.upgrade(_config(db), "head")


def _config(db: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = db
    return config
