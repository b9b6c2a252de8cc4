"""`jiedai kb talks import|export|check|list|clear`: talks that must go as they do whatever is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.kb_revisions import draft_of
from bot.cli.output import Result, Table, counted, minute
from bot.cli.session import WithKnowledge, WithoutKnowledge
from bot.cli.talk import Files, verdict
from bot.cli.talk_replay import failing, kept_talks
from bot.cli.talk_rules import fitted_to, known_customers
from bot.cli.talk_stage import play_talks, talk_paths
from bot.knowledge.publishing import prepared
from bot.talks.model import Talk
from bot.talks.reading import read_talk_file, read_talks
from escalation.working_hours.instants import iso
from knowledge_base.revisions import revision_store, talk_store
from knowledge_base.revisions.talk_store import KeptTalkFile

Note = Annotated[str, argument("--note", metavar="TEXT", help="what is new, for the list of versions")]
Author = Annotated[str, argument("--author", metavar="NAME", help="who imports, for the list of versions")]
Folder = Annotated[str, argument(metavar="FOLDER", help="where to put the files")]


def load(service: WithKnowledge, files: Files, note: Note = "", author: Author = "") -> Result:
    """Keep the talks of files in place of all others; raises TalkFaults for a faulty file."""
    paths = talk_paths(files)
    talks = [talk for path in paths for talk in read_talk_file(path)]
    _demand_distinct(talks, paths)
    before = len(kept_talks(service))
    kept = [KeptTalkFile(path.name, path.read_text(encoding="utf-8-sig")) for path in paths]
    version = service.database.write_now(
        talk_store.save_talks, kept, service.clock(), talks=len(talks), author=author, note=note
    )
    unmet = list(failing(service, service.rules).values())
    words = [f"Version {version}: {counted(len(talks), 'talk')} must go as they do from now on, in place of {before}."]
    if unmet:
        words.append("Otherwise by what is published, and in nobody's way until they go so:")
        words.extend(unmet)
    return Result({"version": version, "talks": len(talks), "replaced": before, "unmet": unmet}, words)


def _demand_distinct(talks: Iterable[Talk], paths: Iterable[Path]) -> None:
    """A talk is known by its name, and a kept file by its own without the folder."""
    first: dict[str, Talk] = {}
    for talk in talks:
        other = first.setdefault(talk.name, talk)
        if other is not talk:
            raise NotReady(f'The talk "{talk.name}" is in {other.file} and in {talk.file}; rename one.')
    known: dict[str, Path] = {}
    for path in paths:
        if known.setdefault(path.name, path) != path:
            raise NotReady(f"{known[path.name]} and {path} have the same name; rename one.")


def save(service: WithoutKnowledge, folder: Folder) -> Result:
    """Write the kept talk files into a folder, each under its name."""
    files = service.database.read_now(talk_store.load_talks)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for file in files:
        (Path(folder) / file.name).write_text(file.text, encoding="utf-8")
    return Result(
        {"files": [file.name for file in files], "folder": folder}, f"{counted(len(files), 'file')} in {folder}."
    )


def check(
    service: WithKnowledge,
    draft: Annotated[bool, argument("--draft", help="by the draft, not by what is published")] = False,
) -> Result:
    """Play the kept talks; failed if one goes otherwise than expected."""
    rules = service.rules
    if draft:
        articles = service.database.read_now(revision_store.load_revision, draft_of(service).id)
        rules = fitted_to(replace(rules, index=prepared(rules, articles)))
    talks = kept_talks(service)
    return verdict(play_talks(rules, talks, known_customers(service, talks)), rules.policy.zone)


def show(service: WithoutKnowledge) -> Result:
    """Return the kept talks and all versions there were."""
    versions = service.database.read_now(talk_store.all_talk_versions)
    files = service.database.read_now(talk_store.load_talks)
    talks = [talk for file in files for talk in read_talks(file.name, file.text)]
    zone = service.rules.policy.zone
    value = {
        "talks": [{"name": talk.name, "file": talk.file, "by": talk.by, "turns": len(talk.turns)} for talk in talks],
        "versions": [
            {"version": one.id, "at": iso(one.created_at, zone), "author": one.author, "note": one.note}
            | {"talks": one.talks}
            for one in versions
        ],
    }
    if not versions:
        return Result(value, "No talks are kept; `jiedai kb talks import FILE` keeps some.")
    rows = [(talk.name, talk.file, talk.by, str(len(talk.turns))) for talk in talks]
    history = [(str(one.id), minute(one.created_at, zone), one.author, str(one.talks), one.note) for one in versions]
    talks_table = Table("Talks", ("talk", "file", "by", "turns"), rows)
    return Result(value, [talks_table, Table("Versions", ("version", "since", "by", "talks", "note"), history)])


def clear(service: WithoutKnowledge, note: Note = "", author: Author = "") -> Result:
    """Keep no talks any more; earlier versions stay in the list."""
    before = len(kept_talks(service))
    service.database.write_now(talk_store.save_talks, (), service.clock(), talks=0, author=author, note=note)
    words = f"{counted(before, 'talk')} forgotten; no talk holds up a publish any more."
    return Result({"forgotten": before}, words)
