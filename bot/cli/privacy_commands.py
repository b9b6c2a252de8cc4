"""The commands of `jiedai privacy`, each with its help and its function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRIVACY: tuple[str, Mapping[str, Any]] = (
    "How long what is kept of persons stays.",
    {
        "retention": ("Let go what has been kept for its period; --dry-run says what that would be.", "privacy:run"),
        "hold": ("Keep a contact's or a ticket's beyond its period, on a ground, until a day.", "privacy:hold"),
        "holds": ("What is held, on which ground and until when.", "privacy:show_holds"),
    },
)
