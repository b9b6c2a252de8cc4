"""The policy in force at any instant, with the calendars in force then."""

from __future__ import annotations

import logging
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from escalation.calendars.calendar_editions import all_editions
from escalation.calendars.days import YearEdition, applied
from escalation.policy.faults import PolicyFaults
from escalation.policy.model import Policy
from escalation.policy.policy_editions import policy_versions
from escalation.policy.reader import read_policy_text

log = logging.getLogger(__name__)

_C = policy_versions.c
# By name, version and calendars: reading one takes a tenth of a second. Numbers alone would be alike in two databases.
_KEPT: dict[tuple[str, str, frozenset[tuple[int, datetime]]], Policy] = {}
_MOST = 32


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """The editions of the policy and of the calendar years; `present` is what holds where nothing else is known."""

    db: Connection
    present: Policy
    editions: tuple[tuple[datetime, int, str], ...]  # since when, its number, its version
    years: tuple[YearEdition, ...]
    _found: dict[tuple[int, int], Policy] = field(default_factory=dict)

    def at(self, instant: datetime) -> Policy:
        """Return the policy in force at an instant; before the first edition, that one."""
        place = max(0, bisect_right(self.editions, instant, key=lambda each: each[0]) - 1)
        years = {each.year: each for each in self.years if each.at <= instant}
        calendars = max((each.id for each in years.values()), default=0)
        key = (place, calendars)
        if key not in self._found:
            self._found[key] = self._policy(place, years)
        return self._found[key]

    def _policy(self, place: int, years: dict[int, YearEdition]) -> Policy:
        if not self.editions:
            return self.present
        _, number, version = self.editions[place]
        key = (self.present.name, version, frozenset((each.id, each.at) for each in years.values()))
        if key not in _KEPT:
            if len(_KEPT) >= _MOST:
                _KEPT.clear()
            _KEPT[key] = applied(self._read(number, version), years)
        return _KEPT[key]

    def _read(self, number: int, version: str) -> Policy:
        if version == self.present.version and not self.present.calendars_version:
            return self.present
        text = self.db.scalar(select(_C.text).where(_C.id == number))
        try:
            return read_policy_text(str(text), version)
        except PolicyFaults:
            log.warning("the policy %s can no longer be read; its figures go by the present one", version)
            return self.present


def policy_book(db: Connection, present: Policy) -> PolicyBook:
    """Return the editions that there are by now."""
    rows = db.execute(select(_C.activated_at, _C.id, _C.version).order_by(_C.id)).all()
    return PolicyBook(db, present, tuple((row.activated_at, row.id, row.version) for row in rows), all_editions(db))


def editions_between(db: Connection, first: datetime, last: datetime) -> list[tuple[datetime, str]]:
    """Return the editions that came into force after one instant and before another: when, and the version.

    Not the first of all: it replaced none.
    """
    within = (_C.activated_at > first, _C.activated_at < last, _C.id > select(func.min(_C.id)).scalar_subquery())
    return [
        (row.activated_at, row.version) for row in db.execute(select(policy_versions).where(*within).order_by(_C.id))
    ]
