"""Take back a decision on a gap: it is open again, and what was published for it alone goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.knowledge.gap_closing import TRIES, GapRefused, demand_unbroken
from bot.knowledge.kept_talks import Replay, no_talks
from bot.knowledge.publishing import NotPublished, carry_out, propose
from bot.rules import Rules
from bot.storage.database import Database
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.gaps import gap_store
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import Difference, compare


@dataclass(frozen=True, slots=True)
class _Decision:
    """A decision, what was published for it, and what is in force."""

    gaps: tuple[int, ...]
    published: Difference | None
    in_force: int
    articles: tuple[Article, ...]


def undo(
    database: Database, rules: Rules, number: int, *, author: str, now: datetime, replay: Replay = no_talks
) -> None:
    """Open a gap again with all that was settled with it. Slow where something was published: call it off the loop.

    Raises GapRefused if it is open, if what was published for it was changed since, or if messages would lose their
    answers; NotPublished if others keep publishing.
    """
    for _ in range(TRIES):
        found = database.read_now(_decision, number)
        if found.published is None:
            database.write_now(_reopen, found.gaps, number, author, now)
            return
        without = _without(found.articles, found.published)
        try:
            proposal = propose(database, rules, without, based_on=found.in_force, now=now, replay=replay)
            demand_unbroken(proposal)

            def reopened(db: Connection, _revision: int, gaps: tuple[int, ...] = found.gaps) -> None:
                _reopen(db, gaps, number, author, now)

            carry_out(database, proposal, note=f"gap {number} reopened", author=author, now=now, also=reopened)
        except NotPublished:
            if database.read_now(revision_store.current_revision) == found.in_force:
                raise
            continue  # somebody published meanwhile: this is a small step, and still right upon theirs
        return
    raise NotPublished("Others are publishing at this very moment; try again.")


def _decision(db: Connection, number: int) -> _Decision:
    gaps = gap_store.decided_with(db, number)
    if not gaps:
        raise GapRefused("gone", number=str(number))
    in_force, articles = revision_store.load_published(db)
    return _Decision(gaps, _published_for(db, gaps), in_force, articles)


def _published_for(db: Connection, gaps: tuple[int, ...]) -> Difference | None:
    """What accepting the gap published; None where nothing was, or more than the gap's own wordings."""
    at = gap_store.settled_at(db, gaps[0])
    for revision in revision_store.published_at(db, at) if at is not None else ():
        if any(revision.note.startswith(f"gap {number}: ") for number in gaps):
            before = revision_store.load_revision(db, revision.based_on or 0)
            return compare(before, revision_store.load_revision(db, revision.id))
    return None


def _without(articles: Sequence[Article], published: Difference) -> tuple[Article, ...]:
    """The articles in force without what was added; raises GapRefused if a new question was changed since."""
    new = {one.id: one for one in published.added}
    added = {change.after.id: change.added for change in published.changed}
    kept: list[Article] = []
    for one in articles:
        if one.id in new:
            if one != new[one.id]:
                raise GapRefused("changed_since", question=one.question)
            continue
        gone = added.get(one.id, ())
        kept.append(replace(one, similar=tuple(text for text in one.similar if text not in gone)))
    return tuple(kept)


def _reopen(db: Connection, gaps: tuple[int, ...], number: int, author: str, now: datetime) -> None:
    if not gap_store.reopen(db, gaps):
        raise GapRefused("gone", number=str(number))  # a colleague was faster
    after = {"gap": number, "questions": len(gaps), "author": author}
    record(db, "knowledge", "gap reopened", login_of(author), now, after=after)
