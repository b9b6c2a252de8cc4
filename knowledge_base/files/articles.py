"""Turns the rows of an FAQ file into articles, with the faults of the rows that cannot be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge_base.articles import Article
from knowledge_base.files.faults import FaqFaultCollector
from knowledge_base.files.rows import REQUIRED, FaqRow, Text
from knowledge_base.matching.index import key_of
from knowledge_base.text.normalise import FILLERS

_WANTED = {
    "id": "give the question a short name of its own",
    "category": "name a topic of the policy",
    "question": "write it as a customer would ask it",
    "answer": "write what the customer is to read",
}
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")  # spreadsheets turn 2026-11-01 into 2026/11/1


def articles_of(rows: Sequence[FaqRow], faults: FaqFaultCollector, zone: ZoneInfo) -> list[tuple[int, Article]]:
    """Return the articles of these rows with their lines; faults are added to `faults`. Bare dates count in `zone`."""
    read = [(row.line, _article(row, faults, zone)) for row in rows]
    _refuse_shared_ids(rows, faults)
    _refuse_shared_phrasings(rows, faults)
    return [(line, article) for line, article in read if article]


def _article(row: FaqRow, faults: FaqFaultCollector, zone: ZoneInfo) -> Article | None:
    if not _is_complete(row, faults):
        return None
    return Article(
        id=row.fields["id"][0].text,
        category=row.fields["category"][0].text,
        question=_one_line(row.fields["question"][0]),
        similar=tuple(_one_line(text) for text in row.fields.get("similar", ())),
        answer=row.fields["answer"][0].text,
        tiers=tuple(text.text for text in row.fields.get("tiers", ())),
        night_answer=next((text.text for text in row.fields.get("night_answer", ())), None),
        **_validity(row, faults, zone),
    )


def _is_complete(row: FaqRow, faults: FaqFaultCollector) -> bool:
    for name in REQUIRED:
        if name not in row.fields:
            faults.add(row.line, f'The field "{name}" is missing; {_WANTED[name]}.', "missing", field=name)
        elif not row.fields[name]:
            faults.add(row.line, f'"{name}" is empty; {_WANTED[name]}.', "missing", field=name)
    for text in _phrasings(row):
        if not key_of(text.text, FILLERS):
            message = f'The question "{text.text}" holds no words; {_WANTED["question"]}.'
            faults.add(text.line, message, "no_words", text=text.text)
    return all(row.fields.get(name) for name in REQUIRED)


def _one_line(text: Text) -> str:
    return " ".join(text.text.split())


def _phrasings(row: FaqRow) -> tuple[Text, ...]:
    return (*row.fields.get("question", ()), *row.fields.get("similar", ()))


def _refuse_shared_ids(rows: Iterable[FaqRow], faults: FaqFaultCollector) -> None:
    seen: dict[str, Text] = {}
    for text in (text for row in rows for text in row.fields.get("id", ())):
        first = seen.setdefault(" ".join(unicodedata.normalize("NFKC", text.text).split()), text)
        if first is not text:
            written = "" if first.text == text.text else f' as "{first.text}"'
            faults.add(
                text.line,
                f'The id "{text.text}" is already used in line {first.line}{written}; '
                "give every question an id of its own.",
                "same_id",
                id=text.text,
                line_before=str(first.line),
            )


def _refuse_shared_phrasings(rows: Iterable[FaqRow], faults: FaqFaultCollector) -> None:
    """The same phrasing under two questions would be answered by chance."""
    seen: dict[str, tuple[int, Text]] = {}
    for place, row in enumerate(rows):
        for text in _phrasings(row):
            key = key_of(text.text, FILLERS)
            owner, first = seen.setdefault(key, (place, text))
            if key and owner != place:
                same = f'"{_one_line(text)}" asks the same as "{_one_line(first)}" in line {first.line}'
                told = {"text": _one_line(text), "first": _one_line(first), "line_before": str(first.line)}
                faults.add(text.line, f"{same}; keep it under one question.", "same_phrasing", **told)


def _validity(row: FaqRow, faults: FaqFaultCollector, zone: ZoneInfo) -> dict[str, datetime | None]:
    begin, end = (_instant(name, row, faults, zone) for name in ("valid_from", "valid_until"))
    if begin and end and end <= begin:
        line = row.fields["valid_until"][0].line
        faults.add(
            line,
            f'"valid_until" must be later than "valid_from", which is {begin.astimezone(zone).isoformat()}.',
            "period",
        )
    return {"valid_from": begin, "valid_until": end}


def _instant(name: str, row: FaqRow, faults: FaqFaultCollector, zone: ZoneInfo) -> datetime | None:
    texts = row.fields.get(name)
    if not texts:
        return None
    try:
        return _parsed(texts[0].text, zone, whole_day=name == "valid_until")
    except (ValueError, OverflowError):
        example = "a date such as 2026-11-01 or an instant such as 2026-11-01T08:00+08:00"
        message = f'"{name}" must be {example}; found "{texts[0].text}".'
        faults.add(texts[0].line, message, "instant", field=name, found=texts[0].text)
        return None


def _parsed(text: str, zone: ZoneInfo, *, whole_day: bool) -> datetime:
    if day := _DAY.fullmatch(text):
        begin = date(*map(int, day.groups())) + timedelta(days=whole_day)
        return datetime.combine(begin, time(), zone).astimezone(UTC)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)
