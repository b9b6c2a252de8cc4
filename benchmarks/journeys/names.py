"""The few names of the product that the journeys need, in today's tree and in earlier ones."""

from __future__ import annotations

import importlib
from typing import Any

# Where each may be found; the first that exists is taken. Earlier names first: an installed tree lends an earlier one
# the modules it lacks.
PLACES = {
    "settings": ("bot.settings:Settings", "bot.config.settings:Settings"),
    "open": ("bot.app:open_service", "bot.app:open_house"),
    "load_samples": ("bot.app:load_samples", "bot.first_start:load_samples"),
    "first_administrator": ("bot.app:first_administrator", "bot.first_start:first_administrator"),
    "create_app": ("bot.web.server:create_app",),
    "clock": ("bot.alarms:Alarms", "bot.jobs.alarm_clock:AlarmClock"),
}
# The function that is one journey, by its names.
ENTRIES = {
    "receive": ("receive",),
    "claim": ("act_in_sight",),
    "sweep": ("sweep_some",),
}
ADAPTERS = frozenset(
    {
        "bot/database.py",
        "bot/storage/database.py",
        "escalation/policy.py",
        "escalation/policy/model.py",
        "escalation/policy/tiers.py",
        "escalation/instants.py",
        "escalation/working_hours/instants.py",
    }
)


def find(name: str) -> Any:
    """What stands under this name of `PLACES`; raises LookupError when no place has it."""
    for place in PLACES[name]:
        module, attribute = place.split(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ModuleNotFoundError, AttributeError):
            continue
    raise LookupError(f"none of {', '.join(PLACES[name])} exists; name its new place in benchmarks/journeys/names.py")
