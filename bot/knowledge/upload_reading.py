"""Reads an uploaded file of questions: its articles, every fault with its row, and what should be looked at twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.files.faults import TableFault
from bot.files.headings import Cells
from bot.files.table import TABLES, YAML, FileTable, read_table
from bot.knowledge.entry_checks import EntryRefused, clash_of, entry_faults, new_id
from bot.knowledge.upload_columns import UploadChoices, doubled, line_of
from bot.rules import Rules
from knowledge_base.articles import Article
from knowledge_base.files.articles import articles_of
from knowledge_base.files.faults import FaqFault, FaqFaultCollector
from knowledge_base.files.rows import FaqRow, Text, table_rows
from knowledge_base.files.yaml_file import read_yaml
from knowledge_base.matching.index import key_of
from knowledge_base.text.normalise import FILLERS

_NUMBER = re.compile(r"[¥￥$]?[-+]?[0-9][0-9.,]*[%％]?")
_LISTED = re.compile("、")
_TIERS = re.compile("[、,，;；/]")
_WANTED = ("question", "answer")  # columns that a table must have


@dataclass(frozen=True, slots=True)
class UploadWarning:
    """Something that is allowed and probably not meant."""

    line: int
    code: str  # number | list | column
    found: str


@dataclass(frozen=True, slots=True)
class ReadUpload:
    """What a file says. `sheet` is its name in a workbook. `retired`: questions of the draft that it leaves out."""

    articles: tuple[Article, ...] = ()
    faults: tuple[FaqFault, ...] = ()
    warnings: tuple[UploadWarning, ...] = ()
    retired: tuple[str, ...] = ()
    sheet: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def wanted(self) -> dict[str, Article | None]:
        """What the draft is to hold of each question, None for one to be retired."""
        return {**{one.id: one for one in self.articles}, **dict.fromkeys(self.retired)}


def table_of(content: bytes, name: str) -> FileTable | None:
    """Return the table of a file, None of a YAML file; raises TableUnreadable."""
    suffix = suffix_of(name)
    return None if suffix in YAML else read_table(content, suffix)


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name, in small letters."""
    return f".{name.rpartition('.')[2].lower()}"


def is_known(name: str) -> bool:
    """Whether files of this name's suffix are read."""
    return suffix_of(name) in (*YAML, *TABLES)


def read_upload(
    content: bytes, name: str, choices: UploadChoices, rules: Rules, draft: Sequence[Article]
) -> ReadUpload:
    """Read a file by these choices, to be taken into this draft; raises TableUnreadable."""
    faults = FaqFaultCollector("")
    table = table_of(content, name)
    if table is None:
        rows = read_yaml(content, faults) if content.strip() else []
        if not content.strip():
            faults.add(1, "The file is empty.", "empty")
    else:
        rows = _rows(table, choices, faults)
    rows = [_completed(row, choices, draft) for row in rows]
    read = articles_of(rows, faults, rules.policy.zone)
    kept = {one.id for _, one in read}
    retired = tuple(one.id for one in draft if one.id not in kept) if choices.retires and read else ()
    staying = [one for one in draft if one.id not in retired and one.id not in kept]
    for line, article in read:
        _check(line, article, rules, staying, faults)
    return ReadUpload(
        articles=tuple(one for _, one in read),
        faults=tuple(sorted(faults.found, key=lambda fault: fault.line)),
        warnings=(
            *(_unread_columns(table, choices) if table is not None else ()),
            *(warning for row in rows for warning in _warnings(row, splits=choices.splits)),
        ),
        retired=retired,
        sheet=table.sheet if table is not None else "",
        lines={one.id: line for line, one in read},
    )


def _rows(table: FileTable, choices: UploadChoices, faults: FaqFaultCollector) -> list[FaqRow]:
    _table_faults(table, choices, faults)
    by_field: dict[str, list[int]] = {}
    for place, name in sorted(choices.columns.items()):
        by_field.setdefault(name, []).append(place)
    below = [(line, cells) for line, cells in table.lines if line > choices.heading]
    filled = [(line, _joined(cells, by_field)) for line, cells in below]
    return table_rows([(line, cells) for line, cells in filled if any(cell != "" for cell in cells.values())])


