"""What tests share stands in conftest.py or in a module without tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.config.settings import EXAMPLE_POLICY
from bot.files.escalation_files import read_customer_file
from bot.first_start import SAMPLE_CUSTOMERS
from escalation.policy.reader import read_policy

ROOT = Path(__file__).parent.parent.parent


def imported(path: Path) -> Iterator[str]:
    """The dotted names a file imports, each with the module it comes from."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{name.name}" for name in node.names)


def starts_a_server(function: ast.AST) -> bool:
    """Whether a function calls `Server`."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Name) and called.id == "Server" for called in calls)


def texts_of(function: ast.AST) -> set[str]:
    """The texts that a function has as constants."""
    constants = (node.value for node in ast.walk(function) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


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


def test_who_shares_a_server_takes_a_customer_of_their_own() -> None:
    """A contact has one conversation: with one of the sample a test goes on with what another has said and opened."""
    tiers = tuple(read_policy(EXAMPLE_POLICY).tiers)
    sample = {record.id for record in read_customer_file(SAMPLE_CUSTOMERS, tiers=tiers)}
    found = [
        (path.relative_to(ROOT).as_posix(), node.name)
        for folder in ("browser", "journeys")
        for path in sorted((ROOT / "tests" / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef) and not starts_a_server(node) and sample & texts_of(node)
    ]
    assert found == []
