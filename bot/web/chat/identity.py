"""Who a session belongs to: proven in the middle of a talk, proven anew as somebody else, or ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.auth import visitor_sessions
from bot.delivery.customer_messages import WEB
from bot.dialogue.customer import link_contact
from bot.rules import Rules
from bot.transcript import conversations


def identify_session(
    db: Connection, rules: Rules, token: str, address: str, contact_id: str, now: datetime
) -> tuple[bool, str | None]:
    """Link a session to a proven contact; returns whether the CRM knows them, and the token of a new session if any.

    A session that was proven to be another contact's ends: its talk and its ticket stay that contact's, and this one
    begins a conversation of their own.
    """
    conversation = conversations.lock_conversation(db, WEB, address, now)
    new_token = None
    if conversation.contact_id not in (None, contact_id):
        visitor_sessions.close_session(db, token)
        new_token, new_address = visitor_sessions.open_session(db, now)
        conversation = conversations.lock_conversation(db, WEB, new_address, now)
    known = link_contact(db, rules, conversation, contact_id, "token", now)
    conversations.save_conversation(db, known, now)
    return known.contact_id == contact_id, new_token
