"""Erases by which ways a person could be reached: nothing that writes or is sent from there leads to them any more."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.auth.budgets.ledger import budget_uses
from bot.auth.one_time_codes import CONTACT_PURPOSES, link_codes
from bot.auth.visitor_sessions import visitor_sessions
from bot.delivery.outbox import outbox
from bot.privacy.keeper import Erasing
from bot.privacy.person import Person
from bot.privacy.told_customer import is_way
from bot.transcript import business_connections
from bot.transcript.addresses import APART, CONTACT, JOINED, PAGES, conversation_addresses
from bot.transcript.business_chats import business_chat
from bot.transcript.channel_message_ids import chat_of
from bot.transcript.conversations import conversations, name_of_address, name_of_conversation
from bot.transcript.dead_letters import set_aside
from bot.transcript.delayed_alarms import delayed_alarms
from bot.transcript.processed_keys import inbox
from escalation.tickets.changes import note
from knowledge_base.gaps.gap_store import gaps

_STATE = ("question", "last_answer", "awaiting", "raised_at", "held_until", "hand_over_at", "follow_up_at", "wake_at")
_WHO = ("proof", "origin", "turn_at", "turn_for", "organisation_id", "unreachable_at")


def erase_talk(db: Connection, erasing: Erasing, person: Person, talk: int) -> None:
    """Let no address lead to a conversation any more, and let it be whose pseudonym it is."""
    here = conversation_addresses.c
    query = select(conversations).where(conversations.c.id == talk).with_for_update()
    row = db.execute(query).one()
    led = db.execute(select(here.channel, here.address).where(here.conversation_id == talk)).all()
    for channel, address in {(each.channel, each.address) for each in led} | {(row.channel, row.address)}:
        _forget_address(db, channel, address, is_told=is_way(erasing.request, channel, address))
    db.execute(delete(conversation_addresses).where(here.conversation_id == talk))
    db.execute(delete(delayed_alarms).where(delayed_alarms.c.conversation_id == talk))
    db.execute(delete(gaps).where(gaps.c.conversation_id == talk))
    values: dict[str, Any] = dict.fromkeys((*_STATE, *_WHO)) | {"rejected": []}
    if row.channel != JOINED:
        values |= {"channel": APART, "address": token_hex(16)}
    theirs = row.contact_id in (*person.ids, erasing.pseudonym)
    values |= {"contact_id": erasing.pseudonym} if theirs else {}
    db.execute(update(conversations).where(conversations.c.id == talk).values(**values))
    note(db, name_of_conversation(talk))


def forget_codes(db: Connection, person: Person) -> None:
    """Delete the codes that would make somebody this person, and what counts their use."""
    subjects = (link_codes.c.purpose.in_(CONTACT_PURPOSES), link_codes.c.subject.in_(person.ids))
    db.execute(delete(link_codes).where(*subjects))
    db.execute(delete(budget_uses).where(budget_uses.c.purse.in_([f"contact:{each}" for each in person.ids])))


def _forget_address(db: Connection, channel: str, address: str, *, is_told: bool) -> None:
    """Let nothing lead there; a browser's session stays until it expires where its customer is to be told something."""
    if channel in (CONTACT, JOINED):
        return
    note(db, name_of_address(channel, address))
    if not is_told:
        db.execute(delete(visitor_sessions).where(visitor_sessions.c.address == address))
    db.execute(delete(budget_uses).where(budget_uses.c.purse == f"{channel}:{address}"))
    db.execute(delete(outbox).where(outbox.c.channel == channel, outbox.c.address == address))
    mine = inbox.c.key.startswith(f"{address}:", autoescape=True)
    db.execute(delete(inbox).where(inbox.c.channel == channel, mine))
    business_connections.forget_chat(db, address)
    account = business_chat(address)
    chat = account.chat if account is not None else chat_of(address) if channel not in PAGES else None
    if chat is not None:
        db.execute(delete(set_aside).where(set_aside.c.chat == chat))
