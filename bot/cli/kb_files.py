"""`jiedai kb check|export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.cli.command import File
from bot.cli.output import Result
from bot.cli.session import Where, WithoutKnowledge
from bot.knowledge.checks import read_checked
from bot.knowledge.encoders import encoders_of
from escalation.policy.reader import read_policy
from knowledge_base.files.catalogue import write_faq
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.matching.index import build
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.health import problems_of


def check(settings: Where, file: File) -> Result:
    """Return every fault with its line; failed if there is one.

    Otherwise returns contradicting articles.
    """
    policy = read_policy(settings.policy)
    try:
        articles = read_checked(Path(file), policy)
    except CatalogueFaults as faults:
        return Result({"ok": False, "faults": faults_as_json(faults)}, str(faults), failed=True)
    index = build(articles, fillers=policy.words.get("filler", ()), encoders=encoders_of(settings))
    warnings = list(problems_of(index))
    phrasings = sum(len(article.phrasings) for article in articles)
    found = {"questions": len(articles), "phrasings": phrasings, "warnings": warnings}
    words = f"{file}: no faults; {len(articles)} questions, {phrasings} phrasings."
    return Result({"ok": True, "faults": [], **found}, [words, *(f"  {warning}" for warning in warnings)])


def save(service: WithoutKnowledge, file: File) -> Result:
    """Write the published revision to a YAML, CSV or XLSX file."""
    revision, articles = service.database.read_now(revision_store.load_published)
    write_faq(Path(file), articles)
    return Result(
        {"revision": revision, "questions": len(articles), "file": file},
        f"Revision {revision} with {len(articles)} questions is in {file}.",
    )


def faults_as_json(faults: CatalogueFaults) -> list[dict[str, Any]]:
    """Return every fault as JSON."""
    return [{"line": fault.line, "message": fault.message} for fault in faults.faults]
