"""One ticket as `jiedai tickets show --json` prints it: all data, instants in the policy's zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.cli.ticket_show import TicketDetails
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.deadline_store import DeadlineRow
from escalation.working_hours.instants import iso, print_duration


def as_json(sheet: TicketDetails, policy: Policy, now: datetime, *, named: bool) -> dict[str, Any]:
    """Return all of a ticket's data; instants in the policy's zone, staff by name."""
    ticket, zone = sheet.ticket, policy.zone
    instants = ("raised_at", "received_at", "claimed_at", "first_contact_at", "resolved_at", "closed_at")
    plain = ("state", "queue", "tier", "tier_reason", "topic", "urgency", "complaint", "subject", "reason", "cause")
    also = ("incident_id", "urged", "reopened", "rating", "rating_reason", "policy_version")
    return {
        "ticket": ticket.id,
        **({"customer": sheet.customer if ticket.contact_id else None} if named else {}),
        **{name: getattr(ticket, name) for name in (*plain, *also)},
        "subject": starred(ticket.subject),
        "rating_reason": starred(ticket.rating_reason) if ticket.rating_reason is not None else None,
        **{
            name: _iso(getattr(ticket, name), policy)
            for name in (*instants, "withdrawn_at", "waits_since", "assigned_until")
        },
        "holder": sheet.name(ticket.holder_id),
        "assignee": sheet.name(ticket.assignee_id),
        "clocks": [_clock_as_json(clock, sheet, policy, now) for clock in sheet.clocks],
        "plans": [
            {
                "version": plan.version,
                "responsible": sheet.name(plan.responsible_id),
                "made_at": iso(plan.made_at, zone),
                "made_by": sheet.name(plan.made_by),
                "explained_at": _iso(plan.explained_at, policy),
                "objected_at": _iso(plan.objected_at, policy),
                "steps": [{"what": step.what, "by": iso(step.by, zone)} for step in plan.steps],
            }
            for plan in sheet.plans
        ],
        "pauses": [
            {
                "began_at": iso(pause.began_at, zone),
                "ended_at": _iso(pause.ended_at, policy),
                "by": sheet.name(pause.by),
                "why": pause.why,
                "ended_why": pause.ended_why,
            }
            for pause in sheet.pauses
        ],
        "reports": [
            {"to": one.to, "at": iso(one.at, zone), "by": sheet.name(one.by), "text": one.text} for one in sheet.reports
        ],
        "notes": [{"at": iso(one.at, zone), "by": sheet.name(one.staff_id), "text": one.text} for one in sheet.notes],
        "ratings": [_rating_as_json(one, policy) for one in sheet.ratings],
        "dimensions": [_dimension_as_json(one, policy) for one in sheet.dimensions],
        "history": [
            {
                "line": one.seq,
                "at": one.at.astimezone(zone).isoformat(timespec="milliseconds"),
                "kind": one.kind,
                "by": sheet.name(one.staff_id),
                "data": one.data,
                "hash": one.hash,
            }
            for one in sheet.history
        ],
    }


def _rating_as_json(row: Any, policy: Policy) -> dict[str, Any]:
    return {"solution": row.solution, "score": row.score, "reason": row.reason, "at": iso(row.at, policy.zone)}


def _dimension_as_json(row: Any, policy: Policy) -> dict[str, Any]:
    label = policy.surveys.dimensions.get(row.dimension)
    told = {"solution": row.solution, "dimension": row.dimension, "label": label, "score": row.score}
    return {**told, "at": iso(row.at, policy.zone)}


def _clock_as_json(clock: DeadlineRow, sheet: TicketDetails, policy: Policy, now: datetime) -> dict[str, Any]:
    return {
        "milestone": clock.milestone,
        "label": clock.label,
        "kind": clock.kind,
        "state": clock.state,
        "paused": clock.is_paused,
        "starts_on": clock.starts_on,
        "started_at": iso(clock.started_at, policy.zone),
        "within": print_duration(timedelta(seconds=clock.within_s)),
        "basis": clock.basis,
        "due_at": iso(clock.due_at, policy.zone),
        "settled_at": _iso(clock.settled_at, policy),
        "breached_at": _iso(clock.breached_at, policy),
        "late_s": _late(clock, now),
        "provisional": clock.provisional,
        "rules_version": clock.rules_version,
        "acknowledged_at": _iso(clock.acknowledged_at, policy),
        "acknowledged_by": sheet.name(clock.acknowledged_by),
        "fault": clock.fault,
    }


def _late(clock: DeadlineRow, now: datetime) -> int | None:
    """Seconds past due; None if it is not late, cancelled or paused."""
    end = now if clock.state == "open" else clock.settled_at
    if clock.state == "cancelled" or clock.is_paused or end is None or end <= clock.due_at:
        return None
    return int((end - clock.due_at).total_seconds())


def _iso(at: datetime | None, policy: Policy) -> str | None:
    return None if at is None else iso(at, policy.zone)
