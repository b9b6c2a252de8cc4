"""Read the days of calendar years: a notice's text, a table, YAML or an .ics file, told apart by their content."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot.files.escalation_files import read_days
from bot.files.faults import TableUnreadable
from bot.files.table import TABLES, YAML, read_bytes
from escalation.calendars.apple_feed import is_feed, read_feed
from escalation.calendars.changes import Given, given_by
from escalation.calendars.faults import CalendarFault, CalendarFileFault, CalendarFileFaults, calendar_fault
from escalation.calendars.files import COLUMNS_IN_CHINESE, HEADER, read_yaml
from escalation.calendars.notice_text import is_notice, read_notice
from escalation.policy.faults import PolicyFault, PolicyFaults
from escalation.policy.model import Policy

FORMATS = (*YAML, *TABLES, ".txt", ".ics")
_YAML = re.compile(r"\s*(?:#.*\n\s*)*(?:---\s*)?(?:holidays|\d{4})\s*:\s*(?:\n|\[|\{|$)")
_WORKBOOK = b"PK\x03\x04"


def read_calendar_file(path: Path, policy: Policy, asked: int | None = None, *, whole: bool = False) -> Given:
    """Read a file; see `read_calendar_content`. Raises PolicyFaults, which name the file."""
    try:
        content = read_bytes(path, FORMATS)
    except TableUnreadable as refused:
        raise PolicyFaults((PolicyFault(str(path), refused.fault.line, str(refused)),)) from None
    return named_after(str(path), content, policy, asked, whole=whole)


def named_after(name: str, content: bytes, policy: Policy, asked: int | None, *, whole: bool) -> Given:
    """Read content that has this name; raises PolicyFaults, which give it."""
    try:
        return read_calendar_content(content, policy, asked, whole=whole, suffix=Path(name).suffix.lower())
    except CalendarFileFaults as found:
        raise PolicyFaults(
            tuple(PolicyFault(name, max(flaw.line, 1), str(flaw.fault)) for flaw in found.flaws)
        ) from None


def read_calendar_content(
    content: bytes, policy: Policy, asked: int | None = None, *, whole: bool = False, suffix: str = ""
) -> Given:
    """Read a file's content or pasted text; raises CalendarFileFaults.

    `asked`: the year a notice must be of, or is of if it names none. `whole`: somebody says that what it gives of
    this year, by default of its last one, is all there is.
    """
    text = "" if content.startswith(_WORKBOOK) or suffix in TABLES else _text(content)
    if is_feed(text):
        given = Given(read_feed(text))
    elif suffix in YAML or _YAML.match(text):
        given = _yaml(content, policy)
    elif is_notice(text) and not _is_table(text):
        given = given_by(read_notice(text, asked))
    else:
        given = Given(read_days(content, policy, suffix))
    return _of_year(given, asked, whole=whole)


def _of_year(given: Given, asked: int | None, *, whole: bool) -> Given:
    if asked is not None and asked not in given.named:
        years = "、".join(map(str, given.named))
        raise CalendarFileFaults([CalendarFileFault(0, calendar_fault("other_year", years=years, asked=asked))])
    if not whole:
        return given
    # Of the years it names, only the one that is meant: the others may be named in passing.
    meant = {asked if asked is not None else max(given.named)}
    return replace(given, whole=given.whole | meant)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _is_table(text: str) -> bool:
    """Whether the first line names columns, so that dates and 放假 below are cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = [cell.strip().strip('"').lower() for cell in re.split(r"[,;\t，；]", first)]
    return len(cells) > 1 and all(cell in HEADER or cell in COLUMNS_IN_CHINESE for cell in cells if cell)


def _yaml(content: bytes, policy: Policy) -> Given:
    try:
        return read_yaml(content, policy)
    except PolicyFaults as found:
        raise CalendarFileFaults(CalendarFileFault(one.line, _told(one.message)) for one in found.faults) from None


def _told(sentence: str) -> CalendarFault:
    return CalendarFault("yaml", {"sentence": sentence}, sentence)
