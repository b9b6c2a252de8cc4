"""Read, check and write FAQ files (YAML, CSV, XLSX); every fault of a file is found in one pass and names its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from knowledge_base.articles import Article
from knowledge_base.faq_articles import articles_of
from knowledge_base.faq_csv import read_csv, write_csv
from knowledge_base.faq_rows import FIELDS, Row, cell_of
from knowledge_base.faq_workbook import read_workbook, write_workbook
from knowledge_base.faq_yaml import read_yaml, write_yaml
from knowledge_base.faults import CatalogueFaults, Fault, Faults, suggestion

__all__ = ["Catalogue", "CatalogueFaults", "Fault", "check", "read_catalogue", "read_faq", "write_faq"]

ZONE = ZoneInfo("Asia/Shanghai")

_READERS = {".yaml": read_yaml, ".yml": read_yaml, ".csv": read_csv, ".xlsx": read_workbook}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A file's articles and the line each one starts on, by id."""

    file: str
    articles: tuple[Article, ...]
    lines: Mapping[str, int]


def read_faq(path: Path, *, zone: ZoneInfo = ZONE) -> tuple[Article, ...]:
    """The articles of a file, or `CatalogueFaults` with everything wrong with it."""
    return read_catalogue(path, zone=zone).articles


def read_catalogue(path: Path, *, zone: ZoneInfo = ZONE) -> Catalogue:
    """As `read_faq`, with the lines; a bare date counts in `zone`, and `valid_until` a day is that whole day."""
    faults = Faults(str(path))
    read = articles_of(_rows(path, faults), faults, zone)
    faults.raise_if_any()
    lines = {article.id: line for line, article in read}
    return Catalogue(str(path), tuple(article for _, article in read), MappingProxyType(lines))


def write_faq(path: Path, articles: Iterable[Article], *, zone: ZoneInfo = ZONE) -> None:
    """Write articles so that `read_faq` gives the same ones back; the format follows the file's ending."""
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
) -> tuple[Fault, ...]:
    """What the policy doesn't know of the articles' categories and tiers; a `Catalogue`'s file and lines are named."""
    return tuple(
        Fault(file, lines.get(article.id, 0), f'Question "{article.id}": {message}')
        for article in articles
        for message in (*_strange("category", [article.category], categories), *_strange("tier", article.tiers, tiers))
    )


def _strange(kind: str, used: Iterable[str], known: Collection[str]) -> Iterable[str]:
    return [
        f'the {kind} "{name}" is not in the policy; {suggestion(name, known)}' for name in used if name not in known
    ]


def _rows(path: Path, faults: Faults) -> list[Row]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise CatalogueFaults([_unknown_format(path)])
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add(1, f"The file can't be read ({error.strerror}); give the path of a readable file.")
        return []
    if not content.strip():
        faults.add(1, "The file is empty; it must hold at least one question.")
        return []
    return reader(content, faults)


def _unknown_format(path: Path) -> Fault:
    return Fault(str(path), 1, f'The format "{path.suffix}" is unknown; use .yaml, .yml, .csv or .xlsx.')


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
