"""What tests share stands in conftest.py or in a module without tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def imported(path: Path) -> Iterator[str]:
    """The dotted names a file imports, each with the module it comes from."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{name.name}" for name in node.names)


def test_no_module_imports_a_module_of_tests() -> None:
    """Else one file's change breaks another's tests, and fixtures are collected twice."""
    modules = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
    found = [
        (path.relative_to(ROOT).as_posix(), name)
        for folder in ("tests", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported(path)
        if modules.intersection(name.split("."))
    ]
    assert found == []
