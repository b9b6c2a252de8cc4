"""What customers may rate beside the overall score, and the quarterly survey."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from escalation.policy.yaml_blocks import Block

DIMENSIONS = ("efficiency", "response", "expertise", "communication")  # those of the standard
CHANNELS = ("web", "telegram")
LONGEST_LABEL = 6  # characters: five buttons with it stand in one row of a messenger
LAST_DAYS = timedelta(days=14)
_LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ChannelSample:
    """How many of a channel's customers are asked: a share of them, 0 to 1, but so many at least and at most."""

    share: float
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Quarterly:
    """The quarterly survey: in which hours and how late in a quarter it is sent, what it asks, and whom.

    `hours` is a calendar; whatever it says, nothing is sent at night (`escalation.surveys.sampling`).
    """

    hours: str
    channels: Mapping[str, ChannelSample]
    dimensions: tuple[str, ...]
    last: timedelta = LAST_DAYS


@dataclass(frozen=True, slots=True)
class Surveys:
    """The dimensions that a customer may rate, with their labels, and the quarterly survey; None: there is none."""

    dimensions: Mapping[str, str] = field(default_factory=dict)
    quarterly: Quarterly | None = None


def read_surveys(root: Block, calendars: Collection[str]) -> Surveys:
    """Read the section `surveys`; without one, customers are asked for the overall score of a solution alone."""
    section = root.block("surveys", required=False)
    dimensions = _read_dimensions(section)
    quarterly = _read_quarterly(section, calendars, dimensions)
    section.finish()
    return Surveys(dimensions, quarterly)


def _read_quarterly(section: Block, calendars: Collection[str], labels: Mapping[str, str]) -> Quarterly | None:
    block = section.block("quarterly", required=False)
    if not block.is_block:
        return None
    on = block.flag("on")
    asked = block.choices("dimensions", labels or DIMENSIONS, required=False)
    quarterly = Quarterly(
        hours=block.choice("hours", calendars),
        channels=_read_channels(block),
        dimensions=asked or tuple(labels),
        last=block.duration_or_none("last") or LAST_DAYS,
    )
    block.finish()
    if not timedelta(days=4) <= quarterly.last <= _LONGEST:
        block.wrong("last", "from 4d to 90d")
    return quarterly if on else None


def _read_channels(quarterly: Block) -> dict[str, ChannelSample]:
    section = quarterly.block("channels")
    for name in section.values:
        section.named("channels", section.keys[name], CHANNELS)
    found = {}
    for name in tuple(section.values):
        block = section.block(name)
        share = block.parsed("share", _share, "a share of the channel's customers up to 100%, such as 10%", 0.0)
        found[name] = ChannelSample(share, block.whole("least", 0, 100_000), block.whole("most", 1, 100_000))
        block.finish()
        if found[name].most and found[name].least > found[name].most:
            block.wrong("least", f'at most "most" ({found[name].most})')
    return found


def _share(text: str) -> float:
    """Parse 10% as 0.1; raises ValueError unless it is more than nothing, and 100% at most."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?%", text, re.ASCII) or not 0 < float(text[:-1]) <= 100:
        raise ValueError(text)
    return float(text[:-1]) / 100


def _read_dimensions(section: Block) -> dict[str, str]:
    block = section.block("dimensions", required=False)
    labels = {name: block.text(name) for name in DIMENSIONS if name in block.values}
    for name in DIMENSIONS:
        block.get(name, required=False)
    block.finish()
    for name, label in labels.items():
        if len(label) > LONGEST_LABEL:
            block.wrong(name, f"a label of at most {LONGEST_LABEL} characters")
        if label and any(label in other for key, other in labels.items() if key != name):
            block.wrong(name, "a label that is no part of another one")
    return {name: label for name, label in labels.items() if label}
