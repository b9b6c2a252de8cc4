"""The codes of what a ticket's state or its rights refuse; the sentences are the doors'."""

from __future__ import annotations

from typing import Literal

RefusalCode = Literal[
    "claimed_by_other",
    "already_yours",
    "not_holder",
    "unclaimed",
    "finished",
    "not_finished",
    "not_found",
    "unknown_fact",
    "unknown_queue",
    "unknown_staff",
    "empty",
    "too_long",
    "forbidden",
    "read_only",
    "cause_needed",
    "unknown_cause",
    "unknown_support",
    "unknown_urgency",
    "no_steps",
    "step_in_the_past",
    "already_waiting",
    "no_report_owed",
    "nothing_late",
    "write_the_report",
    "critical_not_withdrawn",
    "complaint_not_withdrawn",
    "not_a_complaint",
    "closed_to_them",
    "about_you",
    "nobody_left",
]
