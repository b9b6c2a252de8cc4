"""Faults of an FAQ file: the line, and in a whole sentence what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from knowledge_base.refusals import KnowledgeRefusal


@dataclass(frozen=True, slots=True, order=True)
class FaqFault:
    """A fault of a line; line 0: unknown. `code` and `values` let a caller word it in another language."""

    file: str
    line: int
    message: str
    code: str = field(default="", compare=False)
    values: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


class CatalogueFaults(KnowledgeRefusal):
    """All faults of a file."""

    def __init__(self, faults: Iterable[FaqFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FaqFaultCollector:
    """Collects the faults of a file while the rest is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[FaqFault] = []

    def add(self, line: int, message: str, code: str = "", **values: str) -> None:
        """Note a fault; the same sentence about the same line is noted once."""
        fault = FaqFault(self.file, line, message, code, values)
        if fault not in self.found:
            self.found.append(fault)

    def raise_if_any(self) -> None:
        """Raise CatalogueFaults with the faults in the order of their lines, if there are any."""
        if self.found:
            raise CatalogueFaults(sorted(self.found, key=lambda fault: fault.line))


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "…"?` for a similar known word, else the list of known words."""
    known = tuple(known)
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
