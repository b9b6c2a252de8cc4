"""Settle gaps in the journal's sight: those that somebody decides on, and those whose question is published anyway."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.knowledge.shown_gaps import shown_gaps
from bot.rules import Rules
from bot.storage.database import Database
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import Cluster, cluster
from knowledge_base.matching.index import key_of

Answered = tuple[Cluster, str]  # a gap, and the id of the article that is published with one of its wordings


def newly_answered(database: Database, rules: Rules, articles: Iterable[Article]) -> tuple[Answered, ...]:
    """Return the open gaps of which some wording becomes a phrasing that it is not in the index in force.

    Only clusters when there are such wordings; then it takes seconds with thousands of gaps.
    """
    fillers, known = rules.policy.words.get("filler", ()), rules.index.exact
    added = {key_of(said, fillers): article.id for article in articles for said in article.phrasings}
    gaps = database.read_now(shown_gaps)
    keys = {gap.id: key_of(gap.text, fillers) for gap in gaps if gap.answered_at is None}
    wanted = {number: key for number, key in keys.items() if key in added and key not in known}
    return tuple(_answered(cluster(gaps, rules.index, ranked=0), wanted, added)) if wanted else ()


def _answered(clusters: Iterable[Cluster], wanted: Mapping[int, str], added: Mapping[str, str]) -> Iterator[Answered]:
    for gap in clusters:
        said = next((wanted[number] for number in gap.gaps if number in wanted), None)
        if said is not None:
            yield gap, added[said]


def settle(
    db: Connection, gap: Cluster, state: gap_store.Settled, author: str, now: datetime, article_id: str | None = None
) -> bool:
    """Settle a gap with all its wordings; return False where none of its messages is open any more."""
    if not gap_store.settle(db, gap.gaps, state, author, now, article_id):
        return False
    after = {"gap": gap.id, "questions": gap.count, "author": author}
    record(db, "knowledge", f"gap {state}", login_of(author), now, after=after)
    return True
