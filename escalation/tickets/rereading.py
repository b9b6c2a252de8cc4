"""A waiting ticket is read again: what its customer adds may change topic, queue, urgency, title and answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.routing import route
from escalation.tickets import clocks, deadline_store, history, ticket_store
from escalation.tickets.by_hand import set_by_hand
from escalation.tickets.confidential import closed_while_open
from escalation.tickets.events import TicketReread
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.rerouting import follow_queue, moved

CLEARLY = 3.0  # times as probable as the present topic another one must be
AT_MOST_EVERY = timedelta(minutes=1)  # a ticket changes its queue
_SHOWN = ("subject", "topic", "queue", "urgency", "suggested", "candidates")


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the matter is taken for by now.

    `chances`: the probability of each topic, 0 to 1; a topic that is missing has none. `calm`: the customer said that
    there is no hurry.
    """

    subject: str
    chances: Mapping[str, float]
    urgency: str
    suggested: str | None
    candidates: list[dict[str, Any]]
    calm: bool = False
    talks: Collection[int] = ()  # the customer's other conversations, where it may be a complaint


def reread(db: Connection, policy: Policy, ticket_id: int, found: SecondReading, now: datetime) -> TicketReread | None:
    """Bring a waiting ticket up to what is known of its matter, and return what followed; None if nothing does.

    The urgency rises, never to a critical one, and falls only by what an earlier reading raised; clocks only shorten.
    The topic changes by a clear margin, the queue at most once in `AT_MOST_EVERY`: until then it waits, and `again_at`
    of the event says when to read again.
    What a person has set stays, and after a claim everything does.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    rows = history.history_of(db, ticket_id)
    fixed = {name for row in rows if row.staff_id is not None for name in row.data.get("after", {})}
    fixed |= set_by_hand(old)
    if old.state != "waiting" or "holder_id" in fixed:
        return None
    ticket = replace(old, subject=found.subject, suggested=found.suggested, candidates=found.candidates)
    if "subject" in fixed:
        ticket = replace(ticket, subject=old.subject)
    if "urgency" not in fixed:
        calmer = _before_it_rose(rows, old.urgency) if found.calm else old.urgency
        ticket = replace(ticket, urgency=_risen(policy, calmer, found.urgency))
    routed = _routed(policy, ticket, found.chances, fixed)
    last_move = max((row.at for row in rows if _moved_it(row)), default=None)
    if routed.queue == ticket.queue or last_move is None or now - last_move >= AT_MOST_EVERY:
        return _saved(db, policy, old, routed, now, found.talks)
    # Where the queue may not change yet, the topic waits with it.
    again_at = last_move + AT_MOST_EVERY
    return replace(_saved(db, policy, old, ticket, now, ()) or TicketReread(old, old.queue, None), again_at=again_at)


def _risen(policy: Policy, urgency: str, heard: str) -> str:
    grades = list(policy.urgencies)
    may_rise = not policy.urgencies[heard].critical
    present = policy.urgency_of(urgency).id
    return heard if may_rise and grades.index(heard) > grades.index(present) else urgency


def _before_it_rose(rows: Sequence[Any], urgency: str) -> str:
    """The urgency before readings raised it; the present one if something else did."""
    changes = [row for row in rows if "urgency" in row.data.get("after", {})]
    while changes and changes[-1].kind == "reread" and changes[-1].data["after"]["urgency"] == urgency:
        urgency = changes.pop().data["before"]["urgency"]
    return urgency


def _routed(policy: Policy, ticket: Ticket, chances: Mapping[str, float], fixed: set[str]) -> Ticket:
    """The ticket with the topic and queue that it should have by now."""
    topic = _clearest(chances, ticket.topic)
    if ticket.complaint or fixed & {"topic", "queue"} or topic is None:
        topic = ticket.topic
    queue = route(policy, ticket.tier, topic, ticket.urgency).id
    ticket = replace(ticket, topic=topic)
    return ticket if "queue" in fixed else moved(ticket, queue)


def _clearest(chances: Mapping[str, float], present: str | None) -> str | None:
    """The likeliest topic if it is clearly likelier than the present one."""
    best = max(chances, key=lambda topic: chances[topic], default=None)
    if best is None or best == present or chances[best] < CLEARLY * chances.get(present or "", 0.0):
        return present
    return best


def _moved_it(row: Any) -> bool:
    return row.kind == "reread" and "queue" in row.data.get("after", {})


def _saved(
    db: Connection, policy: Policy, old: Ticket, ticket: Ticket, now: datetime, talks: Collection[int]
) -> TicketReread | None:
    changed = [name for name in _SHOWN if getattr(old, name) != getattr(ticket, name)]
    if not changed:
        return None
    if "topic" in changed and not old.closed_to:
        ticket = closed_while_open(db, policy, ticket, now, talks)
    before = deadline_store.promised(db, ticket.id)
    if {"topic", "urgency"} & set(changed):
        clocks.shorten(db, policy, ticket, now)
    # The title and the answer hold what the customer wrote: that they changed is told, not how.
    history.save_change(
        db, old, ticket, "reread", now, urgency=ticket.urgency, topic=ticket.topic, queue=ticket.queue, changed=changed
    )
    follow_queue(db, policy, old, ticket, now)
    promised = deadline_store.promised(db, ticket.id)
    sooner = promised is not None and before is not None and promised < before
    return TicketReread(ticket, old.queue, promised, sooner=sooner)
