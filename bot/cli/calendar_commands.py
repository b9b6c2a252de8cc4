"""The commands of `jiedai calendar`: each with its help and its function."""

from __future__ import annotations

from collections.abc import Mapping

CALENDAR: tuple[str, Mapping[str, tuple[str, str]]] = (
    "Days off and make-up days, year by year.",
    {
        "show": ("A year's days, and where they come from.", "calendar:show"),
        "import": (
            "Take in a notice's text, or a file of days; what would change is shown.",
            "calendar_import:load",
        ),
        "restore": ("Make a year as a version of it was.", "calendar_import:restore"),
        "export": ("Write a year's days to a CSV file.", "calendar:save"),
        "set": ("Set one day.", "calendar:put"),
        "wait": ("Say that a year is not published yet; nobody is reminded for a while.", "calendar:wait"),
        "check": ("What makes clocks guess, or soon will.", "calendar:check"),
    },
)
