"""Which texts suit which kind of danger: the kinds are how the groups of the act file `danger` begin, and gas.

Of each kind there is a first text, what to do at once, and a second: what to do where the first can't be done.
"""

from __future__ import annotations

import re

SAFETY_TEXTS = {
    "火": "safety_fire",
    "电": "safety_shock",
    "电池": "safety_battery",
    "伤": "safety_injury",
    "化学": "safety_chemical",
    "燃气": "safety_gas",
    "全停": "safety_outage",
}
UNKNOWN, OUTAGE = "safety", "safety_outage"
SECOND_TEXTS = {
    "safety": "danger_more",
    "safety_fire": "danger_more_fire",
    "safety_shock": "danger_more_shock",
    "safety_battery": "danger_more_battery",
    "safety_injury": "danger_more_injury",
    "safety_chemical": "danger_more_chemical",
    "safety_gas": "danger_more_gas",
    "safety_outage": "danger_more_outage",
}
# What follows once both were said, in turn; of an outage nothing tells of fire or shock.
SHORT_TEXTS = ("danger_noted", "danger_hold")
SHORT_OUTAGE_TEXTS = ("outage_noted", "appended")

_GAS = re.compile(r"[燃煤]气|[燃煤]氣|天然[气氣]|瓦斯|液化[气氣]|一氧化碳|\bgas\b|carbon monoxide", re.IGNORECASE)


def first_text(kind: str, said: str) -> str:
    """Return the first text for a kind of danger, as the words of what was said make it out; UNKNOWN without a kind."""
    if kind == "化学" and _GAS.search(said):
        kind = "燃气"
    return SAFETY_TEXTS.get(kind, UNKNOWN)
