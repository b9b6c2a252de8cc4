"""The schema of all packages' tables: is the database at the expected revision, and migrate it there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

from bot.migrations import HEAD
from bot.storage import sealing
from bot.storage.database import be_alone

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
_OWN, _BEFORE = (
    re.compile(rf"""^{name} = (?:["'](.+)["']|None)$""", re.MULTILINE) for name in ("revision", "down_revision")
)
TRIAL = "UPDATE alembic_version SET version_num = version_num"  # a write that changes nothing


def all_metadata() -> list[MetaData]:  # noqa: PLR0915  # a line for each module with tables
    """Return every package's MetaData, the domains' before the bot's, which references them."""
    import bot.auth.api_keys
    import bot.auth.budgets.ledger
    import bot.auth.failed_sign_ins
    import bot.auth.known_devices
    import bot.auth.messenger_accounts
    import bot.auth.one_time_codes
    import bot.auth.password_links
    import bot.auth.preferences
    import bot.auth.sign_in_brakes
    import bot.auth.staff_sessions
    import bot.auth.visitor_sessions
    import bot.delivery.customer_topics
    import bot.delivery.outbox
    import bot.notifications.notice_tables
    import bot.notifications.paging
    import bot.notifications.tier_notices
    import bot.storage.reseal_table
    import bot.storage.retention_tables
    import bot.storage.seal_table
    import bot.storage.search_marks
    import bot.topic_sync.topics
    import bot.transcript.addresses
    import bot.transcript.attachments
    import bot.transcript.business_connections
    import bot.transcript.canned_reply_store
    import bot.transcript.channel_message_ids
    import bot.transcript.conversations
    import bot.transcript.dead_letters
    import bot.transcript.delayed_alarms
    import bot.transcript.edits
    import bot.transcript.linked_lines
    import bot.transcript.notices_shown
    import bot.transcript.processed_keys
    import bot.transcript.reply_drafts
    import bot.transcript.suggestion_verdicts
    import bot.transcript.ticket_reads
    import bot.transcript.word_index
    import escalation.calendars.calendar_editions
    import escalation.customers.consents
    import escalation.customers.customer_notes
    import escalation.customers.customer_store
    import escalation.customers.data_requests
    import escalation.customers.holds
    import escalation.customers.items
    import escalation.customers.restricted_parts
    import escalation.customers.service_teams
    import escalation.customers.staged_imports
    import escalation.customers.tier_history
    import escalation.customers.tier_proposals
    import escalation.improvement.improvement_tables
    import escalation.incidents.incident_store
    import escalation.journal.journal_store
    import escalation.measures.measure_tables
    import escalation.policy.policy_editions
    import escalation.staff
    import escalation.staffing.roster_store
    import escalation.supervision.inspection_tables
    import escalation.surveys.survey_consents
    import escalation.surveys.survey_store
    import escalation.tickets.customer_waits
    import escalation.tickets.deadline_store
    import escalation.tickets.fact_words
    import escalation.tickets.handling_spells
    import escalation.tickets.plan_steps
    import escalation.tickets.plans
    import escalation.tickets.ratings
    import escalation.tickets.sent_steps
    import escalation.tickets.task_store
    import knowledge_base.adjusting.adjustment_store
    import knowledge_base.adjusting.judged_store
    import knowledge_base.gaps.gap_store
    import knowledge_base.revisions.check_store
    import knowledge_base.revisions.draft_store
    import knowledge_base.revisions.regression_store
    import knowledge_base.revisions.talk_store
    import knowledge_base.revisions.upload_store
    from bot.storage.tables import metadata as of_bot
    from escalation.tables import metadata as of_escalation
    from knowledge_base.revisions.revision_store import metadata as of_knowledge

    del bot, escalation, knowledge_base
    return [of_escalation, of_knowledge, of_bot]


def revision(db: Connection) -> str | None:
    """Return the database's Alembic revision; None if it is empty."""
    if not inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def known_revisions() -> tuple[str, ...]:
    """Return the revisions that this version knows, in the order of the upgrade, which their numbers need not have."""
    texts = (path.read_text(encoding="utf-8") for path in (HERE / "versions").glob("[0-9]*.py"))
    after = {_BEFORE.findall(each)[0]: _OWN.findall(each)[0] for each in texts}
    found = [after[""]]
    while found[-1] in after:
        found.append(after[found[-1]])
    return tuple(found)


def is_current(db: Connection) -> bool:
    """Whether the database is at the revision that this code expects."""
    return revision(db) == HEAD


def upgrade(db: Connection) -> None:
    """Migrate the database to HEAD in the caller's transaction; does nothing if it is there."""
    be_alone(db)
    if is_current(db):
        return
    from alembic import command

    sealing.unwatch(db)
    command.upgrade(_config(db), "head")
    sealing.install(db)


def _config(db: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = db
    return config
