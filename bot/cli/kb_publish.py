"""`jiedai kb import|publish|discard|rollback`: drafts and published revisions."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.app import NotReady
from bot.cli.kb_revisions import draft_of, made, opened, revision_of
from bot.cli.output import print_json, print_line
from bot.knowledge.checks import read_checked
from bot.knowledge.publishing import NotPublished, Proposal, carry_out, demand_in_force, keep_draft, propose
from bot.service import Service
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import compare
from knowledge_base.revisions.revision_store import Revision


def load(options: argparse.Namespace) -> None:
    """Publish a file as the next revision, or save it as the draft; all or nothing."""
    with opened(options) as service:
        articles = read_checked(Path(options.file), service.rules.policy)
        based_on = service.database.read_now(revision_store.current_revision)
        proposal = propose(service.database, service.rules, articles, based_on=based_on, now=service.clock())
        note = options.note or f"imported from {Path(options.file).name}"
        if options.draft:
            _keep(options, service, proposal, note)
        else:
            _carry_out(options, service, proposal, note)


def publish(options: argparse.Namespace) -> None:
    """Publish the draft if it is based on the revision in force, or on any with --over."""
    with opened(options) as service:
        draft = draft_of(service)
        articles = service.database.read_now(revision_store.load_revision, draft.id)
        based_on = options.over if options.over is not None else draft.based_on or 0
        _demand_latest(service, based_on)
        proposal = propose(service.database, service.rules, articles, based_on=based_on, now=service.clock())
        options.author = options.author or draft.author
        _carry_out(options, service, proposal, options.note or draft.note, draft)


def discard(options: argparse.Namespace) -> None:
    """Delete the draft."""
    with opened(options) as service:
        draft = draft_of(service)
        service.database.write_now(revision_store.discard_draft, draft)
        if options.json:
            print_json({"discarded": True, "questions": draft.questions})
        else:
            print_line(
                f"The draft {made(service, draft)} with {draft.questions} questions is gone; what is published stays."
            )


def rollback(options: argparse.Namespace) -> None:
    """Publish an earlier revision's articles as a new revision; raises NotReady for the one in force."""
    with opened(options) as service:
        wanted, current = (
            revision_of(service, options.revision),
            service.database.read_now(revision_store.current_revision),
        )
        if wanted.id == current:
            raise NotReady(f"Revision {current} is the one in force; there is nothing to roll back.")
        articles = service.database.read_now(revision_store.load_revision, wanted.id)
        proposal = propose(service.database, service.rules, articles, based_on=current, now=service.clock())
        _carry_out(options, service, proposal, options.note or f"rolled back to revision {wanted.id}")


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


def _keep(options: argparse.Namespace, service: Service, proposal: Proposal, note: str) -> None:
    replaced = keep_draft(
        service.database,
        proposal.articles,
        based_on=proposal.based_on,
        note=note,
        author=options.author,
        now=service.clock(),
    )
    before = service.database.read_now(revision_store.load_revision, proposal.based_on)
    difference = compare(before, proposal.articles)
    if options.json:
        counts = {name: len(getattr(difference, name)) for name in ("added", "removed", "changed")}
        kept = {"draft": True, "based_on": proposal.based_on, "questions": len(proposal.articles)}
        print_json({**kept, **counts, "replaced_draft": replaced is not None, **_findings(proposal)})
        return
    print_line(f"The draft holds {len(proposal.articles)} questions; against what is published: {difference}.")
    if replaced is not None:
        print_line(f"It takes the place of the draft {made(service, replaced)}.")
    _tell_findings(proposal, "Publishing it would be refused:")
    print_line("`jiedai kb diff` shows the difference, `jiedai kb publish` publishes it, `jiedai kb discard` drops it.")


def _carry_out(
    options: argparse.Namespace, service: Service, proposal: Proposal, note: str, draft: Revision | None = None
) -> None:
    if proposal.broken and not options.anyway:
        raise NotPublished("\n".join((*proposal.broken, "Nothing was published; --anyway publishes in spite of it.")))
    revision = carry_out(
        service.database,
        proposal,
        note=note,
        author=options.author,
        now=service.clock(),
        anyway=options.anyway,
        draft=draft,
    )
    before = service.database.read_now(revision_store.find_revision, proposal.based_on)
    replaced = before.questions if before else 0
    if options.json:
        published = {"revision": revision, "questions": len(proposal.articles), "replaced": replaced}
        print_json({**published, **_findings(proposal)})
        return
    print_line(f"Revision {revision} is published: {len(proposal.articles)} questions in place of {replaced}.")
    _tell_findings(proposal, "It is published in spite of answers that are lost:")
    print_line("Running servers take it up at once. `jiedai kb export FILE` saves what is published.")


def _findings(proposal: Proposal) -> dict[str, list[str]]:
    return {name: list(getattr(proposal, name)) for name in ("broken", "unmet", "warnings")}


def _tell_findings(proposal: Proposal, about_broken: str) -> None:
    about_unmet = "Not answered as they must be, and not before either:"
    for heading, sentences in ((about_broken, proposal.broken), (about_unmet, proposal.unmet)):
        if sentences:
            print_line("\n  ".join((heading, *sentences)))
    for sentence in proposal.warnings:
        print_line(f"Warning: {sentence}")
