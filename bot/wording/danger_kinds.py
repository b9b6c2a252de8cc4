"""Which safety text suits which kind of danger: the kinds are how the groups of the act file `danger` begin."""

from __future__ import annotations

SAFETY_TEXTS = {
    "火": "safety_fire",
    "电": "safety_shock",
    "电池": "safety_battery",
    "伤": "safety_injury",
    "化学": "safety_chemical",
    "全停": "safety_outage",
}
