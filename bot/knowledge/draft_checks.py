"""Check the draft against what must keep its answers, then publish it as it was checked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.knowledge.entry_checks import EntryRefused
from bot.knowledge.gap_settling import newly_answered
from bot.knowledge.kept_talks import Replay
from bot.knowledge.publishing import NotPublished, Proposal, carry_out, propose
from bot.rules import Rules
from bot.storage.database import Database, be_alone
from knowledge_base.articles import Article
from knowledge_base.revisions import check_store, revision_store
from knowledge_base.revisions.check_store import CheckResult, DraftCheck
from knowledge_base.revisions.entries import content_digest
from knowledge_base.revisions.revision_store import Revision

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BegunCheck:
    """A check that was begun: of these articles, against the revision in force."""

    number: int
    articles: tuple[Article, ...]
    based_on: int


class RunningChecks:
    """The checks that run in this process; belongs to one event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, run: Callable[[], None]) -> None:
        """Run a check in a thread."""
        task = asyncio.create_task(asyncio.to_thread(run), name="checking-draft")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> None:
        """Wait until none runs."""
        await asyncio.gather(*self._tasks)


def begin_check(db: Connection, by: str, now: datetime) -> BegunCheck:
    """Note that the draft is being checked as it is now; raises EntryRefused if there is nothing to check."""
    be_alone(db)
    draft = _up_to_date(db)
    articles = revision_store.load_revision(db, draft.id)
    based_on = draft.based_on or 0
    if articles == revision_store.load_revision(db, based_on):
        raise EntryRefused("no_change")
    number = check_store.begin_check(db, content_digest(articles), based_on, by, now)
    return BegunCheck(number, articles, based_on)


def run_check(
    database: Database, rules: Rules, replay: Replay, begun: BegunCheck, clock: Callable[[], datetime]
) -> None:
    """Ask everything that must keep its answer, and write what came of it. Slow: call it off the event loop."""
    try:
        found = propose(database, rules, begun.articles, based_on=begun.based_on, now=clock(), replay=replay)
        result = CheckResult(found.lost, found.broken_talks, found.lost_before)
    except NotPublished as refused:
        result = CheckResult(refused=str(refused))
    except Exception:
        log.exception("the draft of the knowledge base could not be checked")
        result = CheckResult(refused="The check ended with an error; see the log.")
    database.write_now(check_store.end_check, begun.number, result, clock())


def check_of(check: DraftCheck | None, articles: tuple[Article, ...], in_force: int) -> DraftCheck | None:
    """Return the check if it is of these articles against the revision in force; else None."""
    if check is None or (check.content, check.based_on) != (content_digest(articles), in_force):
        return None
    return check


def publish_draft(
    database: Database, rules: Rules, *, note: str, author: str, now: datetime, anyway: bool = False
) -> int:
    """Publish the draft as it was checked, and return the new revision's number; call it off the event loop.

    Raises EntryRefused if it was not checked as it is, or messages would lose their answers (unless `anyway`), and
    NotPublished if somebody changed or published something at this very moment.
    """
    draft, articles, check = database.read_now(_checked)
    if check.result.refused is not None:
        raise NotPublished(check.result.refused)
    if not check.result.is_good and not anyway:
        raise EntryRefused("lost")
    answered = newly_answered(database, rules, articles)
    proposal = Proposal(articles, draft.based_on or 0, (), (), (), answered=answered)
    return carry_out(database, proposal, note=note, author=author, now=now, draft=draft)


def _checked(db: Connection) -> tuple[Revision, tuple[Article, ...], DraftCheck]:
    draft = _up_to_date(db)
    articles = revision_store.load_revision(db, draft.id)
    check = check_of(check_store.latest_check(db), articles, draft.based_on or 0)
    if check is None or check.ended_at is None:
        raise EntryRefused("unchecked")
    return draft, articles, check


def _up_to_date(db: Connection) -> Revision:
    draft = revision_store.find_draft(db)
    if draft is None:
        raise EntryRefused("no_draft")
    current = revision_store.current_revision(db)
    if current != (draft.based_on or 0):
        raise EntryRefused("behind", number=str(current))
    return draft
