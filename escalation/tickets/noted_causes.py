"""Why a ticket was late, rated low or reopened, as its holder or a lead notes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row

from escalation.staff import Staff
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Refused
from escalation.tickets.told_facts import undone_lines
from escalation.tickets.unhappy_events import LOW

CAUSE_NOTED = "cause_noted"
Mishap = Literal["breach", "low_score", "reopened"]
MISHAPS: tuple[Mishap, ...] = get_args(Mishap)
CauseClass = Literal["process", "people", "resources", "communication"]
CAUSE_CLASSES: tuple[CauseClass, ...] = get_args(CauseClass)
LONGEST = 1_000  # characters
_BREACHES = frozenset({"breach", "breached_by_reclassification"})


def note_cause(db: Connection, ticket_id: int, who: Staff, of: str, cause: str, words: str, now: datetime) -> None:
    """Note the cause of what happened to a ticket, also after its end; the latest of each counts as the reason now.

    Raises Refused (`cause_by_lead`, `nothing_of_it`, `unknown_cause_class`, `cause_words`, `too_long`, `not_found`).
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if ticket.holder_id != who.id and not who.leads_in(ticket.queue):
        raise Refused("cause_by_lead")
    if of not in mishaps(history.history_of(db, ticket_id)):
        raise Refused("nothing_of_it")
    if cause not in CAUSE_CLASSES:
        raise Refused("unknown_cause_class")
    words = words.strip()
    if not words:
        raise Refused("cause_words")
    if len(words) > LONGEST:
        raise Refused("too_long")
    history.log(db, ticket_id, CAUSE_NOTED, now, who.id, of=of, cause=cause, words=words)


def mishaps(rows: Sequence[Row[Any]]) -> list[Mishap]:
    """Return what happened to a ticket of which a cause may be noted, by its history."""
    undone = undone_lines(rows)
    said = [(row.kind, row.data) for row in rows if row.seq not in undone]
    return [of for of in MISHAPS if any(is_mishap(of, kind, data) for kind, data in said)]


def is_mishap(of: Mishap, kind: str, data: Mapping[str, Any]) -> bool:
    """Whether a line of a history says that this happened."""
    match of:
        case "breach":
            return kind in _BREACHES
        case "low_score":
            return kind == "rated" and int(data.get("score") or LOW + 1) <= LOW
        case _:
            return kind == "reopened"
