"""What stands beside a line: whose words were passed on, and what of another message is quoted; pure."""

from __future__ import annotations

from collections.abc import Iterator

from aiogram.types import ExternalReplyInfo, Message

from bot.telegram.parsing.contents import UNDECODED
from bot.telegram.parsing.found_words import words_in
from bot.wording import marks
from bot.wording.message_kinds import KINDS
from bot.wording.sanitise import clean

LONGEST = 200  # characters of a quote or a name in a mark
MOST_QUOTED = 1024  # characters of another chat's message that count with the words


def mark_of(message: Message, *labels: str) -> str:
    """Return what staff read beside a message, in one line; `labels`: what kind it is. Empty for plain words."""
    return marks.SEPARATOR.join(filter(None, (*labels, *_marks(message))))


def quoted_elsewhere(message: Message) -> str:
    """Return the words of a message of another chat that this one replies to, which the customer asks about."""
    answered = message.external_reply
    if answered is None:
        return ""
    words = message.quote.text if message.quote is not None else _words_of(answered)
    return clean(words)[:MOST_QUOTED]


def _marks(message: Message) -> Iterator[str]:
    more = message.model_extra or {}
    if message.forward_origin is not None or f"{UNDECODED}forward_origin" in more:
        yield marks.forwarded(_short(_origin(message.forward_origin)))
    if message.external_reply is not None or f"{UNDECODED}external_reply" in more:
        origin = message.external_reply.origin if message.external_reply is not None else None
        yield marks.quoted_from(_short(_origin(origin)))
    elif message.quote is not None:
        yield marks.quoted(_short(message.quote.text))
    if message.reply_to_story is not None:
        yield marks.OF_STORY
    if more and any(name.startswith(UNDECODED) for name in more):
        yield marks.PARTLY


def _origin(origin: object) -> str:
    """The name of whoever wrote it first, as far as Telegram tells."""
    for field in ("sender_user", "sender_user_name", "sender_chat", "chat"):
        if (found := getattr(origin, field, None)) is not None:
            return str(found if isinstance(found, str) else getattr(found, "full_name", ""))
    return ""


def _words_of(answered: ExternalReplyInfo) -> str:
    held = [(name, value) for name, value in answered if name in KINDS and KINDS[name].way == "words"]
    return "\n".join(filter(None, (words_in(value) for _, value in held)))


def _short(words: str) -> str:
    words = " ".join(clean(words).split())
    return f"{words[:LONGEST]}…" if len(words) > LONGEST else words
