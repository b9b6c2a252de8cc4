"""Conversations that turn out to be one person's become one: lines, tickets, timers and addresses move together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.transcript import addresses, delayed_alarms
from bot.transcript.addresses import APART, CONTACT, JOINED, WEB, conversation_addresses
from bot.transcript.conversations import (
    Conversation,
    begin_conversation,
    conversations,
    find_conversation,
    lock_conversation,
    lock_conversation_of_contact,
    name_of_address,
    name_of_conversation,
    save_conversation,
    talks_of,
)
from bot.transcript.message_store import messages
from bot.transcript.several_locks import lock_in_order
from escalation.incidents.incident_store import move_notices
from escalation.tickets import ticket_store
from escalation.tickets.changes import note, note_change
from escalation.tickets.ticket_store import tickets


@dataclass(frozen=True, slots=True)
class Joined:
    """A contact's one conversation, and tickets whose customer is no longer asked about them: they were left behind."""

    conversation: Conversation
    left: tuple[int, ...] = ()


def lock_together(db: Connection, channel: str, address: str, contact_id: str) -> None:
    """Lock an address's conversation and the contact's, in the order in which everybody locks several."""
    here, known = find_conversation(db, channel, address), find_conversation(db, CONTACT, contact_id)
    ids = {each.id for each in (here, known) if each is not None} | {*talks_of(db, contact_id)}
    if ids:
        lock_in_order(db, ids)


def bring_home(db: Connection, channel: str, address: str, contact_id: str, now: datetime) -> Conversation | None:
    """Let a new address lead to the conversation that a contact has, and return it, locked.

    None if they have none, or the address leads to one already.
    """
    if find_conversation(db, channel, address) is not None:
        return None
    if find_conversation(db, CONTACT, contact_id) is None and not talks_of(db, contact_id):
        return None
    home = lock_conversation_of_contact(db, contact_id, now)
    note(db, name_of_address(channel, address))
    return home if addresses.place(db, channel, address, home.id, now) else None


def scattered(db: Connection) -> str | None:
    """Return a contact who has several conversations; None without one. Reads all conversations of contacts."""
    theirs = (conversations.c.contact_id.is_not(None), conversations.c.joined_into.is_(None))
    query = select(conversations.c.contact_id).where(*theirs).group_by(conversations.c.contact_id)
    found: str | None = db.scalar(query.having(func.count() > 1).limit(1))
    return found


def lock_all_of(db: Connection, contact_id: str) -> None:
    """Lock all conversations of a contact, in the order in which everybody locks several."""
    known = find_conversation(db, CONTACT, contact_id)
    lock_in_order(db, {*talks_of(db, contact_id)} | ({known.id} if known is not None else set()))


def join_contact(db: Connection, conversation: Conversation, contact_id: str, now: datetime) -> Joined:
    """Make one conversation of this one, which must be locked and saved, and of all others of the contact."""
    known = find_conversation(db, CONTACT, contact_id)
    ids = {conversation.id, *talks_of(db, contact_id)} | ({known.id} if known is not None else set())
    if len(ids) == 1:
        addresses.place(db, CONTACT, contact_id, conversation.id, now)
        return Joined(conversation)
    locked = lock_in_order(db, ids)
    home = known.id if known is not None else _heard_last(db, sorted(ids))
    addresses.place(db, CONTACT, contact_id, home, now)
    kept = lock_conversation_of_contact(db, contact_id, now)  # another one, if somebody else has placed it meanwhile
    left: list[int] = []
    for other in locked:
        if other.id != kept.id:
            kept, behind = _join(db, kept, other, now)
            left += behind
    return Joined(replace(kept, contact_id=contact_id), tuple(left))


def leave(db: Connection, conversation: Conversation, now: datetime) -> Conversation:
    """Begin a conversation of its own for the address that was written from last, and return it, locked.

    Lines and tickets stay where they are: nothing of what was said before is seen from this address any more.
    """
    whose = {"channel": conversation.channel, "address": conversation.address}
    messenger = addresses.another_of(db, conversation.id, conversation.channel, conversation.address)
    channel, address = messenger or (APART, token_hex(16))
    if messenger is None:
        addresses.place(db, channel, address, conversation.id, now)
    stays = {"channel": channel, "address": address, "unreachable_at": None}
    db.execute(update(conversations).where(conversations.c.id == conversation.id).values(**stays))
    note(db, name_of_conversation(conversation.id))
    begun = begin_conversation(db, whose["channel"], whose["address"], now)
    assert begun is not None, "its name has just become free"
    addresses.move(db, whose["channel"], whose["address"], begun, now)
    return lock_conversation(db, whose["channel"], whose["address"], now)


