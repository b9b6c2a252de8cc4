"""Policies that histories go by: the example with other hours, another zone, another time to take back."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config.settings import EXAMPLE_POLICY
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
HOURS: tuple[dict[str, str], ...] = (
    {},
    {"工作日": '"09:00-12:00", "13:30-18:00"', "每日": '"10:00-16:00", "22:00-02:30"', "夜间": '"20:00-02:30"'},
    {"工作日": '"02:30-11:00"', "夜间": '"23:30-06:00"'},
)
UNDO = ("1m", "30s", "5m")


@cache
def text_of(zone: str, hours: int, undo: str) -> str:
    """The text of one of them."""
    text = _put(EXAMPLE_POLICY.read_text(encoding="utf-8"), "zone: ", zone)
    text = _put(text, "  undo_within: ", undo)
    text = re.sub(", repeat: [0-9a-z]+", "", text)  # repetitions make no facts, and most of the time
    for calendar, spans in HOURS[hours].items():
        text = _put(text, f"  {calendar}:\n    hours: ", f"[{spans}]")
    return text


def _put(text: str, key: str, value: str) -> str:
    before, found, after = text.partition(f"\n{key}")
    assert found, f"the example policy has changed: {key}"
    return f"{before}{found}{value}\n{after.partition(chr(10))[2]}"


@cache
def policy_of(text: str) -> Policy:
    """The policy that a text is."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return read_policy(path)


def chosen(dice: random.Random, zone: str) -> str:
    """One of the zone's."""
    return text_of(zone, dice.randrange(len(HOURS)), dice.choice(UNDO))
