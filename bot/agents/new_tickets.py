"""Staff, or a program, open a ticket for a call, a mail or a visit, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.agents.danger_alarm import alarm_entered, urgency_at_entry
from bot.dialogue.customer import customer_of, locked_ticket
from bot.dialogue.staff_words import Danger, danger_in
from bot.dialogue.ticket_topics import begin_topic
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.tickets.recurrence import recurrences
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.conversations import Conversation
from bot.transcript.shared_numbers import houses_of
from bot.wording.entered import told_by_stranger
from escalation.customers import customer_store
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.staffing import dispatch
from escalation.tickets import facts, ticket_store
from escalation.tickets.by_hand import HandField
from escalation.tickets.events import Event, TicketOpened
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.opening import NewTicket
from escalation.tickets.opening_by_hand import HAND_CHANNELS, Entry, check_instant, open_by_hand

MAX_WHAT = 120  # characters of a title
MAX_CALLER = 200  # characters that say who a stranger is
REASON = "entered"
_KEYS = "opened"  # under which the keys of such forms and requests are remembered


@dataclass(frozen=True, slots=True)
class EnteredMatter:
    """What somebody who called, wrote or came wants, as it is entered.

    `key` is its idempotency key. Who: a contact's id, or for a stranger what they say of themselves (`caller`).
    `raised_at`: None for now. `answered`: somebody has spoken with them, which is the first contact. `hold`: whoever
    enters it takes it at once.
    """

    key: str
    channel: str
    what: str
    contact_id: str | None = None
    caller: str = ""
    details: str = ""
    topic: str | None = None
    urgency: str | None = None
    raised_at: datetime | None = None
    complaint: bool = False
    answered: bool = False
    hold: bool = False
    reason: str = REASON


def enter(db: Connection, rules: Rules, who: Staff | None, by: str, matter: EnteredMatter, now: datetime) -> Ticket:
    """Open the ticket, with its clocks, its notices and its assignment, and return it; the earlier one for a used key.

    A danger in its words alarms (`alarm_at_entry` says what came of it).
    `who`: None for a program, which `by` names. Raises `Refused`: "may_not_open", "unknown_channel", "nobody_named",
    "unknown_customer", "nothing_said", "too_long", "unknown_topic", "unknown_urgency", or as `open_by_hand`.
    """
    if who is not None and not may_open(rules.policy, who):
        raise Refused("may_not_open")
    raised = matter.raised_at or now
    _check(rules.policy, matter)
    check_instant(raised, now)
    key = f"{by}:{matter.key}"
    if not processed_keys.remember_key(db, _KEYS, key, now):
        return ticket_store.get_ticket(db, processed_keys.message_of_key(db, _KEYS, key) or 0)
    conversation = _conversation(db, rules, matter, now)
    danger = danger_in(rules, [matter.what, matter.details], goes_on=False)
    asked = _new(db, rules, conversation, who, matter, danger, raised, now)
    opened = open_by_hand(db, rules.policy, asked, _entry(matter, who, by), now)
    processed_keys.note_message(db, _KEYS, key, opened.ticket.id)
    begin_topic(db, conversation, opened.ticket, title="")
    _lead_there(db, conversation, opened.ticket, now)
    _write_down(db, conversation, opened.ticket, who, matter, raised, now)
    return _told(db, rules, opened, alarm_entered(db, rules.policy, opened.ticket, danger, who, now), now)


def may_open(policy: Policy, who: Staff) -> bool:
    """Whether this person may open tickets: they work some queue."""
    return any(who.works(queue) for queue in policy.queues)


def _check(policy: Policy, matter: EnteredMatter) -> None:
    if matter.channel not in HAND_CHANNELS:
        raise Refused("unknown_channel")
    if matter.contact_id is None and not matter.caller.strip():
        raise Refused("nobody_named")
    if not matter.what.strip():
        raise Refused("nothing_said")
    if len(matter.what) > MAX_WHAT or len(matter.caller) > MAX_CALLER or len(matter.details) > facts.MAX_NOTE:
        raise Refused("too_long")
    if matter.topic is not None and matter.topic not in policy.topics:
        raise Refused("unknown_topic")
    if matter.urgency is not None and matter.urgency not in policy.urgencies:
        raise Refused("unknown_urgency")


def _conversation(db: Connection, rules: Rules, matter: EnteredMatter, now: datetime) -> Conversation:
    """The customer's own, or one that no channel leads to; locked."""
    if matter.contact_id is None:
        return conversations.begin_apart(db, now)
    known = customer_store.find_customer(db, rules.vault, rules.policy, matter.contact_id, now)
    if known is None:
        raise Refused("unknown_customer")
    return conversations.lock_conversation_of_contact(db, known.contact.id, now)  # whom an id merged away became


