"""`act`: an agent's action on a ticket, with its permission check, notices and outbox rows, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.agents import corrections, danger_alarm, helping, notes, taking_back
from bot.agents.causes import NoteCause
from bot.agents.corrections import Correct, NameSubjects, Setting, SetUrgency
from bot.agents.danger_alarm import Alarm, ConfirmDanger, alarm_written
from bot.agents.helping import AnswerTask, AskHelp, AskTask, Helping, WithdrawTask
from bot.agents.moves import Acknowledge, Claim, Consult, MakePlan, Record, Release, Report, Resolve, TickStep, Transfer
from bot.agents.notes import Note
from bot.agents.reply import MAX_REPLY, Reply, Written, send_reply
from bot.agents.reply_corrections import Correcting, CorrectReply, TakeBack, correct_reply
from bot.agents.sent_steps import SendStep, demand_told, send_step
from bot.agents.taking_back import ReopenTicket, Undo
from bot.dialogue.customer import customer_of
from bot.dialogue.satisfaction import after_resolution
from bot.dialogue.turn_context import TurnContext
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from escalation.staff import Staff
from escalation.tickets import (
    consulting,
    deadline_store,
    ending,
    facts,
    holding,
    noted_causes,
    plan_progress,
    ticket_store,
    worded_facts,
)
from escalation.tickets.access import demand_in_hand, demand_may_note, demand_visible, sees
from escalation.tickets.events import Event, TicketResolved
from escalation.tickets.fact_menu import demand_sense
from escalation.tickets.helping import demand_no_help_waits
from escalation.tickets.lifecycle import Refused, Ticket, demand_not_merged

__all__ = [
    "MAX_REPLY",
    "Acknowledge",
    "Alarm",
    "Claim",
    "Consult",
    "Correct",
    "MakePlan",
    "NameSubjects",
    "Note",
    "Record",
    "Release",
    "ReopenTicket",
    "Reply",
    "Report",
    "Resolve",
    "SendStep",
    "SetUrgency",
    "TickStep",
    "Transfer",
    "Undo",
    "Written",
]


Action = (
    Claim
    | Release
    | Reply
    | Note
    | Record
    | Transfer
    | Resolve
    | MakePlan
    | Acknowledge
    | Helping
    | Correcting
    | Report
    | Setting
    | ReopenTicket
    | ConfirmDanger
    | Undo
    | SendStep
    | TickStep
    | Consult
    | NoteCause
)


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of an action: whether its author still may see the ticket, and the alarm its words raised."""

    may_return: bool
    alarm: Alarm


def act(db: Connection, rules: Rules, who: Staff, ticket_id: int, action: Action, now: datetime) -> Alarm:
    """Carry out an agent's action, and return the alarm its words raised; raises `Refused` if it is not allowed.

    The conversation is locked before the ticket, in the order used for incoming messages, so the two cannot interleave.
    """
    ticket = ticket_store.get_ticket(db, ticket_id)
    conversation = conversations.lock_conversation_by_id(db, ticket.conversation_id)
    return _act(db, rules, who, ticket, conversation, action, now)


def _act(
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket: Ticket,
    conversation: Conversation,
    action: Action,
    now: datetime,
) -> Alarm:
    before = ticket_store.get_ticket(db, ticket.id)
    demand_not_merged(before)
    events = _carry_out(db, rules, who, ticket.id, action, conversation, now)
    alarm, alarms = alarm_written(db, rules, who, before, action, now)
    announce_now(db, rules, [*events, *alarms], now)
    for event in (each for each in events if isinstance(each, TicketResolved)):
        customer = customer_of(db, rules, conversation, now)
        turn = TurnContext(db, rules, conversation, customer, now, event.ticket)
        after_resolution(turn)
    return alarm


def demand_may(who: Staff, ticket: Ticket, action: Action) -> None:
    """Raise Refused for a ticket on which this person may not do this (`demand_in_hand`; a note: `demand_may_note`)."""
    # Who may answer the request says, who may correct the line, and who may undo the history.
    if isinstance(action, TickStep):
        demand_visible(who, ticket)
    elif not isinstance(action, AnswerTask | WithdrawTask | CorrectReply | TakeBack | Undo):
        (demand_may_note if isinstance(action, Note | ConfirmDanger) else demand_in_hand)(who, ticket)


