"""What the bot says to a customer: a line of the transcript and, where the channel needs it, a row of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.messages import Button
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta

WEB = "web"  # its transcript row is the delivery; every other channel has the outbox


def send_to_customer(
    db: Connection,
    conversation: Conversation,
    text: str,
    now: datetime,
    buttons: Sequence[Button] = (),
    *,
    rank: int = 9,
    **meta: Unpack[NewLineMeta],
) -> None:
    """Write a line of the bot's and post it, in the caller's transaction; of many that wait the lowest rank goes first.

    The conversation must be locked.
    """
    line = message_store.add_message(db, conversation, "bot", text, now, buttons=buttons, **meta)
    if conversation.channel != WEB:
        outbox.post(db, conversation.channel, conversation.address, text, now, buttons, rank=rank, line=line)
