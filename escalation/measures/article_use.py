"""How often each published answer was given in a period, what customers said of it, and when it was given last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from escalation.measures.columns import FactColumns
from escalation.measures.day_closing import closed_days
from escalation.measures.fact_store import open_days, open_facts
from escalation.measures.packed_day import unpack
from escalation.measures.periods import ReportPeriod

_GIVEN, _HELPED, _REJECTED = "bot_answered", "bot_helped", "bot_rejected"
_MEASURES = (_GIVEN, _HELPED, _REJECTED)


@dataclass(slots=True)
class ArticleUse:
    """Times given, called helpful and not; `last_on` is the last day it was given, as the date is written."""

    given: int = 0
    helped: int = 0
    rejected: int = 0
    last_on: str = ""


def article_use(db: Connection, period: ReportPeriod) -> dict[str, ArticleUse]:
    """Return the use of each article that was given or judged in the period; reads each of its days once."""
    found: dict[str, ArticleUse] = {}
    first, last = period.first.isoformat(), period.last.isoformat()
    for day, packed in closed_days(db, first, last):
        _add(found, day, unpack(packed, {"measure", "part"}))
    for day in open_days(db, first, last):
        _add(found, day, open_facts(db, day, _MEASURES))
    return found


def _add(found: dict[str, ArticleUse], day: str, columns: FactColumns) -> None:
    measure, part = columns.arrays["measure"], columns.arrays["part"]
    for name in _MEASURES:
        mine = part[measure == columns.place_of(name)]
        for place, count in zip(*np.unique(mine, return_counts=True), strict=True):
            use = found.setdefault(columns.strings[int(place)], ArticleUse())
            match name:
                case "bot_answered":
                    use.given += int(count)
                    use.last_on = max(use.last_on, day)
                case "bot_helped":
                    use.helped += int(count)
                case _:
                    use.rejected += int(count)