def act_in_sight(db: Connection, rules: Rules, who: Staff, ticket_id: int, action: Action, now: datetime) -> Acted:
    """As `act`, but raises `Refused` for a ticket on which this person may not do this (`demand_may`)."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    demand_may(who, ticket, action)
    conversation = conversations.lock_conversation_by_id(db, ticket.conversation_id)
    # What the lock was waited for may have been a complaint about them.
    demand_may(who, ticket_store.get_ticket(db, ticket_id), action)
    alarm = _act(db, rules, who, ticket, conversation, action, now)
    return Acted(sees(who, ticket_store.get_ticket(db, ticket_id)), alarm)


def _carry_out(  # noqa: C901, PLR0912  # one line per kind of action, so that every kind is seen
    db: Connection, rules: Rules, who: Staff, ticket_id: int, action: Action, conversation: Conversation, now: datetime
) -> Sequence[Event]:
    policy = rules.policy
    match action:
        case Claim():
            return [_claim(db, rules, who, ticket_id, conversation, now)]
        case Release():
            released = holding.release(db, ticket_id, who, now)
            holding.restart_first_contact(db, policy, ticket_id, now)
            return [released]
        case Reply():
            taken = ReopenTicket(hold=True)
            again = taking_back.reopen(db, rules, who, ticket_id, conversation, taken, now) if action.reopens else ()
            answered = send_reply(db, rules, who, ticket_id, conversation, action, now)
            return [*again, *([answered] if answered is not None else [])]
        case SendStep():
            return send_step(db, rules, who, ticket_id, conversation, action, now)
        case Note():
            notes.add(db, who, ticket_id, action, now)
            return []
        case Record(fact, cause, words):
            if fact == "reported" and facts.owes_report(policy, ticket_store.get_ticket(db, ticket_id)):
                raise Refused("write_the_report")
            if fact in consulting.CONSULTED:
                raise Refused("say_what_came")
            demand_no_help_waits(db, ticket_id, fact)
            demand_told(db, conversation, ticket_id, fact, now)
            running = deadline_store.open_milestones(db, ticket_id)
            demand_sense(policy, ticket_store.get_ticket(db, ticket_id), who, fact, running)
            return [worded_facts.record(db, policy, ticket_id, who, fact, now, cause, words)]
        case Transfer(queue, to):
            holder = helping.colleague(db, to) if to is not None else None
            passed_on = holding.transfer(db, policy, ticket_id, who, queue, holder, now)
            holding.restart_first_contact(db, policy, ticket_id, now)
            return [replace(passed_on, promised=deadline_store.promised(db, ticket_id))]
        case Resolve(cause, why):
            worded_facts.demand_answered(db, policy, ticket_id)
            if cause or ticket_store.get_ticket(db, ticket_id).cause:  # whoever has not said it hears that first
                worded_facts.demand_complaint_told(db, policy, ticket_id)
            return [ending.resolve(db, policy, ticket_id, who, now, cause, why)]
        case Consult(fact, whom, held_at, outcome):
            return [consulting.consult(db, policy, ticket_id, who, fact, whom, held_at, outcome, now)]
        case NoteCause(of, cause, words):
            noted_causes.note_cause(db, ticket_id, who, of, cause, words, now)
            return []
        case TickStep(number):
            plan_progress.tick(db, ticket_id, number, who, now)
            return []
        case MakePlan(responsible, steps):
            for each in {step.staff_id for step in steps} - {None, responsible}:
                helping.colleague(db, each or 0)
            return [facts.plan(db, policy, ticket_id, who, helping.colleague(db, responsible), steps, now)]
        case Acknowledge():
            facts.acknowledge(db, ticket_id, who, now)
            return []
        case AskHelp() | AskTask() | AnswerTask() | WithdrawTask():
            return [helping.carry_out(db, rules, who, ticket_id, action, now)]
        case CorrectReply() | TakeBack():
            correct_reply(db, rules, who, ticket_id, action, now)
            return []
        case Report(text):
            return [facts.report(db, policy, ticket_id, who, text, now)]
        case ReopenTicket():
            return taking_back.reopen(db, rules, who, ticket_id, conversation, action, now)
        case ConfirmDanger():
            return danger_alarm.confirm(db, rules, who, ticket_id, conversation, now)
        case Undo():
            return taking_back.undo(db, rules, who, ticket_id, conversation, now)
        case SetUrgency() | Correct() | NameSubjects():
            return corrections.carry_out(db, rules, who, ticket_id, action, now)
        case _:
            assert_never(action)


def _claim(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, conversation: Conversation, now: datetime
) -> Event:
    event = holding.claim(db, ticket_id, who, now)
    message_store.leave_to_agent(db, conversation, now)
    if rules.policy.urgency_of(event.ticket.urgency).critical and event.ticket.first_contact_at is None:
        here = replace(conversation, ticket_id=ticket_id)
        turn = TurnContext(db, rules, here, customer_of(db, rules, conversation, now), now, event.ticket)
        turn.say("danger_taken")
    return event
