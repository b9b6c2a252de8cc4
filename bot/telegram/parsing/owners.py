"""Translate what the owner of a connected account wrote to a customer; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiogram.types import Message

from bot.messages import Edited, Incoming
from bot.telegram.parsing.contents import words_of_message
from bot.telegram.parsing.customers import (
    TELEGRAM,
    AutoReply,
    Command,
    CustomerUpdate,
    Parts,
    StickerSent,
    read_edit,
    read_message,
)
from bot.telegram.parsing.updates import address_of
from bot.wording import transcript


@dataclass(frozen=True, slots=True)
class OwnerMessage:
    """A message of the owner's. `automatic`: a greeting, an away message or a scheduled one."""

    parts: Sequence[Incoming]
    account: int
    name: str
    automatic: bool = False


def read_owner_message(message: Message, key: str) -> OwnerMessage | None:
    """Return what the owner wrote; None for service messages."""
    parts, owner = _parts(message, read_message(message, key), key), message.from_user
    if not parts or owner is None:
        return None
    return OwnerMessage(parts, owner.id, owner.full_name, bool(message.is_from_offline))


def read_owner_edit(message: Message, update_id: int, bot_id: int) -> Edited | None:
    """Return the owner's edit of an earlier message; None for one that changes no words."""
    heard = read_edit(message, update_id, bot_id)
    return heard if isinstance(heard, Edited) else None


def _parts(message: Message, heard: CustomerUpdate | None, key: str) -> tuple[Incoming, ...]:
    """Its lines; whatever a customer's message would be refused for, an owner's is kept as words."""
    match heard:
        case Incoming(kind="contact", phone=phone):
            return (replace(heard, kind="text", text=transcript.business_card("", phone or ""), phone=None),)
        case Incoming():
            return (heard,)
        case Parts(several):
            return several
        case StickerSent(sign):
            return (sign,)
        case AutoReply() | Command():
            words = heard.line if isinstance(heard, AutoReply) and heard.line else words_of_message(message)
            return (Incoming(TELEGRAM, address_of(message), key, "text", text=words, number=message.message_id),)
        case _:
            return ()
