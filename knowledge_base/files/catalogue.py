"""Checks and writes the articles of FAQ files (YAML, CSV, XLSX); all faults of a file are reported at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from knowledge_base.articles import Article
from knowledge_base.files.articles import articles_of
from knowledge_base.files.csv_file import write_csv
from knowledge_base.files.faults import CatalogueFaults, FaqFault, FaqFaultCollector, suggestion
from knowledge_base.files.rows import FIELDS, FaqRow, cell_of
from knowledge_base.files.xlsx_file import write_workbook
from knowledge_base.files.yaml_file import write_yaml

__all__ = ["Catalogue", "CatalogueFaults", "FaqFault", "check", "read_articles", "write_faq"]

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The articles of a file, and the line of each by id."""

    file: str
    articles: tuple[Article, ...]
    lines: Mapping[str, int]


def read_articles(rows: Sequence[FaqRow], faults: FaqFaultCollector, *, zone: ZoneInfo = ZONE) -> Catalogue:
    """Return the articles of the rows of a file; raises CatalogueFaults with the faults given and all found.

    A bare date counts in `zone`, and `valid_until` a date includes that day.
    """
    read = articles_of(rows, faults, zone)
    faults.raise_if_any()
    lines = {article.id: line for line, article in read}
    return Catalogue(faults.file, tuple(article for _, article in read), MappingProxyType(lines))


def write_faq(path: Path, articles: Iterable[Article], *, zone: ZoneInfo = ZONE) -> None:
    """Write articles so that reading returns the same; the format follows the suffix of the file.

    Raises CatalogueFaults for an unknown suffix, or a text that the format cannot hold.
    """
    plain = [_plain(article, zone) for article in articles]
    match path.suffix.lower():
        case ".yaml" | ".yml":
            write_yaml(path, [{name: value for name, value in fields.items() if value} for fields in plain])
        case ".csv":
            write_csv(path, _table(plain))
        case ".xlsx":
            write_workbook(path, _table(plain))
        case _:
            raise CatalogueFaults([_unknown_format(path)])


def check(
    articles: Iterable[Article],
    categories: Collection[str],
    tiers: Collection[str],
    *,
    file: str = "",
    lines: Mapping[str, int] = MappingProxyType({}),
) -> tuple[FaqFault, ...]:
    """Return faults of categories and tiers that the policy lacks; with a `Catalogue` they have its file and lines."""
    return tuple(
        FaqFault(file, lines.get(article.id, 0), f'Question "{article.id}": {message}')
        for article in articles
        for message in (*_strange("category", [article.category], categories), *_strange("tier", article.tiers, tiers))
    )


def _strange(kind: str, used: Iterable[str], known: Collection[str]) -> Iterable[str]:
    return [
        f'the {kind} "{name}" is not in the policy; {suggestion(name, known)}' for name in used if name not in known
    ]


def _unknown_format(path: Path) -> FaqFault:
    return FaqFault(str(path), 1, f'The format "{path.suffix}" is unknown; use .yaml, .yml, .csv or .xlsx.')


def _printed(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat() if at else ""


def _plain(article: Article, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": article.id,
        "category": article.category,
        "question": article.question,
        "similar": list(article.similar),
        "answer": article.answer,
        "tiers": list(article.tiers),
        "valid_from": _printed(article.valid_from, zone),
        "valid_until": _printed(article.valid_until, zone),
        "night_answer": article.night_answer or "",
    }


def _table(plain: Iterable[dict[str, Any]]) -> Iterable[list[str]]:
    yield list(FIELDS)
    for fields in plain:
        yield [cell_of(value) if isinstance(value, list) else value for value in fields.values()]