def _new(
    db: Connection,
    rules: Rules,
    conversation: Conversation,
    who: Staff | None,
    matter: EnteredMatter,
    danger: Danger,
    raised: datetime,
    now: datetime,
) -> NewTicket:
    policy, topic, title = rules.policy, matter.topic, matter.what.strip()
    if who is None and matter.contact_id is not None:  # nobody's note: a program has none
        title = f"{title}\n{matter.details.strip()}".strip()
    if matter.complaint:
        topic = next((each.id for each in policy.topics.values() if each.complaint), topic)
    complaint = topic is not None and policy.topics[topic].complaint
    return NewTicket(
        conversation_id=conversation.id,
        contact_id=conversation.contact_id,
        tier=customer_of(db, rules, conversation, now)[1],
        topic=topic,
        urgency=urgency_at_entry(policy, matter.urgency, danger, hold=matter.hold),
        complaint=complaint or matter.complaint,
        subject=starred(title),
        reason=matter.reason,
        suggested=None,
        candidates=[],
        rejected=[],
        raised_at=raised,
        talks=conversations.talks_of(db, conversation.contact_id) if complaint or matter.complaint else (),
    )


def _entry(matter: EnteredMatter, who: Staff | None, by: str) -> Entry:
    fixed: list[HandField] = ["subject"]
    if matter.topic is not None or matter.complaint:
        fixed.append("topic")
    if matter.urgency is not None:
        fixed.append("urgency")
    if matter.complaint:
        fixed.append("complaint")
    channel = next(each for each in HAND_CHANNELS if each == matter.channel)
    return Entry(channel, by, who, matter.answered, matter.hold, tuple(fixed))


def _lead_there(db: Connection, conversation: Conversation, ticket: Ticket, now: datetime) -> None:
    """What the customer writes from now on is about this ticket, unless another one of theirs is open."""
    current = locked_ticket(db, conversation)
    if current is not None and current.is_open:
        return
    conversations.save_conversation(
        db, replace(conversation, ticket_id=ticket.id, awaiting=None, follow_up_at=None), now
    )


def _write_down(
    db: Connection,
    conversation: Conversation,
    ticket: Ticket,
    who: Staff | None,
    matter: EnteredMatter,
    raised: datetime,
    now: datetime,
) -> None:
    """A stranger's words are a line of a conversation that nobody else reads; of a known customer, they are a note."""
    details = matter.details.strip()
    if matter.contact_id is None:
        words = told_by_stranger(matter.what.strip(), details, matter.caller.strip())
        message_store.add_message(db, replace(conversation, ticket_id=ticket.id), "customer", words, raised)
    elif details and who is not None:
        facts.add_note(db, ticket.id, who, details, now)


def _told(db: Connection, rules: Rules, opened: TicketOpened, alarms: Sequence[Event], now: datetime) -> Ticket:
    """Staff hear of it as of any other ticket; what its holder has taken already is given to nobody else."""
    events: list[Event] = [opened, *alarms]
    ticket = ticket_store.get_ticket(db, opened.ticket.id)
    if (assigned := dispatch.assign(db, rules.policy, ticket.id, now, houses_of)) is not None:
        ticket = assigned.ticket
        events.append(assigned)
    announce_now(db, rules, [*events, *recurrences(db, rules, ticket, now)], now)
    return ticket
