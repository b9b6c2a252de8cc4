"""`jiedai kb revisions|diff`: revisions, their authors, and what changed."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot.app import NotReady
from bot.cli.output import print_json, print_line, print_table
from bot.cli.session import service_of
from bot.service import Service
from escalation.working_hours.instants import iso
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.diff import as_json, as_lines, compare
from knowledge_base.revisions.revision_store import Revision


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Service]:
    """Open the service for a command, and close its database afterwards."""
    service = service_of(options)
    try:
        yield service
    finally:
        service.database.close()


def show(options: argparse.Namespace) -> None:
    """Print the draft and every revision, newest first."""
    with opened(options) as service:
        everything = service.database.read_now(revision_store.all_revisions)
        current = service.database.read_now(revision_store.current_revision)
        if options.json:
            print_json([_as_json(service, one, current) for one in everything])
            return
        rows = [_row(service, one, current) for one in everything]
        print_table("Revisions", ("revision", "state", "when", "author", "questions", "note"), rows)


def diff(options: argparse.Namespace) -> None:
    """Print what changed between two revisions, or would change with the draft."""
    with opened(options) as service:
        begin = _number(service, options.begin or "published")
        end = _number(service, options.end or _usual_end(service, options))
        found = compare(*(service.database.read_now(revision_store.load_revision, number) for number in (begin, end)))
        names, zone = [_name(service, number) for number in (begin, end)], service.rules.policy.zone
        if options.json:
            print_json({"from": names[0], "to": names[1], **as_json(found, zone)})
            return
        what = str(found) if found else "no difference"
        print_line(f"From {_spoken(names[0])} to {_spoken(names[1])}: {what}.")
        for line in as_lines(found, zone):
            print_line(line)


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


def made(service: Service, revision: Revision) -> str:
    """Return when a revision was made, and by whom if known."""
    by = f" by {revision.author}" if revision.author else ""
    return f"of {_when(service, revision)}{by}"


def _usual_end(service: Service, options: argparse.Namespace) -> str:
    """The end of the comparison by default: the draft, or without one the published revision if a start was named."""
    return "published" if options.begin and service.database.read_now(revision_store.find_draft) is None else "draft"


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


def _when(service: Service, revision: Revision) -> str:
    return f"{revision.created_at.astimezone(service.rules.policy.zone):%Y-%m-%d %H:%M}"


def _row(service: Service, revision: Revision, current: int) -> tuple[str, ...]:
    draft = revision.state == "draft"
    state = f"draft, from {revision.based_on or 0}" if draft else "in force" if revision.id == current else "earlier"
    number = "–" if draft else str(revision.id)
    return (number, state, _when(service, revision), revision.author, str(revision.questions), revision.note)


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
