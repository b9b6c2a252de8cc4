"""The commands that look back: surveys, inspections and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REVIEWS: Mapping[str, tuple[str, Any]] = {
    "surveys": (
        "What quarterly surveys came to.",
        {
            "list": ("Every quarter and channel: sent, answered, average.", "surveys:show_list"),
            "show": ("One quarter, with the averages of each dimension.", "surveys:show"),
        },
    ),
    "inspections": (
        "Records drawn for inspectors.",
        {"draw": ("Draw ended tickets at random for an inspector to read.", "inspections:draw")},
    ),
    "audit": (
        "Whether everything is as it was written, and who did what.",
        {
            "verify": ("Hold every line of history against its chain.", "audit:verify"),
            "head": ("Where every history ends, to be kept elsewhere.", "audit:head"),
            "journal": ("Who did what, the newest first.", "journal:show"),
        },
    ),
}