def _table_faults(table: FileTable, choices: UploadChoices, faults: FaqFaultCollector) -> None:
    if not line_of(table, choices.heading):
        message = "There is no heading."
        faults.add(choices.heading, message, "no_heading", heading=str(choices.heading))
    for name in _WANTED:
        if name not in choices.columns.values():
            faults.add(choices.heading, f'The column "{name}" is missing.', "no_column", field=name)
    for name in doubled(choices.columns):
        faults.add(choices.heading, f'The column "{name}" stands there twice.', "two_columns", field=name)
    for fault in (*table.faults, *table.merged):
        if fault.line > choices.heading and _is_read(fault, choices):
            faults.add(fault.line, str(fault), fault.code, **fault.values)


def _is_read(fault: TableFault, choices: UploadChoices) -> bool:
    """Whether a fault is in a column that is read; those of a whole line are."""
    letters = re.fullmatch("([A-Z]+)[0-9]+", fault.values.get("cell", ""))
    if letters is None:
        return True
    place = 0
    for letter in letters[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1 in choices.columns


def _joined(cells: Cells, by_field: Mapping[str, Sequence[int]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, places in by_field.items():
        parts = [cells[place] if place < len(cells) else "" for place in places]
        found[name] = None if None in parts else "\n".join(part for part in parts if part and part.strip())
    return found


def _completed(row: FaqRow, choices: UploadChoices, draft: Sequence[Article]) -> FaqRow:
    """The row with an id, a category and phrasings parted as the keeper chose."""
    fields = dict(row.fields)
    if choices.splits:
        parts = ((part, text) for text in fields.get("similar", ()) for part in _LISTED.split(text.text))
        fields["similar"] = tuple(Text(part.strip(), text.line) for part, text in parts if part.strip())
    tiers = ((part.strip(), text.line) for text in fields.get("tiers", ()) for part in _TIERS.split(text.text))
    if "tiers" in fields:
        fields["tiers"] = tuple(Text(part, line) for part, line in tiers if part)
    if not fields.get("category") and choices.topic:
        fields["category"] = (Text(choices.topic, row.line),)
    if not fields.get("id"):
        fields["id"] = (Text(_id_for(fields.get("question", ()), draft, row.line), row.line),)
    return replace(row, fields=fields)


def _id_for(question: Sequence[Text], draft: Sequence[Article], line: int) -> str:
    """That of the question of the draft that asks the same, or a new one."""
    asked = " ".join(question[0].text.split()) if question else ""
    key = key_of(asked, FILLERS)
    same = next((one.id for one in draft if key and key_of(one.question, FILLERS) == key), None)
    return same or (new_id(asked) if asked else f"row-{line}")


def _check(line: int, article: Article, rules: Rules, staying: Sequence[Article], faults: FaqFaultCollector) -> None:
    policy = rules.policy
    if article.category not in policy.topics:
        known = "、".join(policy.topics)
        faults.add(line, "The category is not in the policy.", "category", found=article.category, known=known)
    for tier in article.tiers:
        if tier not in policy.tiers:
            faults.add(line, "The tier is not in the policy.", "tier", found=tier, known="、".join(policy.tiers))
    for refused in _further(article, rules, staying):
        faults.add(line, str(refused), refused.code, **refused.values)


def _further(article: Article, rules: Rules, staying: Sequence[Article]) -> Iterator[EntryRefused]:
    for refused in entry_faults(article, rules.policy):
        if refused.code in ("long_question", "long_answer", "many_phrasings"):
            yield refused
    if clash := clash_of(article, staying, rules.index.fillers):
        yield clash


def _unread_columns(table: FileTable, choices: UploadChoices) -> Iterator[UploadWarning]:
    for place, heading in enumerate(line_of(table, choices.heading)):
        below = (cells[place] for line, cells in table.lines if line > choices.heading and place < len(cells))
        # A column of mere numbers counts the rows.
        if heading and place not in choices.columns and any(cell and not cell.isdigit() for cell in below):
            yield UploadWarning(choices.heading, "column", heading)


def _warnings(row: FaqRow, *, splits: bool) -> Iterator[UploadWarning]:
    for text in (*row.fields.get("answer", ()), *row.fields.get("night_answer", ())):
        if _NUMBER.fullmatch(text.text):
            yield UploadWarning(text.line, "number", text.text)
    for text in () if splits else row.fields.get("similar", ()):
        if _LISTED.search(text.text):
            yield UploadWarning(text.line, "list", text.text)
