"""Faults of a policy file with their lines, and the parsing of the file into YAML nodes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

from escalation.refusals import EscalationRefusal

NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True, order=True)
class PolicyFault:
    """A fault of the file, in a whole sentence that says what would be right."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return `file:line: sentence`, as editors understand it."""
        return f"{self.file}:{self.line}: {self.message}"


class PolicyFaults(EscalationRefusal):  # named for what it carries
    """A policy file that cannot be used, with every fault found in it."""

    def __init__(self, faults: tuple[PolicyFault, ...]) -> None:
        """Keep the faults; the text has one a line."""
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class PolicyFaultCollector:
    """Collects the faults of one file while the rest is read."""

    def __init__(self, file: str) -> None:
        """Start without faults."""
        self.file = file
        self.found: list[PolicyFault] = []

    def add(self, at: yaml.Node | int, message: str) -> None:
        """Note a fault at a node, or at a line counted from 1."""
        line = at if isinstance(at, int) else at.start_mark.line + 1
        fault = PolicyFault(self.file, line, message)
        if fault not in self.found:  # an anchor may be read twice
            self.found.append(fault)

    def stop(self) -> PolicyFaults:
        """Return (not raise) the exception with all faults, in the order of the file."""
        return PolicyFaults(tuple(sorted(self.found, key=lambda fault: fault.line)))


def found(node: yaml.Node) -> str:
    """Return what a node holds, in words."""
    if isinstance(node, yaml.ScalarNode):
        return "nothing" if node.tag == NULL or not node.value else f'"{node.value}"'
    return "a list" if isinstance(node, yaml.SequenceNode) else "a block of keys"


def nearest(name: str, known: Collection[str]) -> str:
    """Return a hint at the most similar known name; empty when none is similar."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6 if name.isascii() else 0.5)
    return f' (did you mean "{close[0]}"?)' if close else ""


def compose(path: Path, faults: PolicyFaultCollector) -> tuple[yaml.Node | None, bytes]:
    """Return the root node and the bytes of a file; None for a node, with a fault, when it is not one YAML document."""
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add(1, f"The file cannot be read ({error.strerror}); give the path of a readable policy file.")
        return None, b""
    return compose_bytes(content, faults), content


def compose_bytes(content: bytes, faults: PolicyFaultCollector) -> yaml.Node | None:
    """Return the root node of a file's content; None, with a fault, when it is not one YAML document."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.add(line, f"The file must be saved as UTF-8; found the byte 0x{content[error.start]:02x}.")
        return None
    return _compose(text, faults)


def _compose(text: str, faults: PolicyFaultCollector) -> yaml.Node | None:
    for line, content in enumerate(text.splitlines(), start=1):
        if re.match(r" *\t", content) and content.strip():
            faults.add(line, "The line is indented with a tab; indent with spaces.")
    if faults.found:
        return None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        faults.add(line, f"The file holds the control character U+{int(error.character):04X}; remove it.")
    except yaml.MarkedYAMLError as error:
        _note_syntax(error, faults)
    except RecursionError:
        faults.add(1, "The file nests lists or blocks too deeply; a policy needs at most six levels.")
    else:
        if node is None:
            faults.add(1, "The file is empty; it must hold a policy that begins with name, zone and calendars.")
        return node
    return None


def _note_syntax(error: yaml.MarkedYAMLError, faults: PolicyFaultCollector) -> None:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else mark.line + 1
    said = error.problem or error.context or "it cannot be read"
    faults.add(line, f"This is not valid YAML ({said}); check the indentation, colons, quotes and brackets.")
