"""Roles of staff: what each may do, and which queues' tickets are theirs; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, get_args

Role = Literal["agent", "lead", "manager", "admin", "inspector", "auditor"]
Duty = Literal[
    "people",  # staff, their roles and links
    "keys",  # API keys
    "rights",  # what persons ask of their data: exports, corrections, erasures
    "settings",  # what is set for the whole installation
    "calendar",  # days off and make-up days; files of customers
    "knowledge",  # articles, gaps, publishing
    "roster",  # shifts: a lead's of the people who share a queue with them
    "incidents",  # service interruptions that customers are told of
    "set_aside",  # what came in and could not be handled: it belongs to no queue
    "reports",  # figures: a lead's of their queues
    "supervision",  # inspected records, objections to their scores, what they come to: a lead's of their queues
    "journal",  # who did what
    "tier_wishes",  # wishing for a tier set by hand, or for its end
    "tier_approvals",  # agreeing to one that somebody else wishes for
]
ROLES: tuple[Role, ...] = get_args(Role)
ALL_QUEUES = "*"  # in place of queues: every one, also those of a later policy
_WORK: tuple[Role, ...] = ("agent", "lead", "manager", "admin")
_LEAD: tuple[Role, ...] = ("lead", "manager", "admin")
# By role alone; whoever leads a queue has those of _LEADING beside them.
_MANAGING: tuple[Duty, ...] = ("calendar", "knowledge", "roster", "incidents", "set_aside", "reports", "supervision")
_DUTIES: Mapping[Role, tuple[Duty, ...]] = {
    "agent": (),
    "lead": (),
    "manager": (*_MANAGING, "tier_wishes", "tier_approvals"),
    "admin": ("people", "keys", "rights", "settings", "calendar", "supervision"),
    "inspector": (),
    "auditor": ("journal",),
}
_LEADING: tuple[Duty, ...] = ("knowledge", "roster", "incidents", "reports", "supervision", "tier_wishes")


def includes(queues: Collection[str], queue: str) -> bool:
    """Whether this queue is among those given to a person."""
    return queue in queues or ALL_QUEUES in queues


def works(role: Role, queues: Sequence[str], queue: str) -> bool:
    """Whether a person works this queue; inspectors and auditors work none."""
    return includes(queues_of(role, queues), queue)


def queues_of(role: Role, queues: Sequence[str]) -> Sequence[str]:
    """Return the queues that a person works: those given to them, but none for inspectors and auditors."""
    return queues if role in _WORK else ()


def is_lead(role: Role, queues: Collection[str]) -> bool:
    """Whether a person leads the queues given to them."""
    return role in _LEAD and bool(queues)


def may(role: Role, queues: Collection[str], duty: Duty) -> bool:
    """Whether this duty is a person's: by their role, or because they lead a queue (`set_aside`: every queue)."""
    leads = is_lead(role, queues)
    if duty in _DUTIES[role] or (leads and duty in _LEADING):
        return True
    return leads and duty == "set_aside" and ALL_QUEUES in queues
