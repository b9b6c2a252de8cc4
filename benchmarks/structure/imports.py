"""Who imports whom, between the direct children of a package and between its modules.

An arrow is a pair (importer, imported), counted once however many import statements draw it. Imports inside functions
count. Those that stand under `if TYPE_CHECKING` draw no arrow that is counted, but they close circles: who names a type
depends on it. `from package import module` is an import of the module.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.structure.source import Module

SMALL = 35  # lines: a loose module below this is no box of the drawing

Arrow = tuple[str, str]


def module_arrows(modules: Sequence[Module], *, typing: bool = False) -> set[Arrow]:
    """Arrows between the modules of one package; `typing`: with those under `if TYPE_CHECKING`."""
    names = {module.name for module in modules}
    found = ((module.name, target) for module in modules for target in _targets(module, names, typing=typing))
    return {(importer, imported) for importer, imported in found if importer != imported}


def child_arrows(modules: Sequence[Module], *, typing: bool = False) -> set[Arrow]:
    """Arrows between the direct children of one package, its folders and its loose modules; `typing` as above."""
    pairs = ((_child(importer), _child(imported)) for importer, imported in module_arrows(modules, typing=typing))
    return {(importer, imported) for importer, imported in pairs if importer and imported and importer != imported}


def drawn(arrows: Iterable[Arrow], modules: Sequence[Module]) -> set[Arrow]:
    """The arrows without those at children of less than `SMALL` lines, which a drawing leaves out."""
    sizes: dict[str, int] = defaultdict(int)
    for module in modules:
        sizes[_child(module.name)] += module.lines
    return {arrow for arrow in arrows if all(sizes[end] >= SMALL for end in arrow)}


def loose_modules(modules: Sequence[Module], root_files: frozenset[str] = frozenset({"__main__"})) -> list[str]:
    """Modules that lie in the package itself, in no folder of it."""
    names = (module.name.split(".") for module in modules if module.path.name != "__init__.py")
    return [parts[1] for parts in names if len(parts) == 2 and parts[1] not in root_files]


def child_circles(modules: Sequence[Module]) -> list[list[str]]:
    """Circles between the direct children of one package."""
    return circles(child_arrows(modules, typing=True))


def module_circles(modules: Sequence[Module]) -> list[list[str]]:
    """Circles between the modules of one package."""
    return circles(module_arrows(modules, typing=True))


def circles(arrows: Iterable[Arrow]) -> list[list[str]]:
    """Groups of names that can all reach each other (strongly connected components of more than one)."""
    ahead: dict[str, set[str]] = defaultdict(set)
    behind: dict[str, set[str]] = defaultdict(set)
    for importer, imported in arrows:
        ahead[importer].add(imported)
        behind[imported].add(importer)
    found, placed = [], set[str]()
    for name in sorted(ahead):
        if name not in placed:
            group = _reachable(name, ahead) & _reachable(name, behind)
            placed |= group
            if len(group) > 1:
                found.append(sorted(group))
    return found


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _child(name: str) -> str:
    """The direct child of the package that a module belongs to; empty for the package itself."""
    return name.split(".")[1] if "." in name else ""


def _targets(module: Module, names: set[str], *, typing: bool) -> Iterator[str]:
    for node in ast.walk(module.tree) if typing else _running(module.tree):
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases if alias.name in names)
            case ast.ImportFrom(module=base, names=aliases):
                base = _absolute(module, node)
                for alias in aliases:
                    target = f"{base}.{alias.name}"
                    yield from ([target] if target in names else [base] if base in names else [])


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    here = module.name.split(".") if module.path.name == "__init__.py" else module.name.split(".")[:-1]
    return ".".join([*here[: len(here) - node.level + 1], *([node.module] if node.module else [])])


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from _running(child)
