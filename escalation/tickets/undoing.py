"""Takes back what somebody did to a ticket a moment ago, by a further line of its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import clocks_undone, history, plans, ticket_store
from escalation.tickets.events import ActionUndone
from escalation.tickets.facts import AWAITS_ANSWER, WAITING, WROTE
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.told_facts import UNDONE, undone_lines

_MOVES = ("resolved", "transferred", "released", WAITING, "called", "call_missed")
_NOT_THESE = ("assessed", "help_asked", "help_given", "reported")  # others have been told, or a plan was written
_OVERTAKES = ("reopened", "withdrawn", "closed", "reassigned", "rated", "merged")
_PAUSES = (WAITING, *AWAITS_ANSWER)
_PLAN_MARKS = {"plan_explained": "explained_at", "objected": "objected_at"}


def undo(db: Connection, policy: Policy, ticket_id: int, who: Staff, now: datetime) -> ActionUndone:
    """Take back the latest thing that staff did to the ticket, as the same person or a lead of its queue.

    Not by somebody to whom it has been closed since, nor so that it is given back to them. Raises Refused (`forbidden`,
    `nothing_to_undo`, `undo_too_late`, `undo_of_others`, `undo_overtaken`).
    """
    old, rows = ticket_store.lock_ticket(db, ticket_id), history.history_of(db, ticket_id)
    if who.id in old.closed:
        raise Refused("forbidden")
    line = _latest(policy, rows)
    if line is None:
        raise Refused("nothing_to_undo")
    if now - line.at > policy.dialogue.undo_within:
        raise Refused("undo_too_late")
    if line.staff_id != who.id and not who.leads_in(old.queue):
        raise Refused("undo_of_others", line.staff_id)
    before = _as_before(old, line)
    given_to = {before.holder_id, before.assignee_id} - {old.holder_id, old.assignee_id}
    if given_to & old.closed or any(row.kind in _OVERTAKES for row in rows if row.seq > line.seq):
        raise Refused("undo_overtaken")
    return _take_back(db, policy, old, rows, line, who.id, now)


def undo_resolution(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> ActionUndone:
    """Take back the resolution of a ticket whose customer goes on writing before anything was said to them of it.

    Raises Refused (`not_finished`) if it is not resolved.
    """
    old, rows = ticket_store.lock_ticket(db, ticket_id), history.history_of(db, ticket_id)
    line = next((row for row in reversed(rows) if row.kind == "resolved"), None)
    if old.state != "resolved" or line is None:
        raise Refused("not_finished")
    return _take_back(db, policy, old, rows, line, None, now)


def undoable(policy: Policy, rows: Sequence[Row[Any]], now: datetime) -> str:
    """Return the kind of what was done a moment ago and can be taken back by whoever may; empty for nothing."""
    line = _latest(policy, rows)
    return line.kind if line is not None and now - line.at <= policy.dialogue.undo_within else ""


def _latest(policy: Policy, rows: Sequence[Row[Any]]) -> Row[Any] | None:
    line = next((row for row in reversed(rows) if row.staff_id is not None), None)
    if line is None or line.seq in undone_lines(rows):  # its customer may have taken it back by writing on
        return None
    if "step" in line.data:  # what was sent cannot be unsaid
        return None
    undoable = line.kind in _MOVES or (line.kind in policy.facts and line.kind not in _NOT_THESE)
    return line if undoable else None


def _take_back(
    db: Connection,
    policy: Policy,
    old: Ticket,
    rows: Sequence[Row[Any]],
    line: Row[Any],
    staff_id: int | None,
    now: datetime,
) -> ActionUndone:
    ticket = _waiting_as_before(db, old, _as_before(old, line), rows, line)
    if line.kind in _PLAN_MARKS:
        plans.mark_latest(db, old.id, _PLAN_MARKS[line.kind], None)
    # What followed from it by itself, a first contact owed anew, goes with it.
    undoes = [row.seq for row in rows if row.seq == line.seq or (row.seq > line.seq and row.kind == "waits_again")]
    history.save_change(db, old, ticket, UNDONE, now, staff_id, undoes=undoes, undone=line.kind)
    clocks_undone.take_back(db, policy, ticket, line.at, now)
    return ActionUndone(ticket, staff_id, line.kind, old.holder_id if old.holder_id != ticket.holder_id else None)


def _waiting_as_before(db: Connection, old: Ticket, ticket: Ticket, rows: Sequence[Row[Any]], line: Row[Any]) -> Ticket:
    """The ticket, waiting for its customer as if the line had never been; whoever has written since ends any wait."""
    since = ticket.waits_since
    if line.kind in _PAUSES:
        ticket_store.undo_pause(db, old.id, line.at, UNDONE)
        since = None if since == line.at else since  # the wait after an explained plan is no part of its line
    wrote = next((row for row in rows if row.seq > line.seq and row.kind in (WROTE, "resumed")), None)
    if since is not None and since != old.waits_since:
        ticket_store.go_on_pausing(db, old.id, since)
        if wrote is not None:
            ticket_store.end_pause(db, old.id, wrote.kind, wrote.at)
            since = None
    return replace(ticket, waits_since=since)


def _as_before(old: Ticket, line: Row[Any]) -> Ticket:
    """The ticket with what the line changed as it was before; whatever else has changed since stays."""
    was = {**(line.data.get("was") or {}), **(line.data.get("before") or {})}
    known = {each.name for each in fields(Ticket)}
    values = {name: _value(name, value) for name, value in was.items() if name in known}
    return replace(old, **values)


def _value(name: str, value: Any) -> Any:
    is_instant = name.endswith("_at") or name in ("waits_since", "assigned_until")
    return datetime.fromisoformat(value) if is_instant and value is not None else value
