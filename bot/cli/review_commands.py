"""The commands that look back: surveys, inspections, reports and the audit."""

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
        "Records drawn for inspectors, and their scores.",
        {
            "draw": ("Draw ended tickets at random for an inspector to read.", "inspections:draw"),
            "check": ("Draw again by the kept seed, and compare.", "inspections:check"),
            "score": ("Score a drawn record.", "inspections:score"),
            "list": ("The drawn records.", "inspection_lists:show_list"),
            "show": ("The record of one ticket, item by item.", "inspection_lists:show"),
            "results": ("Adherence and mean scores by period, tier, agent or queue.", "inspection_lists:results"),
            "sheet": ("What an appraisal of an agent may look at.", "inspection_lists:sheet"),
        },
    ),
    "report": (
        "Figures of a period: text, JSON or CSV.",
        {
            "weekly": ("A week.", "reports:weekly"),
            "monthly": ("A month.", "reports:monthly"),
            "quarterly": ("A quarter.", "reports:quarterly"),
            "night": ("The night service, three months by default.", "reports:night"),
        },
    ),
    "targets": (
        "Targets for the figures.",
        {"list": ("The running targets, with where they stand.", "improvement_lists:show_targets")},
    ),
    "improvements": (
        "What is being improved.",
        {"list": ("Improvements with cause, measure, person and day.", "improvement_lists:show_improvements")},
    ),
    "risks": ("What deserves attention before it becomes trouble.", "risks:show"),
    "audit": (
        "Whether everything is as it was written, and who did what.",
        {
            "verify": ("Hold every line of history against its chain.", "audit:verify"),
            "head": ("Where every history ends, to be kept elsewhere.", "audit:head"),
            "journal": ("Who did what, the newest first.", "journal:show"),
        },
    ),
}
