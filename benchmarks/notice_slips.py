"""One-day slips in every number of the State Council's holiday notices: how many the reader notices, and by what.

python -m benchmarks.notice_slips
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import show
from escalation.calendars.faults import CalendarFileFaults
from escalation.calendars.notice_text import HolidayNotice, read_notice

NOTICES = Path(__file__).parent.parent / "tests" / "escalation" / "calendars" / "notices"
BY_BRACKETS = {"notice_weekday", "notice_count"}  # the check sums that stand in the text itself
_NUMBER = re.compile(r"\d+(?=日|天|月)")
KINDS = {"日": "days", "月": "months", "天": "numbers of days"}


@dataclass(frozen=True, slots=True)
class Slip:
    """A number one too high or too low, and the faults it was refused with; none if it passed as another calendar."""

    kind: str
    words: str
    codes: tuple[str, ...]


def slips(text: str) -> Iterator[Slip]:
    """Every effective slip of a text: those that read as the same days, or name no day that exists, are left out."""
    right = read_notice(text)
    begins = re.search(r"如下[。：]", text)
    for found in _NUMBER.finditer(text, begins.end() if begins else 0, text.rindex("国务院办公厅")):
        for other in (int(found.group()) - 1, int(found.group()) + 1):
            slipped = f"{text[: found.start()]}{other}{text[found.end() :]}"
            codes = _codes(slipped, right)
            if codes is not None and "notice_date" not in codes:
                near = slipped[max(0, found.start() - 6) : found.end() + 12].replace("\n", "")
                yield Slip(KINDS[text[found.end()]], near, codes)


def _codes(text: str, right: HolidayNotice) -> tuple[str, ...] | None:
    """The faults of a text; empty if it passes, None if it passes with the same days."""
    try:
        found = read_notice(text)
    except CalendarFileFaults as refused:
        return tuple(flaw.fault.code for flaw in refused.flaws)
    same = found.days == right.days and [one.until for one in found.items] == [one.until for one in right.items]
    return None if same else ()


def counted(years: range, kind: str = "days") -> dict[str, int]:
    """Slips in the yearly notices of some years: all, noticed at all, and by a weekday or a number of days."""
    found = [one for year in years for one in slips((NOTICES / f"{year}.txt").read_text(encoding="utf-8"))]
    mine = [one for one in found if one.kind == kind]
    bracketed = sum(bool(BY_BRACKETS & set(one.codes)) for one in mine)
    return {"slips": len(mine), "noticed": sum(bool(one.codes) for one in mine), "by weekday or count": bracketed}


def main() -> None:
    """Print the slips by years and kinds, those that passed, and as the last line JSON."""
    spans = {"2010-2024": range(2010, 2025), "2025-2026": range(2025, 2027), "all": range(2010, 2027)}
    figures = {f"{kind} {name}": counted(years, kind) for kind in KINDS.values() for name, years in spans.items()}
    rows = [(name, *map(str, one.values())) for name, one in figures.items()]
    show("One-day slips", ("what, years", "slips", "noticed", "by weekday or count"), rows)
    every = [one for path in sorted(NOTICES.glob("20[12]*.txt")) for one in slips(path.read_text(encoding="utf-8"))]
    codes = Counter(code for one in every for code in set(one.codes))
    show("What they were noticed by", ("fault", "slips"), [(code, str(n)) for code, n in codes.most_common()])
    passed = [one.words for one in every if not one.codes]
    print("passed:", passed)
    print(json.dumps({"figures": figures, "passed": len(passed)}, ensure_ascii=False))


if __name__ == "__main__":
    main()
