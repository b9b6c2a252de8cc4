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
from escalation.tickets.events import Event
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.rerouting import ALARMED, WRITTEN, WrittenIn

# What came of it: raised to the highest urgency; kept as a person had graded it, with an alarm; or only asked about,
# for a danger is doubted, or the ticket is finished.
Alarm = Literal["", "raised", "kept", "asked", "asked_finished"]
ASKED = "danger_asked"  # in a ticket's history: whoever entered it was asked whether there is a danger
Place = Literal["entry", "note", "title", "request", "answer"]


@dataclass(frozen=True, slots=True)
class StaffWords:
    """What a member of staff wrote, and where."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class ConfirmDanger:
    """Say that there is a danger now: the ticket is reopened if it has ended, and becomes critical."""


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
    db: Connection, rules: Rules, who: Staff, before: Ticket, action: object, now: datetime
) -> tuple[Alarm, Sequence[Event]]:
    """Alarm for a danger in the words of what was just done on a ticket, which stood as `before`.

    Its conversation is locked. On a finished ticket nothing happens by itself: who wrote a note is asked, and a title
    records what it was.
    """
    words = _words_of(action)
    if words is None:
        return "", ()
    policy, ticket = rules.policy, ticket_store.lock_ticket(db, before.id)
    danger = _danger_in(rules, before, words)
    if not danger or (_is_critical(policy, ticket) if ticket.is_open else words.place == "title"):
        return "", ()
    if not ticket.is_open:
        return "asked_finished", ()
    if danger == "doubted":
        return "asked", ()
    raised = rerouting.escalate_urgency(db, policy, ticket.id, critical_of(policy), now, WrittenIn(words.place, who.id))
    alarm: Alarm = "kept" if "urgency" in set_by_hand(ticket) else "raised"
    return alarm, () if raised is None else (raised,)


def confirm(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, conversation: Conversation, now: datetime
) -> Sequence[Event]:
    """Make a ticket critical by a person's word, and alarm those on duty; nothing of one that is open and critical.

    Whoever may leave a note may say so: it is they who are asked. The conversation must be locked.
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    critical = _is_critical(rules.policy, ticket)
    if ticket.is_open and critical:
        return ()
    reopened = (
        () if ticket.is_open else taking_back.reopen(db, rules, who, ticket_id, conversation, ReopenTicket(), now)
    )
    urgency = ticket.urgency if critical else critical_of(rules.policy)
    there = ticket_store.lock_ticket(db, ticket_id)
    return [*reopened, rerouting.press(db, rules.policy, there, urgency, now, who)]


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
        return danger_in(rules, [words.text], goes_on=True, clearly=words.place == "note")
    danger = danger_in(rules, [words.text], goes_on=False)
    told = danger_in(rules, [before.subject], goes_on=False) if danger else ""
    return "" if told in (danger, "heard") else danger


def _is_critical(policy: Policy, ticket: Ticket) -> bool:
    return policy.urgency_of(ticket.urgency).critical or ticket.urgency == critical_of(policy)
