"""What the pages name exists: paths, modules, headings that are linked to; and every room has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md"])
TREES = ("bot", "escalation", "knowledge_base", "tests", "benchmarks", "docs", ".ci")
OLD_NAMES = ROOT / "docs" / "moved.md"  # the only page that may name what no longer exists
NOT_ROOMS = {"migrations/versions", "web/static", "web/templates", "sample", "acts/topics"}

_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_WITHIN = re.compile(r"`(\w+)`(?: and `(\w+)`)? (?:in|of) `([\w./]+)`")
_DOTTED = re.compile(rf"(?:{'|'.join(TREES[:5])})(?:\.\w+)+(?=\W|$)")
_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, TREES))})/[\w./*-]*")


def _named(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for code in _CODE.findall(_FENCE.sub("", text)):
        yield from (found.rstrip(".") for found in [*_PATH.findall(code), *_DOTTED.findall(code)])
    for block in _FENCE.findall(text):
        yield from (f"{found}" for found in re.findall(r"python -m ((?:benchmarks|tests|bot)(?:\.\w+)*)", block))


def _exists(name: str) -> bool:
    if "/" in name:
        return any(ROOT.glob(name)) if "*" in name else (ROOT / name).exists()
    return _is_module(name) or _is_name_in_module(name)


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists() or path.is_dir()


def _is_name_in_module(name: str) -> bool:
    """`bot.dialogue.plan.plan`, or `bot.dialogue.plan:plan`: a function, class or constant at the module's top."""
    module, _, own = name.rpartition(".")
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if not path.exists():
        return False
    return (
        re.search(rf"^(?:(?:async )?def|class) {own}\b|^{own}\b.*=", path.read_text("utf-8"), re.MULTILINE) is not None
    )


def _stands_in(name: str, where: str) -> bool:
    """Whether the word stands in that file; of a module, or of a class in a module, in the module's."""
    path = ROOT / where
    if "/" not in where:
        parts = where.split(".")
        files = (ROOT.joinpath(*parts).with_suffix(".py"), ROOT.joinpath(*parts[:-1]).with_suffix(".py"))
        path = next((file for file in files if file.is_file()), path)
    return not path.is_file() or re.search(rf"\b{name}\b", path.read_text("utf-8")) is not None


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def _rooms() -> list[str]:
    found: list[str] = []
    for package in ("bot", "escalation", "knowledge_base"):
        for folder in sorted(path for path in (ROOT / package).rglob("*") if path.is_dir()):
            name = folder.relative_to(ROOT / package).as_posix()
            if "__pycache__" not in name and not any(name.startswith(other) for other in NOT_ROOMS):
                found.append(f"{package}/{name}")
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if page != OLD_NAMES], ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    assert [name for name in dict.fromkeys(_named(page)) if not _exists(name)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != OLD_NAMES], ids=lambda page: page.name)
def test_a_name_said_to_be_in_a_module_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    pairs = [(name, where) for *names, where in _WITHIN.findall(text) for name in names if name]
    assert [(name, where) for name, where in pairs if not _stands_in(name, where)] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_a_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(link)
    assert broken == []


def test_old_names_lead_to_modules_that_exist() -> None:
    rows = re.findall(r"^\| `[\w.]+` \| (`.+`) \|$", OLD_NAMES.read_text("utf-8"), re.MULTILINE)
    names = [name for row in rows for name in _DOTTED.findall(row)]
    assert len(names) > len(rows) / 2
    assert [name for name in names if not _is_module(name)] == []


def test_every_page_is_in_the_index_and_every_decision_in_its_list() -> None:
    docs = ROOT / "docs"
    for index, pages in (("index.md", ["*.md", "tutorials/*.md"]), ("decisions.md", ["decisions/*.md"])):
        text = (docs / index).read_text("utf-8")
        found = {page.relative_to(docs).as_posix() for pattern in pages for page in docs.glob(pattern)} - {index}
        assert [page for page in sorted(found) if f"]({page})" not in text] == []


@pytest.mark.parametrize("room", _rooms())
def test_every_room_has_its_line(room: str) -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines()
    assert any(line.startswith(f"| `{room}`") for line in lines), room


def test_the_hooks_before_a_commit_are_those_of_make_lint() -> None:
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    wanted = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == wanted
