"""Errors that end a command with one sentence and no stack trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.messages import BotRefusal
from escalation.refusals import EscalationRefusal
from knowledge_base.refusals import KnowledgeRefusal

if TYPE_CHECKING:
    from escalation.tickets.lifecycle import Refused
from escalation.tickets.refusal_codes import RefusalCode

# What an operator at the terminal reads; the console has its own words in `replies`.
MOVES: Mapping[RefusalCode, str] = {
    "claimed_by_other": "Ticket {ticket} is held by {holder} already.",
    "already_yours": "Ticket {ticket} is already theirs.",
    "not_holder": "Ticket {ticket} is held by {holder}; only its holder can do this.",
    "unclaimed": "Ticket {ticket} must be claimed first: `jiedai tickets claim {ticket} --as LOGIN`.",
    "finished": "Ticket {ticket} is finished; nothing more can be done with it.",
    "not_finished": "Ticket {ticket} is still being worked on; this can be done once it is resolved.",
    "not_found": "There is no ticket {ticket}; `jiedai tickets list --all` shows those there are.",
    "unknown_fact": "The policy has no such fact; `facts` in its file lists them, beside called and call_missed.",
    "unknown_queue": "The policy has no such queue; `queues` in the policy file lists them.",
    "unknown_staff": "There is no such colleague, or they can no longer sign in; `jiedai staff list` shows who can.",
    "empty": "The text is empty; write something.",
    "too_long": "The text is too long; make it shorter.",
    "forbidden": "Ticket {ticket} is in a queue they do not work; a lead can do this.",
    "read_only": "Ticket {ticket} is theirs to read only; somebody who works its queue can do this.",
    "cause_needed": "Ticket {ticket} is a complaint; say what caused it with --cause.",
    "unknown_cause": "The policy has no such cause; `complaint_causes` in the policy file lists them.",
    "unknown_support": "The policy has no such support contact; `support` in the policy file lists them.",
    "unknown_urgency": "The policy has no such urgency; `urgencies` in the policy file lists them.",
    "no_steps": "A plan must have 1 to 20 steps, each saying what is done.",
    "step_in_the_past": "Each step of a plan must end later than now.",
    "already_waiting": "Ticket {ticket} waits for its customer already.",
    "no_report_owed": "By the policy, no service report is owed for ticket {ticket}.",
    "no_plan": "Ticket {ticket} has no plan yet that its customer could be sent.",
    "send_it": "This is sent to the customer of ticket {ticket} from its console page; after a call, record it first.",
    "still_owed": "Ticket {ticket} still owes assessment, plan, acceptance or report; say why not with --reason.",
    "unknown_step": "The latest plan of ticket {ticket} has no such step.",
    "step_done": "The step has been ticked by {holder} already.",
    "say_what_came": "This is recorded on the console page of ticket {ticket}, with whom, when and what came of it.",
    "cause_by_lead": "The cause on ticket {ticket} is noted by its holder or a lead of its queue.",
    "nothing_of_it": "Nothing of this kind happened to ticket {ticket}, so that it has no cause.",
    "unknown_cause_class": "The cause is one of process, people, resources, communication.",
    "cause_words": "Say in words why.",
    "with_whom": "Say with whom, and what came of it.",
    "held_in_future": "It cannot have been later than now.",
    "answer_needed": "Ticket {ticket} is feedback; its customer must be answered before it is resolved.",
    "words_needed": "This step of complaint {ticket} is written on its console page.",
    "conclusion_needed": "Complaint {ticket} needs its conclusion first, written on its console page.",
    "result_needed": "The customer of complaint {ticket} must be told its result first.",
    "prevention_needed": "Complaint {ticket} needs its prevention first, written on its console page.",
    "outcome_needed": "Say what came of the follow-up of ticket {ticket}, in words.",
    "nothing_late": "Nothing on ticket {ticket} is late and being repeated, so that there is nothing to acknowledge.",
    "critical_not_withdrawn": "Ticket {ticket} is critical; a person resolves it, it is not withdrawn.",
    "complaint_not_withdrawn": "Ticket {ticket} is a complaint; a person resolves it, it is not withdrawn.",
    "not_a_complaint": "Ticket {ticket} is no complaint, so that there is nobody it is about.",
    "closed_to_them": "Ticket {ticket} is a complaint that is closed to this colleague; choose somebody else.",
    "about_you": "Ticket {ticket} may be about them; a lead of its queue says whom it is about.",
    "merge_itself": "Ticket {ticket} cannot be merged into itself; name another one.",
    "already_merged": "One of the tickets has been merged into another already; use the one it went into.",
    "merge_finished": "A finished ticket cannot be merged; both must still be worked on.",
    "into_not_found": "There is no such ticket to merge into; `jiedai tickets list --all` shows those there are.",
    "into_not_in_hand": "They may not act on the ticket to merge into; a lead can do this.",
    "other_customer": "It is not certain that both tickets are of one customer; identify the customer first.",
    "other_organisation": "The tickets are of customers of different organisations and cannot be merged.",
    "merge_about_you": "Ticket {ticket} may be about them, so that they cannot merge it; a lead can.",
    "nobody_left": "Nobody would see ticket {ticket} any more; leave out somebody who can handle it.",
    "may_not_open": "They work no queue, so that they cannot open tickets; an administrator can give them one.",
    "unknown_channel": "The channel must be phone, mail or visit.",
    "nobody_named": "Say whose matter it is: --customer ID, or --caller TEXT for somebody who is no customer yet.",
    "unknown_customer": "There is no customer with this id; `jiedai customers import` brings them in.",
    "no_objection": "Ticket {ticket} has no objection to a tier that waits for a decision.",
    "objection_by_lead": "They may not wish for a tier, so that they cannot uphold the objection; a lead can.",
    "wish_changes_nothing": "The tier wished for is in force, waits already, or was rejected in the same words.",
    "nothing_said": "Say what the customer wants; the text is empty.",
    "unknown_topic": "The policy has no such topic; `topics` in the policy file lists them.",
    "raised_in_future": "The matter cannot have been raised later than now.",
    "raised_too_long_ago": "The matter cannot have been raised more than 30 days ago; enter it as raised now.",
    "mail_is_no_contact": "A mail is no first contact; leave out --answered.",
    "not_your_queue": "The ticket belongs to a queue they do not work; leave out --hold.",
    "nobody_to_write_to": "Nobody can be written to about ticket {ticket}; call, and record `called`, or add a note.",
    "business_off": "The bot is no longer connected to the account that the customer writes to; its owner can do that.",
    "business_no_right": "The owner of the account does not let the bot reply there; they can allow it.",
    "business_window_over": "The customer wrote 24 hours ago or more; until they write again only the owner can reply.",
    "unknown_line": "There is no such reply.",
    "not_author": "Only {holder}, who sent the reply, or a lead can correct it.",
    "taken_back": "The reply has been taken back.",
    "unchanged": "The words are the same as before.",
    "unknown_department": "The policy has no such department; `departments` in its file lists them.",
    "unknown_approval": "The policy has no such approval; `approvals` in its file lists them.",
    "unknown_task": "There is no such request; `jiedai tickets tasks` shows those that are open.",
    "ask_yourself": "Nobody can ask themself; choose somebody else.",
    "nobody_to_ask": "Nobody stands behind that contact now; choose somebody else.",
    "too_many_tasks": "Ticket {ticket} has 20 requests without an answer; settle or withdraw some of them first.",
    "due_in_the_past": "It must end later than now.",
    "beyond_their_limit": "The amount is more than the {limit:,} yuan that they may approve; ask somebody who may.",
    "beyond_your_limit": "The amount is more than the {limit:,} yuan this person may approve; somebody else has to.",
    "own_approval": "Nobody can approve what they asked for themselves; somebody else has to.",
    "own_request": "Nobody can answer what they asked for themselves; somebody who was asked has to.",
    "not_asked": "This person was not asked, and cannot answer.",
    "already_answered": "The request has been answered by {holder} already.",
    "task_withdrawn": "The request has been withdrawn.",
    "task_over": "The ticket has ended, and with it the request.",
    "no_decision": "Say whether it is approved: --agree or --refuse.",
    "no_reason": "Say why it is refused.",
    "disabled": "This account is disabled, and cannot answer.",
    "not_asker": "Only who asked, the ticket's holder or a lead can withdraw the request.",
    "answer_the_help": "Help with ticket {ticket} has no answer yet; its answer records this, or withdraw it first.",
    "unknown_gravity": "The gravity must be major, complex or none.",
    "reason_needed": "Say why with --reason: the ticket becomes less urgent, or is no complaint any more.",
    "nothing_to_set": "Say what to set; see `jiedai tickets set --help`.",
    "unknown_incident": "There is no such interruption; `jiedai incident list` shows those there are.",
    "nothing_to_undo": "Nothing of late on ticket {ticket} can be undone.",
    "undo_too_late": "It was more than a minute ago; it can no longer be undone.",
    "undo_overtaken": "Something else has happened on ticket {ticket} since; it can no longer be undone.",
    "undo_of_others": "It was done by {holder}; only they or a lead can undo it.",
    "no_such_line": "Only a line of the customer's colleagues that they may see can be linked.",
    "fact_not_owed": "By the policy, this fact is nothing that ticket {ticket} is owed.",
    "write_the_report": "Ticket {ticket} owes a service report; hand it in on its console page, so that it is read.",
}


def english(refused: Refused, ticket_id: int, names: Mapping[int, str]) -> str:
    """Return the English sentence for a refused action."""
    sentence = MOVES.get(refused.code, "This cannot be done with ticket {ticket} as it is ({code}).")
    holder = names.get(refused.holder_id or 0, "somebody else")
    return sentence.format(ticket=ticket_id, holder=holder, code=refused.code, limit=refused.limit)


def sentence_of(error: Exception) -> str | None:
    """Return the sentence to print for an error; None for an unexpected one."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    if isinstance(error, BotRefusal | EscalationRefusal | KnowledgeRefusal):
        return str(error)
    # A file that is no database is a plain DatabaseError; its other kinds would be faults of ours.
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        # The driver's first line names the trouble; the URL may hold a password and is left out.
        return f"The database cannot be used: {str(error.orig).splitlines()[0].rstrip('.')}."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}."
    return None
