"""Values that differ from run to run, replaced by their order of appearance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_BASE64 = "[A-Za-z0-9_-]"
_RANDOM = re.compile(
    r"(?P<hash>\$argon2id\$[^\s\"]+)"
    rf"|(?P<token>\beyJ{_BASE64}+\.{_BASE64}+\.{_BASE64}+)"
    rf"|(?P<sealed>\bk[0-9]+\.{_BASE64}{{38,}}={{0,2}})"
    r"|(?P<ref>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{16,64}\b)"
    rf"|(?P<secret>(?<!{_BASE64})(?=[^A-Z\s]*[A-Z])(?=[^a-z\s]*[a-z]){_BASE64}{{32,}}(?!{_BASE64}))"
    rf'|(?:(?<=the password )|(?<="password": ")|(?<=admin  ))(?P<password>{_BASE64}{{16}})(?!{_BASE64})'
)
_MEASURED = re.compile(r'\b[0-9]+\.[0-9]+ m?s\b|(?<="load_s": )[0-9.]+|(?<="p[0-9]{2}_ms": )[0-9.]+')
_WIDE = re.compile("  +|━━+|──+")
_LOGGER = re.compile(r"^(DEBUG|INFO|WARNING|ERROR|CRITICAL) [\w.]+:", re.MULTILINE)
_PROCESS = re.compile(r"(?<=\.sqlite3)-[0-9]+")  # the draft of a copy carries its process's number
_USAGE = re.compile(r"^usage:.*?(?=^jiedai: |\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE)


@dataclass
class Normaliser:
    """One run's random values under stable names; the same value keeps its name for the life of the object.

    `places` maps literal text, such as a folder of this machine, to what is written instead.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """The text with places and random values replaced, numbered by kind in order of appearance."""
        return _RANDOM.sub(self._named, in_places(text, self.places))

    def _named(self, found: re.Match[str]) -> str:
        kind, value = found.lastgroup or "ref", found[0]
        if (kind, value) not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[kind, value] = f"<{kind} {self._counts[kind]}>"
        return self._names[kind, value]


def in_places(text: str, places: Mapping[str, str]) -> str:
    """Literal replacements, the longest first, so that a folder wins over the folder that holds it."""
    for literal in sorted(places, key=len, reverse=True):
        text = text.replace(literal, places[literal])
    return text


def masked(text: str) -> str:
    """The text with every random value replaced by its kind alone, to put rows in an order that runs share."""
    return _RANDOM.sub(lambda found: f"<{found.lastgroup}>", text)


def without_layout(text: str) -> str:
    """A refusal without usage lines, names of loggers, which follow the modules, and numbers of processes."""
    return _USAGE.sub("", _LOGGER.sub(r"\1 <logger>:", _PROCESS.sub("-<process>", text)))


def without_measurements(text: str) -> str:
    """A text without durations that this machine took; a table that holds one loses its columns' widths too."""
    found, times = _MEASURED.subn("<measured>", text)
    return _WIDE.sub(" ", found) if times else text


def rows_in_order(rows: Iterable[str], *, keep: bool) -> list[str]:
    """Rows as they come where their key is a number; else by what is not random in them."""
    return list(rows) if keep else sorted(rows, key=masked)
