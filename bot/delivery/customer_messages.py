"""Send the bot's messages to customers: a transcript line and, except on the web, an outbox row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.messages import Button
from bot.transcript import message_store
from bot.transcript.conversations import APART, Conversation
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
    """Add a message of the bot to the transcript and post it to the outbox.

    Runs in the caller's transaction; the conversation must be locked. `rank`: outbox priority, the lowest is sent
    first.
    """
    line = message_store.add_message(db, conversation, "bot", text, now, buttons=buttons, **meta)
    if conversation.channel not in (WEB, APART):  # nobody is behind the latter
        outbox.post(db, conversation.channel, conversation.address, text, now, buttons, rank=rank, line=line)