def leave_everywhere(db: Connection, conversation: Conversation, now: datetime) -> None:
    """Let every channel's address that leads to a conversation, which must be locked, leave it as `leave` does."""
    for channel, address in addresses.channels_of(db, conversation.id):
        leave(db, replace(conversation, channel=channel, address=address), now)


def _heard_last(db: Connection, ids: Sequence[int]) -> int:
    query = select(conversations.c.id).where(conversations.c.id.in_(ids))
    found: int = db.scalars(query.order_by(conversations.c.updated_at.desc(), conversations.c.id)).first() or ids[0]
    return found


def _join(db: Connection, kept: Conversation, other: Conversation, now: datetime) -> tuple[Conversation, list[int]]:
    """Move everything of `other` into `kept`, both locked."""
    goes_on = _which_goes_on(db, kept, other)
    left = [
        each.ticket_id
        for each in (kept, other)
        if each.ticket_id is not None
        and each.ticket_id != goes_on.ticket_id
        and ticket_store.lock_ticket(db, each.ticket_id).state == "resolved"
    ]
    _move_rows(db, kept.id, other.id)
    delayed_alarms.move(db, other.id, kept.id)
    last = kept if _heard_last(db, (kept.id, other.id)) == kept.id else other
    _leave_tombstone(db, other.id, kept.id)
    state = _state(goes_on, kept if goes_on is other else other)
    found = replace(
        state,
        id=kept.id,
        channel=last.channel,
        address=last.address,
        unreachable_at=last.unreachable_at,
        contact_id=kept.contact_id or other.contact_id,
        proof=other.proof or kept.proof,
        joined_into=None,
        joins=kept.joins + 1,
    )
    place = {"channel": found.channel, "address": found.address, "joins": found.joins}
    db.execute(update(conversations).where(conversations.c.id == kept.id).values(**place))
    save_conversation(db, found, now)
    return found, left


def _which_goes_on(db: Connection, one: Conversation, other: Conversation) -> Conversation:
    """The conversation whose matter is the present one: it has the open ticket, or was heard last.

    Of two with open tickets the one whose agent wrote last, else the one with the newer ticket.
    """
    open_ones = [each for each in (one, other) if _is_open(db, each)]
    if len(open_ones) == 1:
        return open_ones[0]
    if not open_ones:
        return one if _heard_last(db, (one.id, other.id)) == one.id else other
    return max(open_ones, key=lambda each: (_last_reply(db, each.ticket_id or 0), each.ticket_id or 0))


def _is_open(db: Connection, conversation: Conversation) -> bool:
    if conversation.ticket_id is None:
        return False
    return ticket_store.lock_ticket(db, conversation.ticket_id).is_open


def _last_reply(db: Connection, ticket_id: int) -> int:
    mine = (messages.c.ticket_id == ticket_id, messages.c.author == "agent")
    return db.scalar(select(func.max(messages.c.id)).where(*mine)) or 0


def _state(goes_on: Conversation, ends: Conversation) -> Conversation:
    """The state that goes on; what is held of the other, and a turn it was told, are not forgotten."""
    held = min((at for at in (goes_on.held_until, ends.held_until) if at is not None), default=None)
    found = replace(goes_on, held_until=held, origin=goes_on.origin or ends.origin)
    if found.turn_at is None or (ends.turn_for == "critical" and found.turn_for != "critical"):
        found = replace(found, turn_at=ends.turn_at, turn_for=ends.turn_for)
    if held is not None and found.raised_at is None:
        found = replace(found, raised_at=ends.raised_at)
    return found


def _move_rows(db: Connection, kept: int, other: int) -> None:
    for number in db.scalars(select(tickets.c.id).where(tickets.c.conversation_id == other).order_by(tickets.c.id)):
        ticket_store.lock_ticket(db, number)
        db.execute(update(tickets).where(tickets.c.id == number).values(conversation_id=kept))
        note_change(db, number)
    db.execute(update(messages).where(messages.c.conversation_id == other).values(conversation_id=kept))
    move_notices(db, other, kept)
    for address in addresses.addresses_of(db, other, WEB):
        note(db, name_of_address(WEB, address))
    mine = conversation_addresses.c.conversation_id == other
    db.execute(update(conversation_addresses).where(mine).values(conversation_id=kept))


def _leave_tombstone(db: Connection, other: int, kept: int) -> None:
    """What is left leads to where it went, for whoever waits for its lock; its timers end."""
    timers = ("held_until", "hand_over_at", "follow_up_at", "turn_at", "wake_at", "turn_for", "raised_at", "ticket_id")
    values: dict[str, Any] = dict.fromkeys(timers) | {"joined_into": kept, "channel": JOINED, "address": str(other)}
    db.execute(update(conversations).where(conversations.c.id == other).values(**values))
    note(db, name_of_conversation(other))
