"""Publish articles: checked and indexed outside any transaction, then written in one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.knowledge.gap_settling import Answered, newly_answered, settle
from bot.knowledge.kept_answers import complaints
from bot.knowledge.kept_talks import Replay, no_talks
from bot.messages import BotRefusal
from bot.rules import Rules
from bot.storage.database import Database, be_alone
from escalation.journal.authors import login_of
from escalation.journal.journal_store import record
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import check
from knowledge_base.matching.index import Index
from knowledge_base.revisions import draft_store, regression_store, revision_store
from knowledge_base.revisions.clashes import clashes
from knowledge_base.revisions.health import problems_of
from knowledge_base.revisions.regressions import Regression
from knowledge_base.revisions.revision_store import Revision

T = TypeVar("T")


class NotPublished(BotRefusal):
    """A revision was refused and the published one stays; the text says why in whole sentences, one a line."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Articles ready to be published, and what that would do to the regressions and the talks that are kept.

    `broken`: those that hold now and would fail. `unmet`: those that fail in the revision in force too; they do not
    prevent publishing. `broken_talks`: names of the talks among the broken. `answered`: gaps whose question it holds.
    `lost`, `lost_before`: the regressions among the broken and the unmet.
    """

    articles: tuple[Article, ...]
    based_on: int
    broken: tuple[str, ...]
    unmet: tuple[str, ...]
    warnings: tuple[str, ...]
    broken_talks: tuple[str, ...] = ()
    answered: tuple[Answered, ...] = ()
    lost: tuple[Regression, ...] = ()
    lost_before: tuple[Regression, ...] = ()


def publish(
    database: Database,
    rules: Rules,
    articles: Iterable[Article],
    *,
    based_on: int,
    note: str,
    author: str,
    now: datetime,
    anyway: bool = False,
    also: Callable[[Connection, int], None] | None = None,
    replay: Replay = no_talks,
) -> int:
    """Publish these articles in place of revision `based_on` and return the new revision's number.

    Raises NotPublished. Slow: call it off the event loop; the transaction at the end is short. `anyway`: publish
    although regressions break. `also(db, revision)` runs in that transaction.
    """
    proposal = propose(database, rules, articles, based_on=based_on, now=now, replay=replay)
    return carry_out(database, proposal, note=note, author=author, now=now, anyway=anyway, also=also)


def propose(
    database: Database,
    rules: Rules,
    articles: Iterable[Article],
    *,
    based_on: int,
    now: datetime,
    replay: Replay = no_talks,
) -> Proposal:
    """Check these articles and index them, outside any transaction; raises NotPublished if they cannot be published.

    `replay` plays the talks that are kept.
    """
    articles = tuple(articles)
    database.read_now(demand_in_force, based_on)
    _demand_sound(rules, articles)
    index = prepared(rules, articles)
    wanted = database.read_now(regression_store.load_regressions)
    lost = complaints(rules, index, wanted, now)
    spoilt = replay(replace(rules, index=index), None)
    before = _in_force(database, rules, based_on) if lost or spoilt else index
    unmet = complaints(rules, before, lost, now) if lost else {}
    as_before = replay(replace(rules, index=before), spoilt) if spoilt else {}
    return Proposal(
        articles=articles,
        based_on=based_on,
        broken=(*_outside(lost, unmet), *_outside(spoilt, as_before)),
        unmet=(*_within(lost, unmet), *_within(spoilt, as_before)),
        warnings=(*_warnings(rules, articles, now), *problems_of(index)),
        broken_talks=tuple(talk for talk in spoilt if talk not in as_before),
        answered=newly_answered(database, rules, articles),
        lost=tuple(one for one in lost if one not in unmet),
        lost_before=tuple(unmet),
    )


def _outside(said: Mapping[T, str], others: Mapping[T, str]) -> Iterator[str]:
    yield from (sentence for one, sentence in said.items() if one not in others)


def _within(said: Mapping[T, str], others: Mapping[T, str]) -> Iterator[str]:
    yield from (sentence for one, sentence in said.items() if one in others)


def carry_out(
    database: Database,
    proposal: Proposal,
    *,
    note: str,
    author: str,
    now: datetime,
    anyway: bool = False,
    draft: Revision | None = None,
    also: Callable[[Connection, int], None] | None = None,
) -> int:
    """Write a proposal as the next revision and return its number; deletes the `draft` it was made from.

    Raises NotPublished if regressions break (unless `anyway`), or if another revision was published or the draft was
    changed meanwhile. One transaction; `also(db, revision)` runs in it.
    """
    if proposal.broken and not anyway:
        raise NotPublished("\n".join(proposal.broken))

    def write(db: Connection) -> int:
        be_alone(db)
        demand_in_force(db, proposal.based_on)
        based_on = proposal.based_on or None
        revision = revision_store.save_revision(db, proposal.articles, now, note, author=author, based_on=based_on)
        if draft is not None:
            draft_store.settle_changes(db, revision)
            if not revision_store.discard_draft(db, draft):
                raise NotPublished("The draft was changed meanwhile; look at the difference and publish again.")
        after = {"revision": revision, "questions": len(proposal.articles), "note": note, "author": author}
        before = {"revision": proposal.based_on}
        record(db, "knowledge", "published", login_of(author), now, before=before, after=after)
        if also is not None:
            also(db, revision)
        for gap, article in proposal.answered:  # but for one that `also` has settled
            settle(db, gap, "accepted", author, now, article)
        return revision

    return database.write_now(write)


def keep_draft(
    database: Database, articles: Iterable[Article], *, based_on: int, note: str, author: str, now: datetime
) -> Revision | None:
    """Save these articles as the draft; returns the draft that it replaces."""

    def write(db: Connection) -> Revision | None:
        be_alone(db)
        before = revision_store.find_draft(db)
        draft_store.settle_changes(db, None)
        revision_store.save_draft(db, articles, now, note, author=author, based_on=based_on)
        after = {"based_on": based_on, "note": note, "author": author}
        record(db, "knowledge", "draft saved", login_of(author), now, after=after)
        return before

    return database.write_now(write)


def drop_draft(database: Database, draft: Revision, author: str, now: datetime) -> bool:
    """Delete this draft; its changes stay on record. Returns False if it was changed or is gone."""

    def write(db: Connection) -> bool:
        be_alone(db)
        if not revision_store.discard_draft(db, draft):
            return False
        draft_store.settle_changes(db, None)
        after = {"based_on": draft.based_on, "questions": draft.questions, "author": author}
        record(db, "knowledge", "draft dropped", login_of(author), now, after=after)
        return True

    return database.write_now(write)


def prepared(rules: Rules, articles: Iterable[Article]) -> Index:
    """Return an index of these articles, as messages would be matched against it."""
    return rules.index_builder.index(articles, fillers=rules.policy.words.get("filler", ()))


def _in_force(database: Database, rules: Rules, revision: int) -> Index:
    """The index of the revision in force, which this replica may not have loaded yet."""
    if rules.index.revision == revision:
        return rules.index
    return prepared(rules, database.read_now(revision_store.load_revision, revision))


def demand_in_force(db: Connection, based_on: int) -> None:
    """Raise NotPublished if another revision than `based_on` is in force."""
    current = revision_store.current_revision(db)
    if current == based_on:
        return
    found = revision_store.find_revision(db, current)
    by = f" by {found.author}" if found is not None and found.author else ""
    raise NotPublished(f"Revision {current} was published meanwhile{by}; look at the difference and publish again.")


def _demand_sound(rules: Rules, articles: tuple[Article, ...]) -> None:
    """Check articles as files are checked when they are read; this covers roll-backs too."""
    if not articles:
        raise NotPublished("There is nothing to publish; a revision must hold at least one question.")
    faults = [*map(str, check(articles, tuple(rules.policy.topics), tuple(rules.policy.tiers))), *clashes(articles)]
    if faults:
        raise NotPublished("\n".join(faults))


def _warnings(rules: Rules, articles: Iterable[Article], now: datetime) -> Iterator[str]:
    for article in articles:
        if article.valid_until is not None and article.valid_until <= now:
            ended = article.valid_until.astimezone(rules.policy.zone).isoformat(timespec="minutes")
            yield f'Question "{article.id}" was valid until {ended}; nobody is given its answer any more.'
