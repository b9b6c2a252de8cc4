"""Bring the draft up to date with what was published since it was begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.knowledge.entry_checks import EntryRefused
from bot.storage.database import be_alone
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.revisions import draft_store, revision_store
from knowledge_base.revisions.merging import MergedDraft, merge
from knowledge_base.revisions.revision_store import Revision


def merged_draft(db: Connection, draft: Revision, mine: frozenset[str] = frozenset()) -> MergedDraft:
    """Return the draft upon what is in force; of questions that both changed ours count where they are in `mine`."""
    base, current = draft.based_on or 0, revision_store.current_revision(db)
    before, ours, theirs = (revision_store.load_revision(db, number) for number in (base, draft.id, current))
    return merge(before, ours, theirs, mine)


def bring_up_to_date(db: Connection, choices: Mapping[str, str], author: str, now: datetime) -> None:
    """Write the draft anew upon what is in force; `choices`: by question, "ours" or "theirs" where both changed it.

    Raises EntryRefused without a draft, or for a question that nobody has decided.
    """
    be_alone(db)
    draft = revision_store.find_draft(db)
    if draft is None:
        raise EntryRefused("no_draft")
    mine = frozenset(article for article, choice in choices.items() if choice == "ours")
    merged = merged_draft(db, draft, mine)
    if any(conflict.article_id not in choices for conflict in merged.conflicts):
        raise EntryRefused("conflict")
    current = revision_store.current_revision(db)
    kept = {one.id: one for one in merged.articles}
    before = {one.id: one for one in revision_store.load_revision(db, draft.id)}
    wanted = {**dict.fromkeys(before), **kept}
    draft_store.change_entries(db, draft.id, wanted.items(), author, now)
    draft_store.set_base(db, draft.id, current)
    after = {"based_on": current, "author": author}
    record(db, "knowledge", "draft merged", login_of(author), now, before={"based_on": draft.based_on}, after=after)
