"""Translate an update from a private chat into what the customer did; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from aiogram.types import CallbackQuery, ChatMemberUpdated, Contact, Location, Message, Update

from bot.messages import MAX_ELSEWHERE, MAX_TEXT, Edited, File, Incoming, is_welcome_kind
from bot.telegram.parsing.contents import Content, content_of_message, text_of, words_of_message
from bot.telegram.parsing.files import file_of, sticker_file
from bot.telegram.parsing.marks import mark_of, quoted_elsewhere
from bot.telegram.parsing.updates import address_of, is_of_customer, is_their_own, key_of, key_of_message
from bot.wording import marks, transcript
from bot.wording.choices import parse_choice
from bot.wording.message_kinds import EMPTY
from bot.wording.sanitise import clean
from knowledge_base.text.normalise import is_empty

TELEGRAM = "telegram"
COMMANDS = ("start", "help", "me", "export", "forget", "privacy", "consent", "link")

Wording = Literal["too_long", "empty_message", "unsupported", "file_too_large", "file_kind"]
_WHY: dict[Wording, str] = {"file_too_large": transcript.FILE_OVER_LIMIT, "file_kind": transcript.FILE_KIND}


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A reply by the adapter itself, once per key; `line` is what the transcript keeps of it, if anything.

    `words`: all that was written, to be read for danger before the refusal.
    """

    address: str
    key: str
    wording: Wording
    line: str = ""
    number: int | None = None
    album: str | None = None
    words: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: one of COMMANDS, with its argument. `account` is the person's Telegram id."""

    address: str
    key: str
    account: int
    name: str
    argument: str


@dataclass(frozen=True, slots=True)
class StickerSent:
    """A sticker, or emoji without text."""

    message: Incoming
    emoji: str


@dataclass(frozen=True, slots=True)
class ChatBlocked:
    """A customer blocked or unblocked the bot."""

    address: str
    key: str
    reachable: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """One message with several files; each is kept as a line, and together they are an album."""

    messages: tuple[Incoming, ...]


CustomerUpdate = Incoming | Parts | Edited | AutoReply | Command | StickerSent | ChatBlocked


def read_update(update: Update, bot_id: int) -> CustomerUpdate | None:
    """Return what a customer did; None for groups, service messages and forged buttons."""
    message, edited = update.message or update.business_message, update.edited_message or update.edited_business_message
    if message is not None and is_of_customer(message):
        return read_message(message, key_of(update, bot_id))
    if edited is not None and is_of_customer(edited):
        return read_edit(edited, update.update_id, bot_id)
    if update.callback_query is not None:
        return _read_tap(update.callback_query, key_of(update, bot_id))
    if update.my_chat_member is not None and update.my_chat_member.chat.type == "private":
        return _read_standing(update.my_chat_member, key_of(update, bot_id))
    return None


def _read_tap(tap: CallbackQuery, key: str) -> Incoming | None:
    """A tap under a message of the customer's own chat, or of their topic of a channel's direct messages."""
    if tap.message is None or not is_their_own(tap, tap.message):
        return None
    choice = tap.data or ""
    if parse_choice(choice) is None:
        return None
    return Incoming(TELEGRAM, address_of(tap.message), key, "choice", choice=choice, reply_to=tap.message.message_id)


def _read_standing(member: ChatMemberUpdated, key: str) -> ChatBlocked:
    return ChatBlocked(str(member.chat.id), key, member.new_chat_member.status != "kicked")


def read_edit(message: Message, update_id: int, bot_id: int) -> Edited | AutoReply | None:
    original = key_of_message(message, bot_id)
    whole = read_message(message, original)
    key, order = f"tg:{bot_id}:{update_id}", (message.edit_date or 0, update_id)
    further: tuple[Incoming, ...] = ()
    if isinstance(whole, Parts):
        whole, *others = whole.messages
        further = tuple(others)
    match whole:
        case AutoReply(wording="too_long"):
            return replace(whole, key=key, line="", number=None)  # the line it changes stays as it was
        case AutoReply():
            return replace(whole, key=key, number=None)
        case Incoming(kind="text" | "file"):
            return Edited(TELEGRAM, whole.address, key, original, message.message_id, whole.text, whole, order, further)
        case StickerSent(Incoming(kind="text", text=signs)):
            return Edited(TELEGRAM, address_of(message), key, original, message.message_id, signs, None, order)
        case _:  # a place that moves is told once; stickers and contacts do not change
            return None


def read_message(message: Message, key: str) -> CustomerUpdate | None:
    if message.text is not None:
        # A text as long as may be is no longer for its links.
        return _read_text(message, text_of(message, max(MAX_TEXT, len(message.text))), key)
    if message.contact is not None:
        return _read_contact(message, message.contact, key)
    if (found := _read_place(message, key)) is not None:
        return found
    if message.sticker is not None:
        emoji = clean(message.sticker.emoji or "")
        return StickerSent(_incoming(message, key, "file", text=emoji, file=sticker_file(message.sticker)), emoji)
    if (file := file_of(message)) is not None:
        return _read_file(message, file, key, words_of_message(message))
    content = content_of_message(message)
    return _read_content(message, content, key) if content is not None else None


