"""The product's modules as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

HERE = Path(__file__).parents[2]
PACKAGES = ("bot", "escalation", "knowledge_base")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of Python. `path` is relative to the tree's root."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return len(self.text.splitlines())

    @property
    def is_migration(self) -> bool:
        """A step of the database's history: written once, never edited, no part of any design."""
        return "versions" in self.path.parts


def read_modules(root: Path, package: str) -> list[Module]:
    """Every module of a package, migrations included."""
    return list(_modules(root, package))


def product(root: Path) -> list[Module]:
    """Every module of the three packages but the migrations' steps."""
    return [module for package in PACKAGES for module in _modules(root, package) if not module.is_migration]


@cache
def _modules(root: Path, package: str) -> tuple[Module, ...]:
    return tuple(_read(root, package))


def _read(root: Path, package: str) -> Iterator[Module]:
    for file in sorted((root / package).rglob("*.py")):
        path = file.relative_to(root)
        parts = path.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, path, file.read_text(encoding="utf-8"))
