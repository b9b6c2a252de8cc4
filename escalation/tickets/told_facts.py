"""A ticket's history as the facts that its clocks are replayed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from escalation.policy.model import Policy
from escalation.sla.joined_pauses import Waited, joined_pauses
from escalation.sla.replay import CORRECTED, PRESSED, TicketFact, joined
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Ticket

MERGED = "merged"  # another ticket of the same matter goes on in this one
UNDONE = "undone"  # a line that takes back earlier ones, which its `undoes` numbers
_RATED_ANEW = {"topic", "urgency", "complaint"}


def topic_owed(policy: Policy, ticket: Ticket) -> str | None:
    """Return the topic by which the ticket is owed milestones: a complaint is one, whatever it is about."""
    return _owed(policy, ticket.topic, complaint=ticket.complaint)


def facts_of(db: Connection, policy: Policy, ticket: Ticket) -> Iterable[TicketFact]:
    """Return the ticket's facts, as the rules replay them: raised, received, and whatever its history still holds.

    Those of a ticket that was merged into it count from where the two were joined.
    """
    rows = history.history_of(db, ticket.id)
    gone = iter([row.data["ticket"] for row in rows if row.kind == MERGED])
    facts: list[TicketFact] = []
    for fact in _told(policy, ticket, rows):
        facts.append(fact)
        if fact.fact == MERGED:
            facts = joined(facts, list(facts_of(db, policy, ticket_store.get_ticket(db, next(gone)))))
    return facts


def waited_of(db: Connection, ticket_id: int) -> Waited:
    """Return when the ticket waited for its customer, with all that were merged into it."""
    lines = history.ticket_events.c
    told = (lines.ticket_id == ticket_id, lines.kind.in_(("opened", MERGED)))
    opened, *merges = db.execute(select(lines.at, lines.data).where(*told).order_by(lines.seq, lines.id)).all()
    waited = Waited(opened.at, tuple(ticket_store.pauses_of(db, ticket_id)))
    for merge in merges:
        waited = joined_pauses(waited, waited_of(db, merge.data["ticket"]), merge.at)
    return waited


def merged_here(db: Connection, ticket_id: int) -> Iterator[int]:
    """Yield the tickets that were merged into this one, and into those."""
    lines = history.ticket_events.c
    mine = (lines.ticket_id == ticket_id, lines.kind == MERGED)
    for told in db.scalars(select(lines.data).where(*mine).order_by(lines.seq)).all():
        yield told["ticket"]
        yield from merged_here(db, told["ticket"])


def undone_lines(rows: Sequence[Row[Any]]) -> set[int]:
    """Return the numbers of the lines that later ones take back."""
    return {seq for row in rows if row.kind == UNDONE for seq in row.data.get("undoes", ())}


def _told(policy: Policy, ticket: Ticket, rows: Sequence[Row[Any]]) -> Iterator[TicketFact]:
    urgency, topic, complaint = ticket.urgency, ticket.topic, False
    undone = undone_lines(rows)
    for row in rows:
        if row.seq in undone and row.seq:
            continue
        urgency, topic = row.data.get("urgency", urgency), row.data.get("topic", topic)
        after = row.data.get("after") or {}
        if row.kind == "opened":
            complaint = _is_complaint(policy, topic)
        complaint = after.get("complaint", complaint)
        owed = _owed(policy, topic, complaint=complaint)
        if row.kind == "opened":
            raised = row.data.get("raised_at")
            raised_at = datetime.fromisoformat(raised) if raised else min(ticket.raised_at, row.at)
            yield TicketFact("raised", raised_at, urgency, owed)
            yield TicketFact("received", _instant(row, "received_at"), urgency, owed)
            continue
        kind = row.kind
        if kind == "corrected" and after.keys() & _RATED_ANEW:
            kind = CORRECTED
        elif kind == "reread" and after.keys() & _RATED_ANEW:
            kind = PRESSED
        yield TicketFact(kind, _instant(row, "happened_at"), urgency, owed)


def _owed(policy: Policy, topic: str | None, *, complaint: bool) -> str | None:
    if not complaint or _is_complaint(policy, topic):
        return topic
    return next((each.id for each in policy.topics.values() if each.complaint), topic)


def _is_complaint(policy: Policy, topic: str | None) -> bool:
    known = policy.topics.get(topic or "")
    return known is not None and known.complaint


def _instant(row: Row[Any], name: str) -> datetime:
    """When what a line tells of happened: as it says itself, if it was written later."""
    told = row.data.get(name)
    at: datetime = datetime.fromisoformat(told) if told else row.at
    return at
