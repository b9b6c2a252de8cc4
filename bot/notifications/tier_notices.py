"""Tell contacts, where the policy says so, that their service has changed: once per move, by day, without a tier."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from bot.delivery.customer_messages import send_to_customer
from bot.rules import Rules
from bot.storage.tables import metadata
from bot.transcript import conversations
from bot.wording.phrases import in_script
from escalation.customers.customer_rows import contacts
from escalation.customers.tier_history import tier_history
from escalation.policy.model import Policy

BATCH = 20  # contacts in one transaction

tier_notices = Table(
    "tier_notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("step_id", Integer, ForeignKey(tier_history.c.id), nullable=False),
    Column("contact_id", Text, nullable=False),
    Column("told_at", DateTime(timezone=True)),
)
Index(
    "ix_tier_notices_untold",
    tier_notices.c.id,
    sqlite_where=text("told_at IS NULL"),
    postgresql_where=text("told_at IS NULL"),
)


def owe(
    db: Connection, policy: Policy, organisation_id: str, now: datetime, moved: Collection[str] | None = None
) -> None:
    """Note that an organisation's contacts who talk with us are owed word of its move at `now`, once.

    `moved`: the contacts of an organisation that has become part of another; without it those it has.

    Nothing where the policy doesn't tell customers, or no step of this instant moved anything. One who is still to
    be told of an earlier move is told once of both.
    """
    if not policy.tier_rules.change_notice:
        return
    step = tier_history.c
    moves = (step.organisation_id == organisation_id, step.at == now, step.tier_before != step.tier_after)
    step_id = db.scalar(select(func.max(step.id)).where(*moves))
    if step_id is None:
        return
    told = tier_notices.c
    owed = select(told.contact_id).where((told.step_id == step_id) | told.told_at.is_(None))
    talk = select(conversations.conversations.c.contact_id)
    theirs = contacts.c.organisation_id == organisation_id if moved is None else contacts.c.id.in_(sorted(moved))
    query = select(contacts.c.id).where(theirs)
    query = query.where(contacts.c.id.in_(talk), contacts.c.id.not_in(owed)).order_by(contacts.c.id)
    rows = [{"step_id": step_id, "contact_id": contact} for contact in db.scalars(query)]
    if rows:
        db.execute(insert(tier_notices), rows)


def move(db: Connection, from_id: str, into_id: str) -> None:
    """Let what a contact is still to be told be told to another, who is told once."""
    untold = tier_notices.c.told_at.is_(None)
    owed = select(tier_notices.c.id).where(tier_notices.c.contact_id == into_id, untold)
    mine = (tier_notices.c.contact_id == from_id, untold)
    if db.scalar(owed.limit(1)) is not None:
        db.execute(delete(tier_notices).where(*mine))
    db.execute(update(tier_notices).where(*mine).values(contact_id=into_id))


def has_more_to_tell(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether somebody is owed word and may have it at this hour."""
    hours = rules.policy.calendars.get(rules.policy.tier_rules.notice_hours)
    if not rules.policy.tier_rules.change_notice or hours is None or not hours.is_open(now):
        return False
    return db.scalar(select(tier_notices.c.id).where(tier_notices.c.told_at.is_(None)).limit(1)) is not None


def tell_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Tell up to BATCH contacts; return how many were due."""
    if not has_more_to_tell(db, rules, now):
        return 0
    untold = select(tier_notices).where(tier_notices.c.told_at.is_(None)).order_by(tier_notices.c.id).limit(BATCH)
    owed = db.execute(untold.with_for_update(skip_locked=True)).all()
    for row in owed:
        db.execute(update(tier_notices).where(tier_notices.c.id == row.id).values(told_at=now))
        _tell(db, rules, row.contact_id, now)
    return len(owed)


def _tell(db: Connection, rules: Rules, contact_id: str, now: datetime) -> None:
    """Wherever they can be reached; nobody is told whose talks are gone meanwhile."""
    if conversations.talks_of(db, contact_id):
        talk = conversations.lock_conversation_of_contact(db, contact_id, now)
        send_to_customer(db, talk, in_script(rules.policy.wording["tier_changed"], talk.language), now, unasked=True)
