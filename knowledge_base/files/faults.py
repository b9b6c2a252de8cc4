"""A fault of an FAQ file: where it is, and in a whole sentence what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge_base.refusals import KnowledgeRefusal


@dataclass(frozen=True, slots=True, order=True)
class FaqFault:
    """One thing wrong with one line; line 0 means that no line is known."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


class CatalogueFaults(KnowledgeRefusal):
    """Everything wrong with a file, so that it can be mended in one go."""

    def __init__(self, faults: Iterable[FaqFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FaqFaultCollector:
    """Collects what is wrong with one file while the rest of it is still being read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[FaqFault] = []

    def add(self, line: int, message: str) -> None:
        """Note one fault; the same sentence about the same line is noted once."""
        fault = FaqFault(self.file, line, message)
        if fault not in self.found:
            self.found.append(fault)

    def raise_if_any(self) -> None:
        """Refuse the file when it has faults, in the order of its lines."""
        if self.found:
            raise CatalogueFaults(sorted(self.found, key=lambda fault: fault.line))


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean "…"?` when something known is close, else all that is known."""
    known = tuple(known)
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
