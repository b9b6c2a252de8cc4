"""`jiedai kb regressions import|export|check|clear`: messages that must keep their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from bot.cli.command import File, argument
from bot.cli.kb_files import faults_as_json
from bot.cli.kb_revisions import draft_of
from bot.cli.output import Result
from bot.cli.session import WithKnowledge
from bot.files.knowledge_files import read_regression_file
from bot.knowledge.kept_answers import complaints
from bot.knowledge.publishing import prepared
from bot.service import Service
from knowledge_base.files.faults import CatalogueFaults
from knowledge_base.revisions import regression_store, revision_store
from knowledge_base.revisions.regressions import Regression, write_regressions


def load(service: WithKnowledge, file: File) -> Result:
    """Replace all regressions by those of a file."""
    wanted = read_regression_file(Path(file), _known(service))
    before = service.database.read_now(regression_store.load_regressions)
    unmet = list(complaints(service.rules, service.rules.index, wanted, service.clock()).values())
    service.database.write_now(regression_store.save_regressions, wanted, service.clock())
    words = [f"{len(wanted)} messages must keep their answers from now on, in place of {len(before)}."]
    if unmet:
        words.append("\n  ".join(("Not answered so by what is published, and in nobody's way until they are:", *unmet)))
    return Result({"messages": len(wanted), "replaced": len(before), "unmet": unmet}, words)


def save(service: WithKnowledge, file: File) -> Result:
    """Write the regressions to a CSV file."""
    wanted = service.database.read_now(regression_store.load_regressions)
    write_regressions(Path(file), wanted)
    return Result({"messages": len(wanted), "file": file}, f"{len(wanted)} messages are in {file}.")


def check(
    service: WithKnowledge,
    file: File,
    draft: Annotated[bool, argument("--draft", help="ask the draft, not what is published")] = False,
) -> Result:
    """Return every fault of a file and every regression not met; failed if there is one."""
    try:
        wanted = read_regression_file(Path(file), _known(service))
    except CatalogueFaults as faults:
        found_faults = {"ok": False, "faults": faults_as_json(faults), "messages": 0, "complaints": []}
        return Result(found_faults, str(faults), failed=True)
    found = _complaints(service, wanted, draft=draft)
    which = "the draft" if draft else "what is published"
    if found:
        words = "\n".join((f"{file}: {len(found)} of {len(wanted)} messages don't hold by {which}:", *found))
    else:
        words = f"{file}: no faults; {len(wanted)} messages, all answered as they must be by {which}."
    value = {"ok": not found, "faults": [], "messages": len(wanted), "complaints": found}
    return Result(value, words, failed=bool(found))


def clear(service: WithKnowledge) -> Result:
    """Delete all regressions."""
    before = service.database.read_now(regression_store.load_regressions)
    service.database.write_now(regression_store.save_regressions, (), service.clock())
    words = f"{len(before)} messages are forgotten; nothing holds up a publish any more."
    return Result({"forgotten": len(before)}, words)


def _known(service: Service) -> set[str]:
    """Ids of published articles and of the draft's: regressions may precede the publication of their articles."""
    draft = service.database.read_now(revision_store.find_draft)
    articles = service.database.read_now(revision_store.load_revision, draft.id) if draft else ()
    return {article.id for article in (*service.rules.index.articles, *articles)}


def _complaints(service: Service, wanted: tuple[Regression, ...], *, draft: bool) -> list[str]:
    index = service.rules.index
    if draft:
        index = prepared(service.rules, service.database.read_now(revision_store.load_revision, draft_of(service).id))
    return list(complaints(service.rules, index, wanted, service.clock()).values())
