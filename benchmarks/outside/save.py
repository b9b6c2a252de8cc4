"""`save`: everything that the outside sees of one checkout, written as text into a folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from benchmarks.outside import calls, helps
from benchmarks.outside.clock import Clock
from benchmarks.outside.console import new_client, save_open_pages
from benchmarks.outside.journeys import SCRIPT, Stage, read_journeys, signed_in
from benchmarks.outside.normalise import Normaliser, without_layout
from benchmarks.outside.server import LOG, serve
from benchmarks.outside.tables import save_tables
from benchmarks.outside.tree import CommandOutput, Tree

DATABASE = "jiedai.sqlite3"
BEFORE = "2026-10-09T20:00:00+08:00"  # the demo begins at 20:20
AFTER = "2026-10-10T08:31:00+08:00"
OPENING = "2026-10-09T09:30:00+08:00"  # of the journeys
SAMPLE_QUESTIONS = "knowledge_base/sample/faq.yaml"
SAMPLE_CUSTOMERS = "escalation/sample/customers.csv"
STAFF = (
    ("lintao", "林涛", "agent", "特级专席", "一级专属", "技术支持"),
    ("zhaomin", "赵敏", "agent", "二级专员", "通用客服", "投诉处理"),
    ("boss", "罗珊", "lead"),
)


def save(folder: Path, root: Path, kept_data: Path | None = None) -> None:
    """Write FOLDER, which must not exist, from the checkout at `root`; `kept_data` receives the demo's data folder."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="outside-") as scratch:
        tree = Tree(root.resolve(), Path(scratch).resolve())
        helps.save_helps(tree, folder / "help")
        data = _save_demo(tree, folder / "demo", kept_data)
        calls.save_calls(tree, data, folder / "calls")
        _save_journeys(tree, folder / "journeys")


def _save_demo(tree: Tree, folder: Path, kept_data: Path | None) -> Path:
    folder.mkdir()
    tree.set_clock(BEFORE)
    printed, data = tree.play_demo()
    normalise = tree.normaliser()
    (folder / "printed.txt").write_text(normalise(printed), encoding="utf-8")
    save_tables(data / DATABASE, folder / "tables", normalise)
    if kept_data is not None:
        shutil.copytree(data, kept_data)
    tree.set_clock(AFTER)
    passwords = _passwords(tree.batch([["staff", "add", "boss", "--role", "lead", "--json"]], data))
    passwords |= _passwords(tree.batch([["staff", "reset", "zhaomin", "--json"]], data))
    _save_pages(tree, data, folder / "pages", passwords)
    return data


def _save_pages(tree: Tree, data: Path, folder: Path, passwords: Mapping[str, str]) -> None:
    with serve(tree, data) as url:
        normalise = _of_server(tree, url)
        save_open_pages(new_client(url), folder / "open", normalise)
        for login, member in signed_in(url, passwords).items():
            member.save_pages(folder / login, normalise)


def _save_journeys(tree: Tree, folder: Path) -> None:
    folder.mkdir()
    tree.set_clock(OPENING)
    begun = _furnish(tree)
    passwords = _passwords(begun[2:])
    (folder / "00 set-up.txt").write_text(_in_lines(begun, tree.normaliser()), encoding="utf-8")
    with serve(tree, tree.data) as url:
        clock = Clock(tree, tree.data / DATABASE, datetime.fromisoformat(OPENING))
        stage = Stage(tree, clock, new_client(url), signed_in(url, passwords))
        for journey in read_journeys(SCRIPT.read_text(encoding="utf-8")):
            text = _of_server(tree, url)("\n".join(stage.play(journey)))
            (folder / f"{journey.name}.txt").write_text(text + "\n", encoding="utf-8")
        for login, member in signed_in(url, passwords).items():
            member.save_pages(folder / "pages" / login, _of_server(tree, url))
    save_tables(tree.data / DATABASE, folder / "tables", tree.normaliser())
    (folder / "warnings.txt").write_text(_warnings(tree), encoding="utf-8")


def _warnings(tree: Tree) -> str:
    """What the server warned of; a tick that the end interrupts is an error in its log, or none, as it happens."""
    log = (tree.scratch / LOG).read_text(encoding="utf-8")
    lines = [line for line in log.splitlines(keepends=True) if line.startswith("WARNING ")]
    return without_layout(tree.normaliser()("".join(lines)))


def _furnish(tree: Tree) -> list[CommandOutput]:
    """The sample content and three members of staff, by commands."""
    return tree.batch(
        [
            ["kb", "import", str(tree.root / SAMPLE_QUESTIONS), "--json"],
            ["customers", "import", str(tree.root / SAMPLE_CUSTOMERS), "--json"],
            *(_added(*person) for person in STAFF),
        ]
    )


def _added(login: str, name: str, role: str, *queues: str) -> list[str]:
    words = [word for queue in queues for word in ("--queue", queue)]
    return ["staff", "add", login, "--name", name, "--role", role, *words, "--json"]


def _passwords(told: Iterable[CommandOutput]) -> dict[str, str]:
    """What lets them in: a one-time link, or in trees of before a password."""
    found = [json.loads(each.out) for each in told]
    return {each["login"]: each.get("link") or each["password"] for each in found}


def _of_server(tree: Tree, url: str) -> Normaliser:
    port = url.rpartition(":")[2]
    return Normaliser({**tree.normaliser().places, f":{port}": ":<port>"})


def _in_lines(told: Iterable[CommandOutput], normalise: Normaliser) -> str:
    return normalise("\n".join(calls.in_lines(each) for each in told))
