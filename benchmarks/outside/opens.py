"""Whether a checkout opens a data folder of an older one: no migration, and what was learned stays valid."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.outside.console import new_client
from benchmarks.outside.save import AFTER, DATABASE
from benchmarks.outside.server import serve
from benchmarks.outside.tables import opened
from benchmarks.outside.tree import Tree

LEARNED = "learned"
QUESTION = "打印机连不上wifi了"
CALLS = (
    ("db", "upgrade"),
    ("ask", QUESTION, "--json"),
    ("tickets", "list", "--all"),
    ("tickets", "show", "1"),
    ("audit", "verify"),
    ("kb", "gaps"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What must not change: the revision and statements of the schema, and the learned files by content and file."""

    revision: str
    schema: tuple[str, ...]
    learned: tuple[tuple[str, str, int], ...]


def faults_of(options: argparse.Namespace) -> list[str]:
    """What goes wrong with a copy of `options.data` under `options.tree`; empty when nothing does."""
    with tempfile.TemporaryDirectory(prefix="outside-") as scratch:
        tree = Tree(options.tree.resolve(), Path(scratch).resolve())
        shutil.copytree(options.data, tree.data)
        tree.set_clock(AFTER)
        before = shape_of(tree.data)
        _let_age(tree.data)
        faults = [f"{' '.join(told.words)}: exit {told.code} {told.err}" for told in tree.batch(CALLS) if told.code]
        return [*faults, *_served(tree), *_unread(tree.data), *changed(before, shape_of(tree.data))]


def shape_of(data: Path) -> Shape:
    """The shape of a data folder as it is now."""
    with opened(data / DATABASE) as db:
        [revision] = db.execute("SELECT version_num FROM alembic_version").fetchone()
        schema = tuple(str(sql) for (sql,) in db.execute("SELECT sql FROM sqlite_master ORDER BY type, name"))
    files = sorted((data / LEARNED).iterdir())
    learned = tuple((file.name, hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_ino) for file in files)
    return Shape(revision, schema, learned)


def changed(before: Shape, after: Shape) -> list[str]:
    """What differs between two shapes, one sentence each."""
    found: list[str] = []
    if before.revision != after.revision:
        found.append(f"the database went from revision {before.revision} to {after.revision}")
    if before.schema != after.schema:
        found.append("the database's schema was changed")
    if before.learned != after.learned:
        names = sorted({name for name, *_ in set(before.learned) ^ set(after.learned)})
        found.append(f"learned files were written anew: {', '.join(names)}")
    return found


def _let_age(data: Path) -> None:
    for file in (data / LEARNED).iterdir():
        os.utime(file, (0, 0))


def _unread(data: Path) -> list[str]:
    """Whoever loads a learned file touches it, for the oldest ones are removed."""
    return [f"{file.name} was not loaded" for file in (data / LEARNED).iterdir() if file.stat().st_mtime == 0]


def _served(tree: Tree) -> list[str]:
    with serve(tree, tree.data) as url, new_client(url) as client:
        answers = {path: client.get(path).status_code for path in ("/chat", "/readyz", "/console/sign-in")}
    return [f"GET {path}: {status}" for path, status in answers.items() if status != 200]
