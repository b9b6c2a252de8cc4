"""Who writes from an address, once it is proven: their talk becomes part of the one that this contact has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.undeliverable import mark_reachable
from bot.dialogue.customer import link_contact, link_organisation, shared_with
from bot.dialogue.written_line import heard_of, write_down
from bot.messages import Incoming
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.transcript import conversations, joining
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from escalation.customers.customer_store import present_id
from escalation.tickets import ending, rerouting


def identify(
    db: Connection, rules: Rules, channel: str, address: str, contact_id: str, proof: str, now: datetime
) -> Conversation:
    """Link an address to a proven contact, and return the conversation it leads to from then on, locked and saved.

    What was written there as a stranger becomes part of the contact's conversation. An address that was another
    contact's leaves their conversation first, with nothing of it. Unchanged if the CRM does not know the contact.
    """
    contact_id = present_id(db, contact_id)
    joining.lock_together(db, channel, address, contact_id)
    conversation = joining.bring_home(db, channel, address, contact_id, now)
    if conversation is None:
        conversation = own(db, conversations.lock_conversation(db, channel, address, now), contact_id, now)
    return join(db, rules, conversation, contact_id, proof, now)


def own(db: Connection, conversation: Conversation, contact_id: str, now: datetime) -> Conversation:
    """Return the conversation for this contact to go on in: a new one, if this one, locked, is another contact's."""
    if conversation.contact_id is None or present_id(db, conversation.contact_id) == present_id(db, contact_id):
        return conversation
    return joining.leave(db, conversation, now)


def join(
    db: Connection, rules: Rules, conversation: Conversation, contact_id: str, proof: str, now: datetime
) -> Conversation:
    """As `identify`, for a conversation that is locked and no other contact's."""
    contact_id = present_id(db, contact_id)
    known = link_contact(db, rules, conversation, contact_id, proof, now)
    conversations.save_conversation(db, known, now)
    if known.contact_id != contact_id:
        return known
    joined = joining.join_contact(db, known, contact_id, now)
    if conversation.contact_id is None:
        rerouting.close_with_customer(db, rules.policy, contact_id, now, conversations.talks_of(db, contact_id))
    # Nobody will be asked about them any more: as if their customer had begun a new matter.
    announce_now(db, rules, [ending.close(db, rules.policy, each, now) for each in joined.left], now)
    return joined.conversation


def join_scattered(db: Connection, rules: Rules, now: datetime) -> bool:
    """Make one conversation of those of a contact who has several; False if there is none.

    So it is with what was begun before a contact had only one, and with contacts that have been merged.
    """
    contact_id = joining.scattered(db)
    if contact_id is None:
        return False
    joining.lock_all_of(db, contact_id)
    newest = conversations.lock_conversation_of_contact(db, contact_id, now)
    join(db, rules, newest, contact_id, newest.proof or "", now)
    return True


def introduce(
    db: Connection, rules: Rules, conversation: Conversation, message: Incoming, now: datetime, meta: NewLineMeta
) -> tuple[Conversation, int]:
    """Store a telephone number that the channel has verified, and link the one contact it names, if it names one.

    Of several contacts of one organisation, its tier holds and the contact stays open; of several organisations nothing
    is guessed. Whose number it is stands on the line then, for whoever looks at the ticket.
    Returns the conversation it went into, saved, and the line. `conversation`, locked: where the message came from.
    """
    found = shared_with(db, rules, message, now)
    customer = found[0] if len(found) == 1 else None
    if len(found) > 1:
        meta = {**meta, "candidates": [each.contact.id for each in found]}
    if customer is not None:
        conversation = own(db, conversation, customer.contact.id, now)
    line = write_down(db, conversation, message, now, meta)
    if conversation.unreachable_at is not None:
        mark_reachable(db, message.channel, message.address, now)
    conversation = heard_of(conversation, message, now)
    if customer is not None:
        return join(db, rules, conversation, customer.contact.id, "shared_contact", now), line
    if conversation.contact_id is None and len({each.organisation.id for each in found}) == 1:
        conversation = link_organisation(db, rules, conversation, found[0].organisation, now)
    conversations.save_conversation(db, conversation, now)
    return conversation, line
