"""Figures of the structure: `python -m benchmarks.structure [--tree DIR] [--beside DIR] [--list]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.structure import imports, names, wording
from benchmarks.structure.docstrings import raisers
from benchmarks.structure.imports import child_circles, module_circles
from benchmarks.structure.source import HERE, PACKAGES, product, read_modules
from benchmarks.tables import show


def main() -> None:
    """Print the table, and last all figures as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.structure", description=main.__doc__)
    options.add_argument("--tree", type=Path, default=HERE, metavar="DIR", help="root of the checkout to read")
    options.add_argument("--beside", type=Path, metavar="DIR", help="an earlier checkout, shown beside it")
    options.add_argument("--list", action="store_true", help="say also where each of the faults is")
    given = options.parse_args()
    found = {"tree": figures(given.tree)}
    if given.beside is not None:
        found = {"beside": figures(given.beside)} | found
    rows = [(name, *(str(each[name]) for each in found.values())) for name in found["tree"]]
    show("Structure, read from the source", ("figure", *found), rows)
    if given.list:
        print(*places(given.tree), sep="\n")
    print(json.dumps(found))


def figures(root: Path) -> dict[str, int]:
    """All figures of one checkout, in the table's order."""
    found: dict[str, int] = {}
    for package in PACKAGES:
        found |= _arrows(root, package)
    modules = product(root)
    everything = [module for package in PACKAGES for module in read_modules(root, package)]
    chinese = wording.misplaced([module for module in modules if module.path.parts[0] == "bot"])
    public = raisers(modules)
    found["class names defined more than once"] = len(names.shared_class_names(modules))
    found["modules of bot with Chinese outside wording"] = len({literal.module for literal in chinese})
    found["Chinese literals outside wording"] = len(chinese)
    found["public functions that raise"] = len(public)
    found["of them, docstring silent about a class"] = sum(bool(each.silent) for each in public)
    found["statements"] = names.statements(everything)
    found["modules"] = len(modules)
    found[f"modules over {names.LONGEST} lines"] = len(names.long_modules(modules))
    return found


def _arrows(root: Path, package: str) -> dict[str, int]:
    modules = read_modules(root, package)
    between = imports.child_arrows(modules)
    return {
        f"{package}: arrows between children": len(between),
        f"{package}: arrows, children under {imports.SMALL} lines left out": len(imports.drawn(between, modules)),
        f"{package}: circles of children": len(child_circles(modules)),
        f"{package}: circles of modules": len(module_circles(modules)),
        f"{package}: loose modules": len(imports.loose_modules(modules)),
    }


def places(root: Path) -> Iterator[str]:
    """A line for each fault: what it is, and where."""
    for package in PACKAGES:
        modules = read_modules(root, package)
        for circle in child_circles(modules):
            yield f"circle of children of {package}: {' '.join(circle)}"
        for circle in module_circles(modules):
            yield f"circle of modules of {package}: {' '.join(circle)}"
        yield f"loose in {package}: {' '.join(imports.loose_modules(modules))}"
    modules = product(root)
    for name, homes in names.shared_class_names(modules).items():
        yield f"class {name}: {' '.join(homes)}"
    for name, lines in names.long_modules(modules).items():
        yield f"long: {name} {lines}"
    for literal in wording.misplaced([module for module in modules if module.path.parts[0] == "bot"]):
        yield f"Chinese: {literal.module}:{literal.line} {literal.text!r}"


if __name__ == "__main__":
    main()
