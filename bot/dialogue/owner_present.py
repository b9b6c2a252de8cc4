"""Whether the owner of an account, to whom a customer writes, is answering themself: the bot keeps quiet then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.dialogue.situation import Situation
from bot.transcript.business_chats import business_chat
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import messages

QUIET_FOR = timedelta(minutes=30)  # after the owner's last line


def with_owner(db: Connection, conversation: Conversation, situation: Situation, now: datetime) -> Situation:
    """Return the situation, and whether the owner wrote within `QUIET_FOR`; while a ticket is open its rules hold."""
    if situation.ticket in ("waiting", "claimed") or business_chat(conversation.address) is None:
        return situation
    theirs = (messages.c.conversation_id == conversation.id, messages.c.author == "agent")
    last = db.scalar(select(messages.c.at).where(*theirs).order_by(messages.c.id.desc()).limit(1))
    return replace(situation, owner_present=last is not None and now - last < QUIET_FOR)
