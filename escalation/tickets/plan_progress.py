"""Steps of a plan are ticked by whoever they belong to, and remind them before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.staff import Staff, get_staff
from escalation.tickets import history, plan_steps, plans, ticket_store
from escalation.tickets.lifecycle import Refused, demand_holder
from escalation.tickets.step_events import PlanStepDue


def tick(db: Connection, ticket_id: int, number: int, who: Staff, now: datetime) -> None:
    """Tick a step of the latest plan, as whose it is, or the ticket's holder.

    Raises Refused (`unknown_step`, `step_done`, or as `lifecycle.demand_holder`).
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    made = plans.plans_of(db, ticket_id)
    version, planned = len(made), made[-1].steps if made else ()
    if not 0 < number <= len(planned):
        raise Refused("unknown_step")
    if planned[number - 1].staff_id is None:
        plan_steps.adopt(db, ticket_id, version, number, made[-1].responsible_id, planned[number - 1].by)
    found = [step for step in plan_steps.steps_of(db, ticket_id) if (step.version, step.number) == (version, number)]
    if found[0].done_at is not None:
        raise Refused("step_done", found[0].done_by)
    if found[0].staff_id != who.id:
        demand_holder(ticket, who.id)
    plan_steps.change_step(db, found[0], done_at=now, done_by=who.id, next_at=None)
    history.log(db, ticket_id, "step_done", now, who.id, version=version, number=number)


def take_due(db: Connection, now: datetime, limit: int) -> list[PlanStepDue]:
    """Carry due reminders one step on, and return them; of an ended ticket nobody is reminded.

    A step whose person can no longer sign in reminds the ticket's holder in their place.
    """
    reminded = []
    for step in plan_steps.due_steps(db, now, limit):
        ticket = ticket_store.lock_ticket(db, step.ticket_id)
        if not plan_steps.is_as_read(db, step):
            continue
        late = step.due_at <= now
        follows = None if late or not ticket.is_open else step.due_at
        plan_steps.change_step(db, step, reminders=step.reminders + 1, next_at=follows)
        if not ticket.is_open:
            continue
        latest = plans.plans_of(db, step.ticket_id)[step.version - 1]
        is_here = get_staff(db, step.staff_id) is not None and step.staff_id not in ticket.closed
        history.log(db, ticket.id, "step_reminded", now, number=step.number, version=step.version, late=late)
        what = latest.steps[step.number - 1].what
        reminded.append(PlanStepDue(ticket, what, step.due_at, step.staff_id if is_here else None, late))
    return reminded
