"""Whether and how pictures and files reach a ticket's customer, as agents read it before they send some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import is_without_channel, reachable_at
from bot.delivery.undeliverable import unreachable_words
from bot.transcript.business_connections import obstacle_at
from bot.transcript.conversations import Conversation
from bot.wording import reply_files
from bot.wording.business import OBSTACLES


@dataclass(frozen=True, slots=True)
class FileWay:
    """How files reach the customer, or why none does, in a sentence."""

    sentence: str
    is_open: bool


def read_file_way(db: Connection, conversation: Conversation, now: datetime) -> FileWay:
    """Return the way by which files go now."""
    if is_without_channel(db, conversation):
        return FileWay(reply_files.NOWHERE, is_open=False)
    if conversation.unreachable_at is not None:
        return FileWay(unreachable_words(conversation.address), is_open=False)
    to = reachable_at(db, conversation)
    if to is None:
        return FileWay(reply_files.ON_PAGE, is_open=True)
    if (obstacle := obstacle_at(db, to[1], now)) is not None:
        return FileWay(OBSTACLES[obstacle], is_open=False)
    return FileWay(reply_files.ON_TELEGRAM, is_open=True)
