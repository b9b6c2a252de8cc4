"""Terminal output: text, JSON, tables; progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

T = TypeVar("T")
_WIDEST = 100_000  # columns


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text cells."""

    title: str
    headings: Iterable[str]
    rows: Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command found: a value to print as JSON, the same as text, and whether the exit code is 1."""

    value: Any
    text: str | Iterable[str | Table]
    failed: bool = False


def print_result(result: Result, *, as_json: bool) -> None:
    """Print the value as JSON, or the text; raises SystemExit (1) if the command failed."""
    if as_json:
        print_line(json.dumps(result.value, ensure_ascii=False, indent=2))
    else:
        for part in [result.text] if isinstance(result.text, str) else result.text:
            if isinstance(part, Table):
                _print_table(part)
            else:
                print_line(part)
    if result.failed:
        raise SystemExit(1)


def print_line(text: str) -> None:
    """Print a line."""
    print(text, flush=True)  # noqa: T201


def _print_table(shown: Table) -> None:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(title=shown.title, title_justify="left")
    for place, heading in enumerate(shown.headings):
        table.add_column(heading, no_wrap=place == 0, overflow="fold")
    for row in shown.rows:
        table.add_row(*(Text(cell) for cell in row))  # Text: brackets in a name are no markup
    if sys.stdout.isatty():
        Console().print(table)
        return
    # What reads a pipe or a file knows no width: every row is one line, and nothing of it is left out.
    plain = Console(width=_WIDEST, color_system=None)
    plain.print(table, soft_wrap=False, crop=False)


def minute(at: datetime, zone: tzinfo) -> str:
    """Return an instant to the minute, as `2026-11-23 08:00`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def counted(number: int, what: str) -> str:
    """Return a number with its noun, as `1 shift` or `2 shifts`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def with_progress(items: Sequence[T], doing: str) -> Iterator[T]:
    """Yield the items with a progress bar on standard error, on a terminal only."""
    if not sys.stderr.isatty() or len(items) < 200:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=doing, console=Console(stderr=True))
