"""`jiedai kb check|export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.output import print_json, print_line
from bot.cli.session import service_of, settings_of
from bot.knowledge.checks import read_checked
from bot.knowledge.encoders import encoders_of
from escalation.policy.reader import read_policy
from knowledge_base.files.catalogue import write_faq
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.matching.index import build
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.health import complaints_of


def check(options: argparse.Namespace) -> None:
    """Print every fault with its line; raises SystemExit (1) if there is one.

    Otherwise prints contradicting articles.
    """
    settings = settings_of(options)
    policy = read_policy(settings.policy)
    try:
        articles = read_checked(Path(options.file), policy)
    except CatalogueFaults as faults:
        if options.json:
            print_json({"ok": False, "faults": [{"line": f.line, "message": f.message} for f in faults.faults]})
        else:
            print_line(str(faults))
        raise SystemExit(1) from None
    index = build(articles, fillers=policy.words.get("filler", ()), encoders=encoders_of(settings))
    warnings = list(complaints_of(index))
    phrasings = sum(len(article.phrasings) for article in articles)
    if options.json:
        found = {"questions": len(articles), "phrasings": phrasings, "warnings": warnings}
        print_json({"ok": True, "faults": [], **found})
        return
    print_line(f"{options.file}: no faults; {len(articles)} questions, {phrasings} phrasings.")
    for warning in warnings:
        print_line(f"  {warning}")


def save(options: argparse.Namespace) -> None:
    """Write the published revision to a YAML, CSV or XLSX file."""
    service = service_of(options, knowledge="none")
    revision, articles = service.database.read_now(revision_store.load_published)
    write_faq(Path(options.file), articles)
    service.database.close()
    if options.json:
        print_json({"revision": revision, "questions": len(articles), "file": options.file})
    else:
        print_line(f"Revision {revision} with {len(articles)} questions is in {options.file}.")
