"""A danger in what staff write of a ticket's matter alarms as one that its customer writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.agents import taking_back
from bot.agents.corrections import Correct
from bot.agents.helping import AnswerTask, AskHelp, AskTask
from bot.agents.notes import Note
from bot.agents.taking_back import ReopenTicket
from bot.dialogue.staff_words import Danger, danger_in
from bot.dialogue.understanding import critical_of
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import history, rerouting, ticket_store
from escalation.tickets.by_hand import set_by_hand
from escalation.tickets.events import Event, UrgencyRaised
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.rerouting import ALARMED, WRITTEN, WrittenIn

# What came of it: raised to the highest urgency; kept as a person had graded it, with an alarm; the ticket reopened
# for it; or only asked about, for a danger is doubted.
Alarm = Literal["", "raised", "kept", "asked", "reopened", "reopened_kept"]
ASKED = "danger_asked"  # in a ticket's history: whoever entered it was asked whether there is a danger
Place = Literal["entry", "note", "title", "request", "answer"]


@dataclass(frozen=True, slots=True)
class StaffWords:
    """What a member of staff wrote, and where."""

    text: str
    place: Place


def urgency_at_entry(policy: Policy, chosen: str | None, danger: Danger, *, hold: bool) -> str:
    """Return the urgency with which a ticket is opened; one that is held at once is raised as its holder's."""
    if chosen is not None:
        return chosen
    return critical_of(policy) if danger == "heard" and not hold else policy.default_urgency


def alarm_entered(
    db: Connection, policy: Policy, ticket: Ticket, danger: Danger, who: Staff | None, now: datetime
) -> Sequence[Event]:
    """Alarm for a danger in the words a ticket was just opened with; return what staff are to hear of beside it."""
    by = WrittenIn("entry", who.id if who is not None else None)
    critical, chosen = _is_critical(policy, ticket), "urgency" in set_by_hand(ticket)
    if danger == "doubted" and not critical:
        history.log(db, ticket.id, ASKED, now, by.staff_id, place=by.place)
    if danger == "heard" and critical and not chosen:  # opened so, which is told as any new ticket is
        history.log(db, ticket.id, WRITTEN, now, by.staff_id, place=by.place, urgency=ticket.urgency)
    if danger != "heard" or critical:
        return ()
    event = rerouting.escalate_urgency(db, policy, ticket.id, critical_of(policy), now, by)
    return () if event is None else (event,)


def alarm_at_entry(db: Connection, ticket_id: int) -> Alarm:
    """Return what came of the words that a ticket was opened with."""
    kinds = {row.kind for row in history.history_of(db, ticket_id) if row.data.get("place") == "entry"}
    came: dict[str, Alarm] = {WRITTEN: "raised", ALARMED: "kept", ASKED: "asked"}
    return next((alarm for kind, alarm in came.items() if kind in kinds), "")


def alarm_written(
    db: Connection,
    rules: Rules,
    who: Staff,
    before: Ticket,
    action: object,
    conversation: Conversation,
    now: datetime,
) -> tuple[Alarm, Sequence[Event]]:
    """Alarm for a danger in the words of what was just done on a ticket, which stood as `before`.

    Its conversation is locked. A finished ticket is reopened for it; the title of one records what it was, and alarms
    nobody.
    """
    words = _words_of(action)
    if words is None:
        return "", ()
    ticket = ticket_store.lock_ticket(db, before.id)
    danger = _danger_in(rules, before, words)
    critical = _is_critical(rules.policy, ticket)
    if not danger or (ticket.is_open and critical) or (words.place == "title" and not ticket.is_open):
        return "", ()
    if danger == "doubted":
        return "asked", ()
    reopened = (
        () if ticket.is_open else taking_back.reopen(db, rules, who, ticket.id, conversation, ReopenTicket(), now)
    )
    by, kept = WrittenIn(words.place, who.id), "urgency" in set_by_hand(ticket) and not critical
    raised = _raised(db, rules.policy, ticket.id, by, now, again=critical)
    alarm: Alarm = ("reopened_kept" if kept else "reopened") if reopened else ("kept" if kept else "raised")
    return alarm, [*reopened, *([raised] if raised is not None else [])]


def _raised(
    db: Connection, policy: Policy, ticket_id: int, by: WrittenIn, now: datetime, *, again: bool
) -> UrgencyRaised | None:
    """Raise the ticket; `again`: it was critical before it ended, and waits for those on call once more."""
    if not again:
        return rerouting.escalate_urgency(db, policy, ticket_id, critical_of(policy), now, by)
    ticket = ticket_store.lock_ticket(db, ticket_id)
    history.log(db, ticket_id, WRITTEN, now, by.staff_id, place=by.place, urgency=ticket.urgency)
    return rerouting.press(db, policy, ticket, ticket.urgency, now)


def _words_of(action: object) -> StaffWords | None:
    """What an action may tell of a danger: not what is written to the customer, or planned, or a reason."""
    match action:
        case Note(text):
            return StaffWords(text, "note")
        case AskHelp(text=text) | AskTask(text=text):
            return StaffWords(text, "request")
        case AnswerTask(text=text):
            return StaffWords(text, "answer")
        case Correct(correction) if correction.subject is not None:
            return StaffWords(correction.subject, "title")
        case _:
            return None


def _danger_in(rules: Rules, before: Ticket, words: StaffWords) -> Danger:
    """What is written of a danger; of a title only what the one before did not tell."""
    if words.place != "title":
        return danger_in(rules, [words.text], goes_on=True)
    danger = danger_in(rules, [words.text], goes_on=False)
    told = danger_in(rules, [before.subject], goes_on=False) if danger else ""
    return "" if told in (danger, "heard") else danger


def _is_critical(policy: Policy, ticket: Ticket) -> bool:
    return policy.urgency_of(ticket.urgency).critical or ticket.urgency == critical_of(policy)
