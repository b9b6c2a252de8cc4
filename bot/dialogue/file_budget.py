"""Files that are stored here are charged to the budgets of who sends them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.auth.budgets.ledger import spend
from bot.auth.budgets.purses import User, charges
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import processed_keys
from bot.transcript.conversations import Conversation

MEGABYTE = 1024 * 1024


def file_refused_until(
    db: Connection, rules: Rules, conversation: Conversation, message: Incoming, now: datetime
) -> datetime | None:
    """Charge the bytes of a message's file; return when they fit if they don't now, and charge nothing then.

    Neither what a channel keeps for us is charged, nor what was stored before under the same key.
    """
    if message.file is None or message.file.content is None:
        return None
    if processed_keys.message_of_key(db, message.channel, message.key) is not None:
        return None
    user = User(message.channel, message.address, conversation.contact_id, message.origin)
    at = spend(db, charges(rules.policy.budgets, user, "megabytes", message.file.size / MEGABYTE), now)
    return at if at > now else None
