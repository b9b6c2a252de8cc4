"""`jiedai kb check|import|export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands.opening import house_of, settings_of
from bot.commands.printing import tell, tell_json
from bot.knowledge import read_checked
from escalation.policy_file import read_policy
from knowledge_base import store
from knowledge_base.catalogue import write_faq
from knowledge_base.faults import CatalogueFaults


def check(options: argparse.Namespace) -> None:
    """Every fault with its line; exit code 1 when there is one."""
    policy = read_policy(settings_of(options).policy)
    try:
        articles = read_checked(Path(options.file), policy)
    except CatalogueFaults as faults:
        if options.json:
            tell_json({"ok": False, "faults": [{"line": f.line, "message": f.message} for f in faults.faults]})
        else:
            tell(str(faults))
        raise SystemExit(1) from None
    phrasings = sum(len(article.phrasings) for article in articles)
    if options.json:
        tell_json({"ok": True, "faults": [], "questions": len(articles), "phrasings": phrasings})
    else:
        tell(f"{options.file}: no faults; {len(articles)} questions, {phrasings} phrasings.")


def load(options: argparse.Namespace) -> None:
    """Publish a file as the next revision, whole or not at all."""
    house = house_of(options)
    articles = read_checked(Path(options.file), house.rules.policy)
    note = f"imported from {Path(options.file).name}"
    _, before = house.database.read_now(store.load_published)
    revision = house.database.write_now(store.save_revision, articles, house.clock(), note)
    house.database.close()
    if options.json:
        tell_json({"revision": revision, "questions": len(articles), "replaced": len(before)})
    else:
        tell(f"Revision {revision} is published: {len(articles)} questions in place of {len(before)}.")
        tell("Running servers take it up at once. `jiedai kb export FILE` saves what is published.")


def save(options: argparse.Namespace) -> None:
    """Write the published revision to a YAML, CSV or XLSX file."""
    house = house_of(options)
    revision, articles = house.database.read_now(store.load_published)
    write_faq(Path(options.file), articles)
    house.database.close()
    if options.json:
        tell_json({"revision": revision, "questions": len(articles), "file": options.file})
    else:
        tell(f"Revision {revision} with {len(articles)} questions is in {options.file}.")
