"""Hand off to a person: open the ticket, and tell the customer what is promised."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.dialogue import danger_replies, incident_notices
from bot.dialogue.contact_given import gives_contact
from bot.dialogue.delayed_handoff import may_hand_over
from bot.dialogue.gap_capture import file_under
from bot.dialogue.matter import (
    Matter,
    articles_for,
    considered,
    gist_of,
    matter_of,
    suggested_answer,
    title_of,
    topic_of_act,
    urgency_of,
)
from bot.dialogue.ticket_topics import begin_topic
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.understanding import critical_of
from bot.tickets.objections import OBJECTION, raise_objection
from bot.tickets.recurrence import recurrences
from bot.transcript import conversations, filing, message_store
from bot.transcript.shared_numbers import houses_of
from bot.wording import emergency
from bot.wording.matter_titles import sent_file, sent_place, unsaid
from bot.wording.moments import by
from bot.wording.phrases import in_script
from bot.wording.provisional import RESULT
from escalation.customers.starring import starred
from escalation.policy.default_wording import DEFAULT_NUMBER
from escalation.staffing import dispatch
from escalation.tickets import deadline_store, ending, opening
from escalation.tickets.events import Event, TicketOpened
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.told_facts import topic_owed
from knowledge_base.acts.reading import Reading

STILL_CALLING = timedelta(minutes=5)  # after which a customer in danger hears that nobody has taken it yet
WISHES = ("export", "forget", OBJECTION)  # the wish itself is the matter
_LOOKED_BACK = 100  # lines
_ASKS_CONTACT = ("ask_contact", "ask_contact_only")
_ORDER_NUMBER = re.compile(r"[0-9A-Za-z-]{6,}")


def hand_over(turn: TurnContext, reason: str, promise: Callable[[], None] | None = None) -> None:
    """Open a ticket, then send the promise and the question for an order number; `promise` replaces both messages.

    Beyond the budgets of who asks for it nothing is opened yet: see `delayed_handoff`.
    """
    said = turn.reading
    matter = _recall_the_matter(turn, reason)
    urgency = urgency_of(turn.rules, matter, said)
    if reason == "critical":
        urgency = turn.policy.urgencies[critical_of(turn.policy)]
    if not may_hand_over(turn, reason, critical=urgency.critical):
        return
    _leave_the_last_matter(turn)
    opened = opening.open_ticket(turn.db, turn.policy, _new_ticket(turn, matter, reason, urgency.id), turn.now)
    turn.ticket, turn.opened = opened.ticket, True
    begin_topic(turn.db, turn.conversation, opened.ticket, opened.ticket.subject)
    if reason == OBJECTION and turn.customer is not None:
        customer = turn.customer
        raised_by = f"customer {customer.contact.id}"
        raise_objection(turn.db, customer.organisation.id, opened.ticket.id, raised_by, turn.now)
    since = turn.conversation.raised_at or turn.now
    filing.file_under_ticket(turn.db, turn.conversation.id, opened.ticket.id, since)
    file_under(turn.db, turn.conversation, opened.ticket.id, since, turn.gap)
    message_store.mark_considered(turn.db, turn.conversation.id)
    fresh = conversations.fresh_matter(turn.conversation)  # but what was said goes on being told of until it is solved
    turn.conversation = replace(fresh, ticket_id=opened.ticket.id, question=turn.conversation.question)
    turn.remember(held_until=None, follow_up_at=None, awaiting=None)
    incident_notices.at_hand_off(turn, silently=urgency.critical)
    if promise is not None:
        promise()
    elif turn.rules.emergency and not urgency.critical:  # by when nobody can say
        turn.send(in_script(emergency.TAKEN, turn.conversation.language))
    else:
        _promise_in_words(turn, reason, said, critical=urgency.critical)
    if urgency.critical:
        turn.remember(follow_up_at=turn.now + STILL_CALLING)
    _announce(turn, opened)


def tell_result(turn: TurnContext) -> None:
    """Say by when the result of a complaint is told, if the policy promises it."""
    due = deadline_store.due_of(turn.db, turn.its_ticket().id, RESULT)
    first = deadline_store.promised(turn.db, turn.its_ticket().id)
    # Its hours go on at night: on a weekend it can come before anybody is in, and is not promised then.
    if due is not None and (first is None or due > first):
        turn.say("complaint_result", by=by(turn.policy, due, turn.now), then=turn.if_it_may_move(RESULT))


def _announce(turn: TurnContext, opened: TicketOpened) -> None:
    """Notify staff of the ticket, its assignment and its recurrences."""
    events: list[Event] = [opened]
    if (assigned := dispatch.assign(turn.db, turn.policy, opened.ticket.id, turn.now, houses_of)) is not None:
        turn.ticket = assigned.ticket
        events.append(assigned)
    turn.announce(*events, *recurrences(turn.db, turn.rules, turn.its_ticket(), turn.now))


def _leave_the_last_matter(turn: TurnContext) -> None:
    """Close a resolved ticket: a customer with a new matter will not rate or reopen the last one."""
    if turn.ticket is not None and turn.ticket.state == "resolved":
        turn.announce(ending.close(turn.db, turn.policy, turn.ticket.id, turn.now))


def _recall_the_matter(turn: TurnContext, reason: str) -> Matter:
    """What was said so far; the turn goes on with all of it as its text, and with the articles that suit it."""
    if reason in WISHES:
        return Matter((turn.text,) if turn.text else ())
    matter = matter_of(turn.conversation)
    if matter.text != turn.text:
        # Nothing said: a wish itself resembles some question by chance, and must not choose a queue.
        turn.candidates = articles_for(turn.rules, matter, turn.tier.tier, turn.now)
        turn.text = matter.text or turn.text
    return matter


def _new_ticket(turn: TurnContext, matter: Matter, reason: str, urgency: str) -> opening.NewTicket:
    topics = turn.policy.topics
    topic = _topic(turn, matter, reason)
    complaint = topic is not None and topics[topic].complaint
    rejected = turn.conversation.rejected
    return opening.NewTicket(
        conversation_id=turn.conversation.id,
        contact_id=turn.conversation.contact_id,
        tier=turn.tier,
        topic=topic,
        urgency=urgency,
        complaint=complaint,
        subject=title_of(turn.rules, matter) or starred(_untold(turn, reason)),
        reason=reason,
        suggested=suggested_answer(turn.rules, turn.candidates, rejected, urgency),
        candidates=considered(turn.candidates),
        rejected=rejected,
        raised_at=turn.conversation.raised_at or turn.now,
        talks=conversations.talks_of(turn.db, turn.conversation.contact_id) if complaint else (),
    )


def _topic(turn: TurnContext, matter: Matter, reason: str) -> str | None:
    """The topic of the act that opens the ticket, else of what was told; a bare wish is about nothing yet."""
    rules, gist = turn.rules, gist_of(turn.rules, matter) or turn.text
    of_act = next((each.id for each in turn.policy.topics.values() if each.act == reason), None)
    if of_act is not None:
        return topic_of_act(rules, of_act, rules.topic_chances(gist, turn.candidates))
    if not matter.lines and reason != "complaint":
        return None
    return rules.topic(gist, turn.candidates, complaint=reason == "complaint")


def _untold(turn: TurnContext, reason: str) -> str:
    """The title where nothing was said: what was sent, or why the ticket was opened."""
    since = turn.conversation.raised_at or turn.now
    lines = [line for line in message_store.latest(turn.db, turn.conversation.id, 20) if line.at >= since]
    sent = next((line for line in reversed(lines) if line.kind in ("file", "location")), None)
    if sent is None or reason in WISHES:
        return unsaid(reason, turn.conversation.channel)
    return sent_place(sent.text) if sent.kind == "location" else sent_file(sent.meta["file"], sent.meta["mime"])


def _promise_in_words(turn: TurnContext, reason: str, said: Reading, *, critical: bool) -> None:
    ticket = turn.its_ticket()
    if ticket.complaint:
        turn.say("complaint_apology")
    if critical:
        turn.say(danger_replies.first_text_for(turn))
        turn.say(danger_replies.alarm_text(turn))
    elif not _is_staffed(turn, ticket):
        turn.say("handed_off_night")
    else:
        turn.say("acknowledged_file" if reason == "file" else "handed_off")
    if ticket.complaint:
        tell_result(turn)
    if not critical:
        _ask_for_details(turn, ticket, said)
    turn.remember(awaiting=None if critical else "details")


def _ask_for_details(turn: TurnContext, ticket: Ticket, said: Reading) -> None:
    """Ask whom nobody knows how to reach for a contact, once; others for the number by which the matter is found."""
    topic = turn.policy.topics.get(topic_owed(turn.policy, ticket) or "")
    number = DEFAULT_NUMBER if topic is None else topic.number
    if turn.customer is None and not gives_contact(said.text) and not _asked_or_told_contact(turn):
        turn.say("ask_contact" if number else "ask_contact_only", number=number)
        return
    asks = not ticket.complaint and turn.policy.tiers[turn.tier.tier].bot == "answers"
    if asks and number and not _ORDER_NUMBER.search(turn.text):
        turn.say("ask_order_number", number=number)


def _asked_or_told_contact(turn: TurnContext) -> bool:
    """Whether a contact was asked for in this talk, or its customer has given one without being asked."""
    lines = message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK)
    told = any(line.author == "customer" and gives_contact(line.words) for line in lines)
    return told or any(line.meta.get("wording") in _ASKS_CONTACT for line in lines)


def _is_staffed(turn: TurnContext, ticket: Ticket) -> bool:
    hours = turn.policy.calendars[turn.policy.tier_of(ticket.tier).calendar]
    return hours.is_open(turn.now)