def _read_content(message: Message, content: Content, key: str) -> CustomerUpdate:
    """Whatever has no reader of its own: words count as if they were typed, files as if they came with a caption."""
    if content.files:
        return _read_files(message, content, key)
    if content.words:
        return _read_text(message, content.words, key, content.label)
    mark = mark_of(message)
    return AutoReply(address_of(message), key, "unsupported", content.line, message.message_id, mark=mark)


def _read_files(message: Message, content: Content, key: str) -> Incoming | Parts | AutoReply:
    """Each file that is taken, the first with the words; of those that are not, their lines stand below the words."""
    read = [_read_file(message, file, key, content.words, content.label) for file in content.files]
    refused = [each for each in read if isinstance(each, AutoReply)]
    taken = [each for each in read if isinstance(each, Incoming)]
    if not taken:
        return refused[0]
    lines = [each.line.removesuffix(content.words).strip() for each in refused]
    first = replace(taken[0], text="\n".join(filter(None, (taken[0].text, *lines))))
    if len(taken) == 1:
        return first
    further = [replace(each, key=f"{key}:{n}", text="", number=None) for n, each in enumerate(taken[1:], 2)]
    return Parts(tuple(replace(each, album=f"parts:{message.message_id}") for each in (first, *further)))


def _incoming(message: Message, key: str, kind: Any, label: str = "", **what: Any) -> Incoming:
    replied = message.reply_to_message
    reply_to = replied.message_id if replied is not None and replied.chat.id == message.chat.id else None
    known: dict[str, Any] = {"number": message.message_id, "reply_to": reply_to, "album": message.media_group_id}
    return Incoming(TELEGRAM, address_of(message), key, kind, mark=mark_of(message, label), **known, **what)


def _read_text(message: Message, text: str, key: str, label: str = "") -> CustomerUpdate:
    address = address_of(message)
    if text.startswith("/"):
        word, *rest = text.split(maxsplit=1)
        name = word.removeprefix("/").partition("@")[0]
        if name in COMMANDS and not (name == "link" and message.business_connection_id is not None):
            account = message.from_user.id if message.from_user is not None else message.chat.id
            return Command(address, key, account, name, rest[0].strip() if rest else "")
    return _read_words(message, text, key, label)


def _read_words(message: Message, text: str, key: str, label: str) -> CustomerUpdate:
    address, words = address_of(message), clean(text)
    if len(text) > MAX_TEXT:
        number, mark = message.message_id, mark_of(message, label)
        return AutoReply(address, key, "too_long", words[:MAX_TEXT], number, words=words, mark=mark)
    if not words:
        return AutoReply(address, key, "empty_message", f"[{EMPTY}]", message.message_id)
    if is_empty(words):
        return StickerSent(_incoming(message, key, "text", label, text=words), words)
    return _incoming(message, key, "text", label, text=_with_quoted(message, words))


def _with_quoted(message: Message, words: str) -> str:
    room = max(MAX_TEXT - len(marks.with_quoted(" ", words)), 0)
    return marks.with_quoted(quoted_elsewhere(message)[:room], words)


def _read_contact(message: Message, contact: Contact, key: str) -> Incoming:
    sender, number = message.from_user, "+" + contact.phone_number.lstrip("+")
    # Telegram vouches for the number only when people share their own card, at first hand.
    at_first_hand = message.forward_origin is None and message.via_bot is None
    if at_first_hand and sender is not None and contact.user_id == sender.id:
        return _incoming(message, key, "contact", phone=number)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    card = clean(transcript.business_card(name, number))[:MAX_TEXT]
    return _incoming(message, key, "text", text=card)


def _read_place(message: Message, key: str) -> Incoming | None:
    if message.venue is not None:
        at, named = message.venue.location, f"{message.venue.title} {message.venue.address}"
        return _incoming(message, key, "location", text=_place(at, clean(named)[:200]), place=_degrees(at))
    if message.location is not None:
        return _incoming(message, key, "location", text=_place(message.location), place=_degrees(message.location))
    return None


def _place(at: Location, name: str = "") -> str:
    figures = f"{at.latitude:.6f}, {at.longitude:.6f}"
    return transcript.place(figures, name)


def _degrees(at: Location) -> tuple[float, float]:
    return at.latitude, at.longitude


def _read_file(message: Message, file: File, key: str, words: str, label: str = "") -> Incoming | AutoReply:
    if file.size > MAX_ELSEWHERE:
        return _refused(message, file, key, "file_too_large", words)
    if not is_welcome_kind(file.mime):
        return _refused(message, file, key, "file_kind", words)
    return _incoming(message, key, "file", label, text=_with_quoted(message, words[:MAX_TEXT]), file=file)


def _refused(message: Message, file: File, key: str, wording: Wording, words: str) -> AutoReply:
    size, why = f"{file.size / 1024 / 1024:.1f} MB", _WHY[wording]
    line = f"{transcript.file_refused(file.name, size, why)} {words[:MAX_TEXT]}".strip()
    about: dict[str, Any] = {"words": words, "mark": mark_of(message)}
    return AutoReply(address_of(message), key, wording, line, message.message_id, message.media_group_id, **about)
