"""`jiedai customers import` killed after each of its commits and begun again; and two of them at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.cli import customers_import
from bot.cli.output import Result
from bot.storage.database import Database
from bot.tickets import crm_steps
from escalation.customers import staged_imports
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.staged_imports import crm_chunks, crm_imports
from escalation.customers.tier_history import tier_history
from escalation.customers.tier_proposals import waiting_proposals
from escalation.tickets import history
from tests.bot.scene import Scene
from tests.mortal import die_at_commits
from tests.patience import patience

pytestmark = pytest.mark.proof

FORK = multiprocessing.get_context("fork")
HEAD = "id,organisation,contact,annual_amount,tier,reason,expires\n"
AMOUNTS = {"特级": 6_000_000, "三级": 50_000}
CONTACTS = 120  # three chunks


def import_file(scene: Scene, path: Path, database: Database | None = None) -> Result:
    """Run the command, on connections of its own or the scene's."""
    service: Any = SimpleNamespace(database=database or scene.database, rules=scene.rules, clock=lambda: scene.now)
    return customers_import.load(service, str(path))


@contextmanager
def own_connections(scene: Scene) -> Iterator[Database]:
    database = Database(scene.database.url, journal_key=b"k" * 32)
    yield database
    database.engine.dispose()


def _dies(scene: Scene, path: Path, at: int) -> None:
    commits = iter(range(1, 1_000))
    with own_connections(scene) as database:
        die_at_commits(database.engine, lambda: "after" if next(commits) == at else None)
        import_file(scene, path, database)


def _imports(scene: Scene, path: Path, together: Any) -> None:
    with own_connections(scene) as database:
        together.wait(patience(30))
        import_file(scene, path, database)


def written(tmp_path: Path, name: str, tier: str) -> Path:
    """A file of new contacts, of a tier wished for by hand, and of a known organisation that becomes `tier` by it."""
    rows = [f"{name}{each},{name}单位{each},联系人,{AMOUNTS['三级']},,,\n" for each in range(CONTACTS - 2)]
    rows += [f"{name}W,{name}战略单位,联系人,{AMOUNTS['三级']},一级,{name} 框架协议,2027-12-31\n"]
    rows += [f"C1020,,,{AMOUNTS[tier]},,,\n"]
    path = tmp_path / f"{name}.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def count(scene: Scene, column: Any, *where: Any) -> int:
    return int(scene.read(lambda db: db.scalar(select(func.count(column)).where(*where))))


def saved(scene: Scene, name: str) -> int:
    return count(scene, contacts.c.id, contacts.c.id.startswith(name, autoescape=True))


def is_final(scene: Scene, name: str) -> bool:
    mine = (crm_imports.c.file == f"{name}.csv", crm_imports.c.state.in_(("in_force", "done")))
    return bool(count(scene, crm_imports.c.id, *mine))


def test_killed_after_any_commit_and_begun_again_nothing_is_lost_doubled_or_half_in_force(
    scene_anywhere: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(crm_steps, "STEP", 0)  # a chunk in a step
    monkeypatch.setattr(crm_steps, "STAGE_AT_ONCE", 1)
    scene.visitor(customer="C1020").say("人工")
    at, ended = 0, False
    while not ended:
        at += 1
        name, tier = f"K{at}x", ("特级", "三级")[(at + 1) % 2]
        path = written(tmp_path, name, tier)
        child = FORK.Process(target=_dies, args=(scene, path, at))
        child.start()
        child.join()
        assert child.exitcode in (0, -9)
        ended = child.exitcode == 0
        assert is_final(scene, name) or (saved(scene, name), scene.ticket.tier) == (0, ("三级", "特级")[(at + 1) % 2])
        import_file(scene, path)
        assert scene.ticket.tier == tier
        assert saved(scene, name) == CONTACTS - 1
        assert count(scene, organisations.c.id) == 1 + at * (CONTACTS - 1)
        assert len(scene.read(waiting_proposals)) == at
        assert count(scene, tier_history.c.id, tier_history.c.kind == "proposed") == at
        kinds = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
        assert kinds.count("rerouted") == at
    assert at > 10, "there were commits to die after"
    assert count(scene, crm_imports.c.id, crm_imports.c.state == "in_force") == 0
    final = select(crm_imports.c.id).where(crm_imports.c.state == "done")
    assert count(scene, crm_chunks.c.number, crm_chunks.c.import_id.in_(final)) == 0


@pytest.mark.parametrize("files", [("A", "A"), ("A", "B")])
def test_two_processes_that_import_at_once_take_turns(
    scene_anywhere: Scene, tmp_path: Path, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(crm_steps, "STEP", 0)
    scene.know("C1020")
    together = FORK.Barrier(2)
    tiers = dict(zip(("A", "B"), ("特级", "三级"), strict=True))
    paths = [written(tmp_path, each, tiers[each]) for each in files]
    children = [FORK.Process(target=_imports, args=(scene, path, together)) for path in paths]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    assert [saved(scene, each) for each in set(files)] == [CONTACTS - 1] * len(set(files))
    assert count(scene, organisations.c.id) == 1 + len(set(files)) * (CONTACTS - 1)
    assert len(scene.read(waiting_proposals)) == len(set(files))
    assert [each.state for each in scene.read(staged_imports.latest_imports)] == ["done", "done"]
    assert count(scene, crm_chunks.c.number) == 0
