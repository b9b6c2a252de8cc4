"""Terminal output: text, JSON, tables; progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def print_line(text: str) -> None:
    """Print a line."""
    print(text, flush=True)  # noqa: T201


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    print_line(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(title: str, headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place == 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # Text: brackets in a name are no markup
    Console().print(table)


def with_progress(items: Sequence[T], doing: str) -> Iterator[T]:
    """Yield the items with a progress bar on standard error, on a terminal only."""
    if not sys.stderr.isatty() or len(items) < 200:
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=doing, console=Console(stderr=True))
