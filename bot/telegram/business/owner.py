"""What the owner of a connected account writes to a customer: a line by them, and a contact by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.auth import messenger_accounts
from bot.dialogue.customer import locked_ticket
from bot.messages import Edited, Incoming
from bot.rules import Rules
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.owners import OwnerMessage
from bot.transcript import attachments, conversations, edits, message_store, processed_keys
from bot.transcript.channel_message_ids import find_for, remember_for
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from bot.wording.business import owner_as_author
from escalation.staff import Staff
from escalation.tickets import owner_contact


def take_owner_message(db: Connection, rules: Rules, said: OwnerMessage, now: datetime) -> None:
    """Keep the owner's message, once; it meets what a reply meets, and what the bot was about to say is left unsaid."""
    first = said.parts[0]
    conversation = conversations.lock_conversation(db, TELEGRAM, first.address, now)
    if not processed_keys.remember_key(db, TELEGRAM, first.key, now):
        return
    who = messenger_accounts.staff_of(db, said.account)
    ticket = locked_ticket(db, conversation)
    if ticket is not None and ticket.is_open and not said.automatic:
        name = who.name if who is not None else owner_as_author(said.name)
        owner_contact.record_contact(db, rules.policy, ticket, who, name, now)
    for part in said.parts:
        line = _write_down(db, conversation, who, said.name, part, now)
        if part is first:
            processed_keys.note_message(db, TELEGRAM, part.key, line)
    if not said.automatic and (ticket is None or not ticket.is_open):
        _leave_to_owner(db, conversation, now)


def _leave_to_owner(db: Connection, conversation: Conversation, now: datetime) -> None:
    """What was still waiting to be answered, the owner has answered."""
    message_store.mark_considered(db, conversation.id)
    timers = {"held_until": None, "hand_over_at": None, "follow_up_at": None, "raised_at": None}
    answered = replace(conversation, awaiting=None, misses=0, **timers)  # type: ignore[arg-type]  # each is optional
    conversations.save_conversation(db, answered, now)


def revise_owner_message(db: Connection, edited: Edited, now: datetime) -> None:
    """Keep a further version of the owner's message; one that was never received is not made up for."""
    conversation = conversations.lock_conversation(db, TELEGRAM, edited.address, now)
    if not processed_keys.remember_key(db, TELEGRAM, edited.key, now):
        return
    found = processed_keys.message_of_key(db, TELEGRAM, edited.original)
    line = message_store.get_message(db, found) if found is not None else None
    if line is not None and line.conversation_id == conversation.id:
        edits.keep_latest(db, line, edited.text, edited.order, now)


def _write_down(
    db: Connection, conversation: Conversation, who: Staff | None, name: str, said: Incoming, now: datetime
) -> int:
    about: NewLineMeta = {"name": who.name if who is not None else owner_as_author(name)}
    if (answered := find_for(db, said.address, said.reply_to)) is not None and answered.message_id is not None:
        about["reply_to"] = answered.message_id
    if said.file is not None:
        about |= {"file": said.file.name, "mime": said.file.mime, "size": said.file.size}
    if said.place is not None:
        about["place"] = list(said.place)
    if said.mark:
        about["mark"] = said.mark
    kind, staff_id = said.kind if said.kind in ("file", "location") else "text", who.id if who is not None else None
    line = message_store.add_message(db, conversation, "agent", said.text, now, kind=kind, staff_id=staff_id, **about)
    if said.file is not None:
        attachments.add_attachment(db, line, said.file)
    remember_for(db, said.address, said.number, line)
    return line
