"""`--format text|json|csv`: the same rows as tables, as JSON, or as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.files.cell_values import as_plain_text

FORMATS = ("text", "json", "csv")
Format = Annotated[str, argument("--format", metavar="F", help="text (default), json or csv")]


def formatted(value: Any, table: Table, rest: Sequence[str | Table], wanted: str) -> Result:
    """Return a result in the format: CSV holds the table alone; raises NotReady for an unknown format."""
    if wanted == "text":
        return Result(value, [table, *rest])
    if wanted == "json":
        return Result(value, json.dumps(value, ensure_ascii=False, indent=2))
    if wanted == "csv":
        return Result(value, _csv(table))
    raise NotReady(f'The format must be one of {", ".join(FORMATS)}; found "{wanted}".')


def _csv(table: Table) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [as_plain_text(cell) for cell in row] for row in (table.headings, *table.rows)
    )
    return out.getvalue().rstrip("\n")
