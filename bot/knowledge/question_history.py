"""How a question came to be what it is: what was published of it, and who changed what in drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from knowledge_base.articles import Article
from knowledge_base.revisions import draft_store, revision_store
from knowledge_base.revisions.diff import Change


@dataclass(frozen=True, slots=True)
class QuestionVersion:
    """A change of a question; a side that is None: it was not there.

    `state`: pending, published or dropped for a change made in a draft, edition for one published otherwise.
    """

    at: datetime
    author: str
    before: Article | None
    after: Article | None
    revision: int | None
    state: str = "edition"

    @property
    def change(self) -> Change | None:
        """What differs, where it stood there before and after."""
        return Change(self.before, self.after) if self.before is not None and self.after is not None else None


def question_versions(db: Connection, article_id: str, limit: int) -> list[QuestionVersion]:
    """Return the latest changes of a question, the newest first."""
    changes = draft_store.changes_of(db, article_id, limit)
    drafted = {change.revision for change in changes if change.revision is not None}
    found = [QuestionVersion(one.at, one.author, one.before, one.after, one.revision, one.state) for one in changes]
    before: Article | None = None
    for revision, article in revision_store.versions_of(db, article_id):
        if article != before and revision.id not in drafted:
            found.append(QuestionVersion(revision.created_at, revision.author, before, article, revision.id))
        before = article
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]
