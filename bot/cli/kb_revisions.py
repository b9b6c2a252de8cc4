"""`jiedai kb revisions|diff`: revisions, their authors, and what changed."""

from __future__ import annotations

from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithKnowledge
from bot.service import Service
from escalation.working_hours.instants import iso
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import as_json, as_lines, compare
from knowledge_base.revisions.revision_store import Revision


def show(service: WithKnowledge) -> Result:
    """Return the draft and every revision, newest first."""
    everything = service.database.read_now(revision_store.all_revisions)
    current = service.database.read_now(revision_store.current_revision)
    rows = [_row(service, one, current) for one in everything]
    headings = ("revision", "state", "when", "author", "questions", "note")
    return Result([_as_json(service, one, current) for one in everything], [Table("Revisions", headings, rows)])


def diff(
    service: WithKnowledge,
    begin: Annotated[
        str | None,
        argument(metavar="FROM", help="from which revision: a number, draft or published (default: published)"),
    ] = None,
    end: Annotated[
        str | None, argument(metavar="TO", help="to which revision: a number, draft or published (default: draft)")
    ] = None,
) -> Result:
    """Return what changed between two revisions, or would change with the draft."""
    numbers = [_number(service, begin or "published"), _number(service, end or _usual_end(service, begin))]
    found = compare(*(service.database.read_now(revision_store.load_revision, number) for number in numbers))
    names, zone = [_name(service, number) for number in numbers], service.rules.policy.zone
    what = str(found) if found else "no difference"
    words = f"From {_spoken(names[0])} to {_spoken(names[1])}: {what}."
    return Result({"from": names[0], "to": names[1], **as_json(found, zone)}, [words, *as_lines(found, zone)])


def draft_of(service: Service) -> Revision:
    """Return the draft; raises NotReady if there is none."""
    found = service.database.read_now(revision_store.find_draft)
    if found is None:
        raise NotReady("There is no draft; `jiedai kb import FILE --draft` makes one.")
    return found


def revision_of(service: Service, number: int) -> Revision:
    """Return a published revision by number; raises NotReady if there is none."""
    found = service.database.read_now(revision_store.find_revision, number)
    if found is None or found.state == "draft":
        raise NotReady(f"There is no revision {number}; `jiedai kb revisions` lists those there are.")
    return found


def date_and_author(service: Service, revision: Revision) -> str:
    """Return when a revision was made, and by whom if known."""
    by = f" by {revision.author}" if revision.author else ""
    return f"of {minute(revision.created_at, service.rules.policy.zone)}{by}"


def _usual_end(service: Service, begin: str | None) -> str:
    """The end of the comparison by default: the draft, or without one the published revision if a start was named."""
    return "published" if begin and service.database.read_now(revision_store.find_draft) is None else "draft"


def _number(service: Service, word: str) -> int:
    if word == "draft":
        return draft_of(service).id
    if word == "published":
        return service.database.read_now(revision_store.current_revision)
    if not word.isascii() or not word.isdigit():
        raise NotReady(f'"{word}" is no revision; give its number, or the word draft or published.')
    return revision_of(service, int(word)).id


def _name(service: Service, number: int) -> int | str:
    found = service.database.read_now(revision_store.find_revision, number)
    return "draft" if found is not None and found.state == "draft" else number


def _spoken(name: int | str) -> str:
    return "the draft" if name == "draft" else f"revision {name}" if name else "an empty knowledge base"


def _row(service: Service, revision: Revision, current: int) -> tuple[str, ...]:
    draft = revision.state == "draft"
    state = f"draft, from {revision.based_on or 0}" if draft else "in force" if revision.id == current else "earlier"
    number = "–" if draft else str(revision.id)
    return (
        number,
        state,
        minute(revision.created_at, service.rules.policy.zone),
        revision.author,
        str(revision.questions),
        revision.note,
    )


def _as_json(service: Service, revision: Revision, current: int) -> dict[str, Any]:
    return {
        "revision": revision.id if revision.state == "published" else None,
        "state": revision.state,
        "in_force": revision.id == current,
        "at": iso(revision.created_at, service.rules.policy.zone),
        "author": revision.author,
        "questions": revision.questions,
        "note": revision.note,
        "based_on": revision.based_on,
    }
