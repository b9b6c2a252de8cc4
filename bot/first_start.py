"""What a new installation begins with: sample content for the example policy, and a first administrator."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.auth.passwords import hash_password
from bot.config.secret_files import FIRST_LOGIN, first_password
from bot.config.settings import EXAMPLE_POLICY, Settings
from bot.files.escalation_files import read_customer_file
from bot.files.knowledge_files import read_faq_file
from bot.knowledge.act_reading import reader_for
from bot.knowledge.sample_replies import load_sample_replies
from bot.service import Service
from bot.storage.database import be_alone
from bot.wording.labels import ROLES
from escalation.customers import customer_store
from escalation.journal.journal_store import record
from escalation.roles import ALL_QUEUES
from escalation.staff import add_staff, count_staff
from knowledge_base.revisions import revision_store

SAMPLE_FAQ = EXAMPLE_POLICY.parent.parent / "knowledge_base" / "sample" / "faq.yaml"
SAMPLE_CUSTOMERS = EXAMPLE_POLICY.parent / "sample" / "customers.csv"
SAMPLE_REPLIES = EXAMPLE_POLICY.parent / "sample" / "replies.csv"
_SAMPLE = "sample content"  # who wrote it


def load_samples(service: Service, *, at_once: bool = False) -> None:
    """Load sample articles, customers and canned replies into an empty installation that uses the example policy.

    `at_once`: with a quick index, which `Service.refresh` improves.
    """
    if not service.settings.is_example or not service.database.read_now(_is_fresh):
        return
    service.database.write_now(_load_samples, service)
    revision, articles = service.database.read_now(revision_store.load_published)
    building = service.rules.index_builder
    prepare = building.at_once if at_once else building.index
    index = prepare(articles, revision=revision, fillers=service.rules.policy.words.get("filler", ()))
    acts = reader_for(service.rules.act_builder, index, at_once=at_once)
    service.rules = replace(service.rules, index=index, acts=acts)


def first_administrator(service: Service) -> str | None:
    """Create a first administrator and return the generated password; None if there is staff already."""
    if service.database.read_now(count_staff):
        return None
    return service.database.write_now(_first_administrator, service.settings, service.clock())


def _is_fresh(db: Connection) -> bool:
    return not (revision_store.current_revision(db) or customer_store.list_contact_ids(db) or count_staff(db))


def _load_samples(db: Connection, service: Service) -> None:
    now, policy, vault = service.clock(), service.rules.policy, service.rules.vault
    be_alone(db)
    if not _is_fresh(db):  # another process was faster
        return
    revision_store.save_revision(db, read_faq_file(SAMPLE_FAQ).articles, now, _SAMPLE)
    for customer in read_customer_file(SAMPLE_CUSTOMERS, tiers=tuple(policy.tiers)):
        customer_store.save_customer(db, vault, policy, customer, now)
    load_sample_replies(db, SAMPLE_REPLIES.read_bytes(), _SAMPLE, now)


def _first_administrator(db: Connection, settings: Settings, now: datetime) -> str | None:
    be_alone(db)
    if count_staff(db):  # another process was faster
        return None
    password = first_password(settings)  # on file before the commit: no crash in between can lose it
    made = {"name": ROLES["admin"], "role": "admin", "queues": [ALL_QUEUES]}
    add_staff(db, FIRST_LOGIN, ROLES["admin"], "admin", [ALL_QUEUES], hash_password(password), now)
    record(db, f"staff:{FIRST_LOGIN}", "staff added", "system", now, after=made)
    return password
