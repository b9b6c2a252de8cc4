"""The layout of console pages: person, local time, formatting of instants."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fastapi.responses import HTMLResponse

from bot.web.console.access import StaffRequest
from bot.web.templating import page
from bot.wording import moments


def frame(
    staff_request: StaffRequest, template: str, now: datetime, unread: int, /, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a console page for the signed-in person."""
    common = shared_values(staff_request, now) | {
        "unread": unread,
        "failed": staff_request.signed.failed,
        "unread_targets": staff_request.signed.unread_targets,
        "is_improvement_overdue": _is_past(staff_request, now),
        "emergency": staff_request.service.rules.emergency,
    }
    return page(template, status, **common, **values)


def shared_values(staff_request: StaffRequest, now: datetime) -> dict[str, Any]:
    """Return what pages and parts of pages are drawn with for the signed-in person."""
    policy = staff_request.service.rules.policy
    return {
        "policy": policy,
        "who": staff_request.who,
        "csrf": staff_request.signed.csrf,
        "now": now,
        "moment": lambda at: moments.by(policy, at, now),
        "clock": lambda at: f"{at.astimezone(policy.zone):%H:%M}",
        "since": lambda at: moments.since(policy, at, now),
        "day": partial(moments.day, policy),
        "duration": moments.late,
        "within": _within,
        "iso": _iso,
    }


def _is_past(staff_request: StaffRequest, now: datetime) -> bool:
    due_on = staff_request.signed.improvement_due_on
    return due_on is not None and due_on < now.astimezone(staff_request.service.rules.policy.zone).date()


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="milliseconds") if at is not None else ""


def _within(seconds: int) -> str:
    return moments.late(timedelta(seconds=seconds))
