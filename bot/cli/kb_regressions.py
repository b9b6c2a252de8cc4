"""`jiedai kb regressions import|export|check|clear`: messages that must keep their answers."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.kb_revisions import draft_of, opened
from bot.cli.output import print_json, print_line
from bot.files.knowledge_files import read_regression_file
from bot.knowledge.kept_answers import complaints
from bot.knowledge.publishing import prepared
from bot.service import Service
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.revisions import regression_store, revision_store
from knowledge_base.revisions.regressions import Regression, write_regressions


def load(options: argparse.Namespace) -> None:
    """Replace all regressions by those of a file."""
    with opened(options) as service:
        wanted = read_regression_file(Path(options.file), _known(service))
        before = service.database.read_now(regression_store.load_regressions)
        unmet = list(complaints(service.rules, service.rules.index, wanted, service.clock()).values())
        service.database.write_now(regression_store.save_regressions, wanted, service.clock())
        if options.json:
            print_json({"messages": len(wanted), "replaced": len(before), "unmet": unmet})
            return
        print_line(f"{len(wanted)} messages must keep their answers from now on, in place of {len(before)}.")
        if unmet:
            print_line(
                "\n  ".join(("Not answered so by what is published, and in nobody's way until they are:", *unmet))
            )


def save(options: argparse.Namespace) -> None:
    """Write the regressions to a CSV file."""
    with opened(options) as service:
        wanted = service.database.read_now(regression_store.load_regressions)
        write_regressions(Path(options.file), wanted)
        if options.json:
            print_json({"messages": len(wanted), "file": options.file})
        else:
            print_line(f"{len(wanted)} messages are in {options.file}.")


def check(options: argparse.Namespace) -> None:
    """Print every fault of a file and every regression not met; raises SystemExit (1) if there is one."""
    with opened(options) as service:
        try:
            wanted = read_regression_file(Path(options.file), _known(service))
        except CatalogueFaults as faults:
            _tell_faults(options, faults)
            raise SystemExit(1) from None
        found = _complaints(options, service, wanted)
    which = "the draft" if options.draft else "what is published"
    if options.json:
        print_json({"ok": not found, "faults": [], "messages": len(wanted), "complaints": found})
    elif found:
        print_line(
            "\n".join((f"{options.file}: {len(found)} of {len(wanted)} messages don't hold by {which}:", *found))
        )
    else:
        print_line(f"{options.file}: no faults; {len(wanted)} messages, all answered as they must be by {which}.")
    if found:
        raise SystemExit(1)


def clear(options: argparse.Namespace) -> None:
    """Delete all regressions."""
    with opened(options) as service:
        before = service.database.read_now(regression_store.load_regressions)
        service.database.write_now(regression_store.save_regressions, (), service.clock())
    if options.json:
        print_json({"forgotten": len(before)})
    else:
        print_line(f"{len(before)} messages are forgotten; nothing holds up a publish any more.")


def _known(service: Service) -> set[str]:
    """Ids of published articles and of the draft's: regressions may precede the publication of their articles."""
    draft = service.database.read_now(revision_store.find_draft)
    articles = service.database.read_now(revision_store.load_revision, draft.id) if draft else ()
    return {article.id for article in (*service.rules.index.articles, *articles)}


def _complaints(options: argparse.Namespace, service: Service, wanted: tuple[Regression, ...]) -> list[str]:
    index = service.rules.index
    if options.draft:
        index = prepared(service.rules, service.database.read_now(revision_store.load_revision, draft_of(service).id))
    return list(complaints(service.rules, index, wanted, service.clock()).values())


def _tell_faults(options: argparse.Namespace, faults: CatalogueFaults) -> None:
    if options.json:
        found = [{"line": fault.line, "message": fault.message} for fault in faults.faults]
        print_json({"ok": False, "faults": found, "messages": 0, "complaints": []})
    else:
        print_line(str(faults))
