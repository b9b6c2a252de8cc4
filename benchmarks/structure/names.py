"""Sizes, and class names with more than one meaning."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from benchmarks.structure.source import Module

LONGEST = 250  # lines of a module


def shared_class_names(modules: Sequence[Module]) -> dict[str, list[str]]:
    """Classes at the top of more than one module, by name, with these modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module.name)
    return {name: homes for name, homes in sorted(found.items()) if len(homes) > 1}


def statements(modules: Sequence[Module]) -> int:
    """Statements of the syntax trees: every node that is an `ast.stmt`, docstrings and definitions among them."""
    return sum(isinstance(node, ast.stmt) for module in modules for node in ast.walk(module.tree))


def long_modules(modules: Sequence[Module]) -> dict[str, int]:
    """Modules of more than `LONGEST` lines, with their lines."""
    return {module.name: module.lines for module in modules if module.lines > LONGEST}
