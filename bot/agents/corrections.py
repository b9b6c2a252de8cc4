"""What staff set right on a ticket: title, topic, urgency, complaint, gravity, incident, whom a complaint is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.rules import Rules
from bot.transcript import conversations
from escalation.incidents import incident_store
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import confidential, correcting, history, holding, lifecycle, ticket_store
from escalation.tickets.by_hand import with_hand
from escalation.tickets.correcting import Correction
from escalation.tickets.events import Event, TicketReleased
from escalation.tickets.lifecycle import Refused


@dataclass(frozen=True, slots=True)
class SetUrgency:
    """Set the ticket's urgency; a lesser one needs a reason."""

    urgency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Set title, topic, urgency, complaint or gravity; `incident`: the service interruption it belongs to, 0: none."""

    correction: Correction
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class NameSubjects:
    """Say which staff a complaint is about; it is then closed to exactly these."""

    staff_ids: tuple[int, ...]


Setting = SetUrgency | Correct | NameSubjects


def carry_out(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, action: Setting, now: datetime
) -> Sequence[Event]:
    """Set something on a ticket and return what staff are to hear of; raises `Refused` if it is not allowed."""
    match action:
        case SetUrgency():
            return _grade(db, rules, ticket_id, who, action, now)
        case Correct():
            return _correct(db, rules, ticket_id, who, action, now)
        case NameSubjects(about):
            return _name_subjects(db, rules.policy, ticket_id, who, about, now)
        case _:
            assert_never(action)


def _grade(db: Connection, rules: Rules, ticket_id: int, who: Staff, action: SetUrgency, now: datetime) -> list[Event]:
    """Only danger is told at once; any other grade is seen on the card."""
    graded = correcting.grade(db, rules.policy, ticket_id, who, action.urgency, now, action.reason)
    return [graded] if rules.policy.urgency_of(action.urgency).critical else []


def _correct(
    db: Connection, rules: Rules, ticket_id: int, who: Staff, action: Correct, now: datetime
) -> Sequence[Event]:
    if action.incident is not None:
        _link(db, ticket_id, who, action.incident, now)
        if action.correction == Correction(reason=action.correction.reason):
            return []
    contact_id = ticket_store.get_ticket(db, ticket_id).contact_id
    talks = conversations.talks_of(db, contact_id)
    return correcting.correct(db, rules.policy, ticket_id, who, action.correction, now, talks)


def _link(db: Connection, ticket_id: int, who: Staff, incident_id: int, now: datetime) -> None:
    old = ticket_store.lock_ticket(db, ticket_id)
    if not who.leads_in(old.queue):
        lifecycle.demand_recorder(old, who.id, leads=False)
    if incident_id == old.incident_id or (not incident_id and old.incident_id is None):
        return
    found = incident_store.get_incident(db, incident_id or old.incident_id or 0)
    if found is None:
        raise Refused("unknown_incident")
    ticket = with_hand(replace(old, incident_id=incident_id or None), ("incident",))
    kind = "incident" if incident_id else "incident_left"
    history.save_change(db, old, ticket, kind, now, who.id, incident=found.id, title=found.title)


def _name_subjects(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, about: Collection[int], now: datetime
) -> list[Event]:
    """Whoever holds it and is among them loses it, and its first contact is owed anew."""
    before = ticket_store.get_ticket(db, ticket_id)
    named = confidential.name_subjects(db, policy, ticket_id, who, about, now)
    if before.holder_id == named.holder_id:
        return []
    holding.restart_first_contact(db, policy, ticket_id, now)
    return [TicketReleased(named, who.id)]
