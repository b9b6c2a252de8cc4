"""Read files for the knowledge base: articles, lists of phrasings, labelled messages."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from bot.files.faults import TableUnreadable
from bot.files.headings import Columns
from bot.files.table import TABLES, YAML, FileTable, Row, read_bytes, read_table, rows_of
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import ZONE, Catalogue, read_articles
from knowledge_base.files.faults import CatalogueFaults, FaqFaultCollector
from knowledge_base.files.labelled import MESSAGES, PHRASING_LIST, LabelledMessage, read_messages, read_phrasings
from knowledge_base.files.rows import FIELDS, REQUIRED, table_rows
from knowledge_base.files.yaml_file import read_yaml
from knowledge_base.revisions.regressions import Regression, read_regressions

_FAQ = Columns("question", FIELDS, REQUIRED)
_PHRASINGS = Columns("question", PHRASING_LIST, PHRASING_LIST, open=True)
_MESSAGES = Columns("message", MESSAGES, MESSAGES, open=True)
_OF_AN_FAQ = {"category", "answer"}  # a table that names one of these is an FAQ, not a list of phrasings


def read_faq_file(path: Path, *, zone: ZoneInfo = ZONE) -> Catalogue:
    """Read the articles of a YAML, CSV or XLSX file with their line numbers; raises CatalogueFaults with all faults."""
    faults = FaqFaultCollector(str(path))
    if path.suffix.lower() not in YAML:
        return _catalogue(_table(path, faults, (*YAML, *TABLES)), faults, zone)
    try:
        content = read_bytes(path, (*YAML, *TABLES))
    except TableUnreadable as refused:
        _stop(refused, faults)
    if not content.strip():
        faults.add(1, "The file is empty; it must hold at least one question.")
    return read_articles(read_yaml(content, faults) if content.strip() else (), faults, zone=zone)


def read_knowledge_file(path: Path) -> tuple[Article, ...]:
    """Read the articles of an FAQ file, or of a table of phrasings with the columns id and question.

    Raises CatalogueFaults.
    """
    if path.suffix.lower() in YAML:
        return read_faq_file(path).articles
    faults = FaqFaultCollector(str(path))
    table = _table(path, faults, (*YAML, *TABLES))
    if _OF_AN_FAQ & set(table.headings):
        return _catalogue(table, faults, ZONE).articles
    return read_phrasings(_rows(table, _PHRASINGS, faults), faults)


def read_message_file(path: Path, known: Collection[str]) -> tuple[LabelledMessage, ...]:
    """Read labelled messages (columns text and expected); raises CatalogueFaults."""
    faults = FaqFaultCollector(str(path))
    return read_messages(_rows(_table(path, faults, TABLES), _MESSAGES, faults), known, faults)


def read_regression_file(path: Path, known: Collection[str]) -> tuple[Regression, ...]:
    """Read regressions, messages that must keep their answers (columns text and expected); raises CatalogueFaults."""
    faults = FaqFaultCollector(str(path))
    return read_regressions(_rows(_table(path, faults, TABLES), _MESSAGES, faults), known, faults)


def _table(path: Path, faults: FaqFaultCollector, formats: tuple[str, ...]) -> FileTable:
    try:
        return read_table(read_bytes(path, formats), path.suffix)
    except TableUnreadable as refused:
        _stop(refused, faults)


def _stop(refused: TableUnreadable, faults: FaqFaultCollector) -> NoReturn:
    faults.add(refused.fault.line, str(refused))
    raise CatalogueFaults(faults.found) from None


def _rows(table: FileTable, columns: Columns, faults: FaqFaultCollector) -> tuple[Row, ...]:
    """The rows; faults of the table are added to `faults`."""
    rows = rows_of(table, columns)
    for fault in rows.faults:
        faults.add(fault.line, str(fault))
    return tuple(rows.rows)


def _catalogue(table: FileTable, faults: FaqFaultCollector, zone: ZoneInfo) -> Catalogue:
    for fault in table.merged:
        faults.add(fault.line, str(fault))
    return read_articles(table_rows(_rows(table, _FAQ, faults)), faults, zone=zone)
