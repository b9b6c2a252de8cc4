"""How long what is kept of persons stays, by class: the policy's `privacy: retention:`; pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from escalation.policy.yaml_blocks import Block

CLASSES = ("transcript", "files", "gaps", "notices", "journal")
RECORDS = ("transcript", "files", "journal")  # what holds records of a service
_LONGEST = 100  # years
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Period:
    """A number of years by the calendar, or of days."""

    count: int
    unit: str = "y"  # y | d

    def __str__(self) -> str:
        """Return it as a policy writes it."""
        return f"{self.count}{self.unit}"

    def before(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant, in UTC, which what is older than the period lies before."""
        if self.unit == "d":
            return now - timedelta(days=self.count)
        local = now.astimezone(zone)
        day = 28 if (local.month, local.day) == (2, 29) else local.day
        return local.replace(year=local.year - self.count, day=day).astimezone(now.tzinfo)

    def is_shorter(self, other: Period) -> bool:
        """Whether it may end before the other does, whatever leap years lie in them."""
        if self.unit == other.unit:
            return self.count < other.count
        return self._days(longest=False) < other._days(longest=True)

    def _days(self, *, longest: bool) -> int:
        leap = -(-self.count // 4) if longest else self.count // 4
        return self.count if self.unit == "d" else self.count * _YEAR + leap


DEFAULT = Period(2)
STANDARD = Period(730, "d")  # the two years for which the process standard has records of a service kept


@dataclass(frozen=True, slots=True)
class RetentionGround:
    """Why some classes are kept longer than the standard has it, and how long."""

    label: str
    classes: tuple[str, ...]
    at_least: Period


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long each class is kept, and on which grounds; nothing ends where the policy does not say so."""

    periods: Mapping[str, Period] = field(default_factory=lambda: dict.fromkeys(CLASSES, DEFAULT))
    grounds: Mapping[str, RetentionGround] = field(default_factory=dict)
    is_stated: bool = False  # whether the policy has the block at all

    def before(self, name: str, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant before which what is of this class has been kept long enough."""
        return self.periods[name].before(now, zone)


def parse_period(text: str) -> Period:
    """Parse 2y or 800d; raises ValueError for anything else."""
    found = re.fullmatch(r"([1-9]\d{0,4})([yd])", text.strip(), re.ASCII)
    if found is None:
        raise ValueError(text)
    period = Period(int(found[1]), found[2])
    if Period(_LONGEST).is_shorter(period):
        raise ValueError(text)
    return period


def read_retention(privacy: Block) -> Retention:
    """Read `retention` of the block `privacy`; a class that the block leaves out is kept for two years."""
    block = privacy.block("retention", required=False)
    read = partial(_read_period, block)
    periods = {name: read(name) or DEFAULT for name in CLASSES}
    grounds = _read_grounds(block)
    block.finish()
    if block.is_block:
        _check(block, periods, grounds)
    return Retention(periods, grounds, is_stated=block.is_block)


def _read_period(block: Block, key: str, *, required: bool = False) -> Period | None:
    must = f"a number of years or days such as 2y or 800d, at most {_LONGEST} years"
    return block.parsed(key, parse_period, must, None, required=required)


def _read_grounds(block: Block) -> dict[str, RetentionGround]:
    if block.get("grounds", required=False) is None:
        return {}
    grounds = {}
    for name, entry in block.entries("grounds"):
        period = _read_period(entry, "at_least", required=True) or STANDARD
        grounds[name] = RetentionGround(entry.text("label"), entry.choices("classes", CLASSES), period)
        entry.finish()
    return grounds


def _check(block: Block, periods: Mapping[str, Period], grounds: Mapping[str, RetentionGround]) -> None:
    """No class ends before the standard or a ground says, and no file before or after its line can be read."""
    for name, period in periods.items():
        if name in RECORDS and period.is_shorter(STANDARD):
            block.wrong(
                name, f"{DEFAULT} or longer, for the process standard has records of a service kept for two years"
            )
        for ground, each in grounds.items():
            if name not in each.classes or not period.is_shorter(each.at_least):
                continue
            why = f'{each.at_least} or longer, for the ground "{ground}" keeps it for as long'
            if name in block.values:
                block.wrong(name, why)
            else:
                block.faults.add(block.line, f'"{name}" of "retention" must be {why}; left out, it is {period}.')
    if periods["transcript"].is_shorter(periods["files"]) and "files" in block.values:
        longest = periods["transcript"]
        block.wrong("files", f'at most as long as "transcript" ({longest}), for a file goes with its line')
