"""What was sent to a customer in the course of their ticket, and how they answered it: the table and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, String, Table, insert, select, update

from escalation.tables import metadata

SentKind = Literal["plan", "progress", "invitation", "result"]
StepAnswer = Literal["agreed", "objected", "accepted", "problem"]
# What may be answered to each; a progress report asks nothing.
ANSWERS: dict[SentKind, tuple[StepAnswer, ...]] = {
    "plan": ("agreed", "objected"),
    "progress": (),
    "invitation": ("accepted", "problem"),
    "result": ("accepted", "problem"),
}

sent_steps = Table(
    "sent_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("conversation_id", Integer, nullable=False),  # where it was said, and is answered
    Column("contact_id", String(64)),  # to whom; null: nobody has identified them
    Column("kind", String(16), nullable=False),
    Column("version", Integer),  # of the plan
    Column("line", Integer),  # of the transcript: its words
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("sent_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("answer", String(16)),
    Column("answered_at", DateTime(timezone=True)),
    Column("answer_line", Integer),  # of the transcript: the tap, or the words
    Column("reason_line", Integer),  # the words that explain an objection
)


def sent_kind(name: str) -> SentKind | None:
    """Return the kind of this name; None for anything else."""
    return next((kind for kind in ANSWERS if kind == name), None)


@dataclass(frozen=True, slots=True)
class SentStep:
    """A plan, a progress report, an invitation to accept or a result as its customer was sent it."""

    id: int
    ticket_id: int
    conversation_id: int
    contact_id: str | None
    kind: SentKind
    version: int | None
    line: int | None
    sent_at: datetime
    sent_by: int
    answer: StepAnswer | None = None
    answered_at: datetime | None = None
    answer_line: int | None = None
    reason_line: int | None = None


_STEP = [sent_steps.c[each.name] for each in fields(SentStep)]


def insert_sent(
    db: Connection,
    ticket_id: int,
    conversation: tuple[int, str | None],
    kind: SentKind,
    version: int | None,
    sent_by: int,
    now: datetime,
) -> int:
    """Write what is being sent, its line still to come, and return its number; `conversation`: its id and contact."""
    where = {"ticket_id": ticket_id, "conversation_id": conversation[0], "contact_id": conversation[1]}
    values = {**where, "kind": kind, "version": version, "sent_at": now, "sent_by": sent_by}
    return int(db.execute(insert(sent_steps).values(**values).returning(sent_steps.c.id)).scalar_one())


def change_sent(db: Connection, step_id: int, **values: Any) -> None:
    """Write these columns."""
    db.execute(update(sent_steps).where(sent_steps.c.id == step_id).values(**values))


def move_sent_to(db: Connection, from_id: str, into_id: str) -> None:
    """Let a contact answer what was sent to another, who has become them."""
    theirs = sent_steps.c.contact_id == from_id
    db.execute(update(sent_steps).where(theirs).values(contact_id=into_id))


def get_sent(db: Connection, step_id: int) -> SentStep | None:
    """Return what was sent under this number."""
    row = db.execute(select(*_STEP).where(sent_steps.c.id == step_id)).one_or_none()
    return SentStep(*row) if row is not None else None


def sent_on(db: Connection, ticket_id: int) -> Sequence[SentStep]:
    """Return everything that was sent on a ticket, the oldest first."""
    query = select(*_STEP).where(sent_steps.c.ticket_id == ticket_id).order_by(sent_steps.c.id)
    return [SentStep(*row) for row in db.execute(query)]
