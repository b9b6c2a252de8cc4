"""Changes to the draft, question by question; whoever saves over somebody else's change is told first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.knowledge.entry_checks import EntryRefused, clash_of, entry_faults
from bot.messages import BotRefusal
from bot.rules import Rules
from bot.storage.database import be_alone
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.revisions import draft_store, revision_store
from knowledge_base.revisions.entries import fingerprint


class EntryChanged(BotRefusal):
    """Somebody changed a question since the page was read: `theirs` is what it is now, None if it was retired."""

    def __init__(self, theirs: Article | None, by: str, at: datetime | None) -> None:
        super().__init__(f"{by or 'Somebody'} changed this question meanwhile.")
        self.theirs, self.by, self.at = theirs, by, at


def save_entry(db: Connection, rules: Rules, article: Article, seen: str, author: str, now: datetime) -> bool:
    """Write a question into the draft; returns False if nothing changes.

    `seen`: the fingerprint of what the author changed. Raises EntryRefused, or EntryChanged if it is another by now.
    """
    be_alone(db)
    current = _unchanged(db, article.id, seen)
    if current == article:
        return False
    for fault in entry_faults(article, rules.policy):
        raise fault
    others = revision_store.load_revision(db, draft_store.latest_edition(db))
    if clash := clash_of(article, others, rules.index.fillers):
        raise clash
    _write(db, article.id, article, author, now)
    what = "question changed" if current is not None else "question added"
    record(db, "knowledge", what, login_of(author), now, after={"question": article.id, "author": author})
    return True


def retire_entry(db: Connection, article_id: str, seen: str, author: str, now: datetime) -> None:
    """Take a question out of the draft; raises EntryRefused if it is not there, EntryChanged as `save_entry`."""
    be_alone(db)
    if _unchanged(db, article_id, seen) is None:
        raise EntryRefused("gone")
    _write(db, article_id, None, author, now)
    record(db, "knowledge", "question retired", login_of(author), now, after={"question": article_id, "author": author})


def revert_entry(db: Connection, article_id: str, seen: str, author: str, now: datetime) -> bool:
    """Let a question be in the draft as it is published; returns False if it is.

    Raises EntryRefused without a draft, EntryChanged as `save_entry`.
    """
    be_alone(db)
    current = _unchanged(db, article_id, seen)
    if revision_store.find_draft(db) is None:
        raise EntryRefused("no_draft")
    published = draft_store.find_entry(db, revision_store.current_revision(db), article_id)
    if published == current:
        return False
    _write(db, article_id, published, author, now)
    record(db, "knowledge", "question changed", login_of(author), now, after={"question": article_id, "author": author})
    return True


def take_entries(db: Connection, wanted: Mapping[str, Article | None], author: str, now: datetime) -> int:
    """Write checked questions into the draft, None for one to be retired; return how many changed."""
    be_alone(db)
    return draft_store.change_entries(db, draft_store.begin_draft(db, now, author), wanted.items(), author, now)


def last_change(db: Connection, article_id: str) -> tuple[str, datetime | None]:
    """Return who changed a question of the draft last, and when; where nobody did, who published the revision."""
    found = draft_store.last_changers(db, {article_id}).get(article_id)
    if found is not None:
        return found
    published = revision_store.find_revision(db, revision_store.current_revision(db))
    return (published.author, published.created_at) if published is not None else ("", None)


def _unchanged(db: Connection, article_id: str, seen: str) -> Article | None:
    current = draft_store.find_entry(db, draft_store.latest_edition(db), article_id)
    if fingerprint(current) != seen:
        raise EntryChanged(current, *last_change(db, article_id))
    return current


def _write(db: Connection, article_id: str, article: Article | None, author: str, now: datetime) -> None:
    draft_store.change_entries(db, draft_store.begin_draft(db, now, author), [(article_id, article)], author, now)
