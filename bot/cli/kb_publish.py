"""`jiedai kb import|publish|discard|rollback`: drafts and published revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import File, argument
from bot.cli.kb_revisions import date_and_author, draft_of, revision_of
from bot.cli.output import Result
from bot.cli.session import WithKnowledge
from bot.cli.talk_replay import replay_of
from bot.knowledge.checks import read_checked
from bot.knowledge.publishing import NotPublished, Proposal, carry_out, demand_in_force, drop_draft, keep_draft, propose
from bot.service import Service
from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import compare
from knowledge_base.revisions.revision_store import Revision

Anyway = Annotated[
    bool, argument("--anyway", help="even if messages lose the answers they must keep, or talks go otherwise")
]
Note = Annotated[str, argument("--note", metavar="TEXT", help="what is new, for the list of revisions")]
Author = Annotated[str, argument("--author", metavar="NAME", help="who publishes, for the list of revisions")]


def load(
    service: WithKnowledge,
    file: File,
    draft: Annotated[bool, argument("--draft", help="check it and keep it as the draft; publish it later")] = False,
    anyway: Anyway = False,
    note: Note = "",
    author: Author = "",
) -> Result:
    """Publish a file as the next revision, or save it as the draft; all or nothing."""
    articles = read_checked(Path(file), service.rules.policy)
    based_on = service.database.read_now(revision_store.current_revision)
    proposal = _proposed(service, articles, based_on)
    why = note or f"imported from {Path(file).name}"
    if draft:
        return _keep(service, proposal, why, author)
    return _carry_out(service, proposal, why, author, anyway=anyway)


def publish(
    service: WithKnowledge,
    over: Annotated[
        int | None, argument("--over", metavar="N", help="over revision N, published since the draft was begun")
    ] = None,
    anyway: Anyway = False,
    note: Note = "",
    author: Author = "",
) -> Result:
    """Publish the draft if it is based on the revision in force, or on any with --over."""
    draft = draft_of(service)
    articles = service.database.read_now(revision_store.load_revision, draft.id)
    based_on = over if over is not None else draft.based_on or 0
    _demand_latest(service, based_on)
    proposal = _proposed(service, articles, based_on)
    return _carry_out(service, proposal, note or draft.note, author or draft.author, anyway=anyway, draft=draft)


def discard(service: WithKnowledge) -> Result:
    """Delete the draft."""
    draft = draft_of(service)
    drop_draft(service.database, draft, draft.author, service.clock())
    return Result(
        {"discarded": True, "questions": draft.questions},
        f"The draft {date_and_author(service, draft)} with {draft.questions} questions is gone; "
        "what is published stays.",
    )


def rollback(
    service: WithKnowledge,
    revision: Annotated[int, argument(metavar="N")],
    anyway: Anyway = False,
    note: Note = "",
    author: Author = "",
) -> Result:
    """Publish an earlier revision's articles as a new revision; raises NotReady for the one in force."""
    wanted = revision_of(service, revision)
    current = service.database.read_now(revision_store.current_revision)
    if wanted.id == current:
        raise NotReady(f"Revision {current} is the one in force; there is nothing to roll back.")
    articles = service.database.read_now(revision_store.load_revision, wanted.id)
    proposal = _proposed(service, articles, current)
    why = note or f"rolled back to revision {wanted.id}"
    return _carry_out(service, proposal, why, author, anyway=anyway)


def _proposed(service: Service, articles: Iterable[Article], based_on: int) -> Proposal:
    replay = replay_of(service)
    return propose(service.database, service.rules, articles, based_on=based_on, now=service.clock(), replay=replay)


def _demand_latest(service: Service, based_on: int) -> None:
    """As `demand_in_force`, with advice for drafts in the sentence."""
    try:
        service.database.read_now(demand_in_force, based_on)
    except NotPublished as refusal:
        current = service.database.read_now(revision_store.current_revision)
        raise NotPublished(
            f"{refusal}\n`jiedai kb diff` shows what the draft would undo; "
            f"`jiedai kb publish --over {current}` publishes it all the same."
        ) from None


def _keep(service: Service, proposal: Proposal, note: str, author: str) -> Result:
    replaced = keep_draft(
        service.database,
        proposal.articles,
        based_on=proposal.based_on,
        note=note,
        author=author,
        now=service.clock(),
    )
    before = service.database.read_now(revision_store.load_revision, proposal.based_on)
    difference = compare(before, proposal.articles)
    counts = {name: len(getattr(difference, name)) for name in ("added", "removed", "changed")}
    kept = {"draft": True, "based_on": proposal.based_on, "questions": len(proposal.articles)}
    place = [] if replaced is None else [f"It takes the place of the draft {date_and_author(service, replaced)}."]
    words = [
        f"The draft holds {len(proposal.articles)} questions; against what is published: {difference}.",
        *place,
        *_findings_in_words(proposal, "Publishing it would be refused:"),
        "`jiedai kb diff` shows the difference, `jiedai kb publish` publishes it, `jiedai kb discard` drops it.",
    ]
    return Result({**kept, **counts, "replaced_draft": replaced is not None, **_findings(proposal)}, words)


def _carry_out(
    service: Service, proposal: Proposal, note: str, author: str, *, anyway: bool, draft: Revision | None = None
) -> Result:
    if proposal.broken and not anyway:
        raise NotPublished("\n".join((*proposal.broken, "Nothing was published; --anyway publishes in spite of it.")))
    revision = carry_out(
        service.database,
        proposal,
        note=note,
        author=author,
        now=service.clock(),
        anyway=anyway,
        draft=draft,
    )
    before = service.database.read_now(revision_store.find_revision, proposal.based_on)
    replaced = before.questions if before else 0
    published = {"revision": revision, "questions": len(proposal.articles), "replaced": replaced}
    words = [
        f"Revision {revision} is published: {len(proposal.articles)} questions in place of {replaced}.",
        *_findings_in_words(proposal, "It is published in spite of answers that are lost:"),
        "Running servers take it up at once. `jiedai kb export FILE` saves what is published.",
    ]
    return Result({**published, **_findings(proposal)}, words)


def _findings(proposal: Proposal) -> dict[str, list[str]]:
    return {name: list(getattr(proposal, name)) for name in ("broken", "unmet", "warnings")}


def _findings_in_words(proposal: Proposal, about_broken: str) -> Iterator[str]:
    about_unmet = "Not answered as they must be, and not before either:"
    for heading, sentences in ((about_broken, proposal.broken), (about_unmet, proposal.unmet)):
        if sentences:
            yield "\n  ".join((heading, *sentences))
    for sentence in proposal.warnings:
        yield f"Warning: {sentence}"
