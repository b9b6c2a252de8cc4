"""Public functions whose docstring does not name what they raise: `python -m benchmarks.structure.docstrings`.

Judged are functions and methods without a leading underscore, in classes without one, that have in their own body
(not in a function or class within it) a `raise` of a named class. A `raise` that passes on what was caught, and one of
a value, name no class and ask for nothing.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.structure.source import HERE, Function, Module, product


@dataclass(frozen=True, slots=True)
class Raiser:
    """A public function that raises; `silent` are the classes that its docstring does not name."""

    path: Path
    line: int
    function: str
    silent: tuple[str, ...]


def raisers(modules: Sequence[Module]) -> list[Raiser]:
    """Every public function that raises a named class, whatever its docstring says."""
    return [found for module in modules for found in _raisers(module)]


def main() -> None:
    """Print one line for each class that a docstring leaves out; exit code 1 if there is one."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.structure.docstrings", description=main.__doc__)
    options.add_argument("--tree", type=Path, default=HERE, metavar="DIR", help="root of the checkout to read")
    lines = list(_complaints(raisers(product(options.parse_args().tree))))
    print(*lines, sep="\n", end="\n" if lines else "")
    raise SystemExit(1 if lines else 0)


def _complaints(found: Sequence[Raiser]) -> Iterator[str]:
    for each in found:
        for name in each.silent:
            yield f"{each.path}:{each.line} {each.function} raises {name}, docstring does not name it"


def _raisers(module: Module) -> Iterator[Raiser]:
    for name, function in _public(module.tree, ""):
        classes = dict.fromkeys(_raised(function))
        if classes:
            words = ast.get_docstring(function) or ""
            silent = tuple(each for each in classes if not re.search(rf"\b{each}\b", words))
            yield Raiser(module.path, function.lineno, name, silent)


def _public(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if not name.startswith("_"):
                    yield f"{prefix}{name}", child
            case ast.ClassDef(name=name):
                if not name.startswith("_"):
                    yield from _public(child, f"{prefix}{name}.")
            case ast.stmt():
                yield from _public(child, prefix)


def _raised(function: Function) -> Iterator[str]:
    for node in _own(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = what.attr if isinstance(what, ast.Attribute) else what.id if isinstance(what, ast.Name) else ""
            if name[:1].isupper():
                yield name


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a body without those of functions and classes inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield child
            yield from _own(child)


if __name__ == "__main__":
    main()
