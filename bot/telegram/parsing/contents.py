"""What a message holds, field by field, by the table of kinds; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiogram.types import Message
from pydantic import BaseModel

from bot.messages import MAX_TEXT, File
from bot.telegram.parsing.files import files_in
from bot.telegram.parsing.found_words import words_in
from bot.telegram.parsing.links import with_links
from bot.wording.message_kinds import EMPTY, KINDS, UNKNOWN, MessageKind
from bot.wording.sanitise import clean

UNDECODED = "undecoded:"  # before the name of a field whose value the library cannot read


@dataclass(frozen=True, slots=True)
class Content:
    """A message's content without a reader of its own: its words, its files, and what staff call it."""

    label: str
    words: str
    files: tuple[File, ...] = ()
    line: str = ""  # what stands in the transcript where there are no words


def content_of_message(message: Message) -> Content | None:
    """Return the content; None for a message that only consists of known service fields."""
    held = list(_held(message))
    if held and all(kind.way == "service" for _, kind, _ in held):
        return None
    held = [each for each in held if each[1].way != "service"]
    label = "、".join(dict.fromkeys(kind.label for _, kind, _ in held if kind.label)) or EMPTY
    kept = [str(each) for _, kind, value in held for each in _kept(kind, value)]
    words = clean("\n".join(filter(None, (_words(kind, value) for _, kind, value in held))))
    files = tuple(file for _, kind, value in held if kind.files for file in files_in(value))
    return Content(label, words, files, clean(" ".join((f"[{label}]", *kept)))[:MAX_TEXT])


def text_of(message: Message, longest: int | None = None) -> str:
    """Return a message's text, or the words below its file, with the addresses of its links; empty without any.

    `longest`: characters beyond which addresses are left out.
    """
    if message.text is not None:
        return with_links(message.text, message.entities, longest)
    return with_links(message.caption or "", message.caption_entities, longest)


def words_of_message(message: Message) -> str:
    """Return everything a person can read in a message: text, caption, or the words of whatever it holds."""
    if message.text is not None:
        return clean(text_of(message))
    content = content_of_message(message)
    return content.words if content is not None else ""


def words_of_raw(message: Mapping[str, Any]) -> str:
    """As `words_of_message`, of a message that was never decoded."""
    held = [(KINDS.get(name, UNKNOWN), value) for name, value in message.items() if name != "from"]
    words = (value if kind is KINDS["text"] else _words(kind, value) for kind, value in held)
    return clean("\n".join(each for each in words if isinstance(each, str) and each))


def _held(message: Message) -> Iterator[tuple[str, MessageKind, Any]]:
    """The fields with content; those that the library does not know count only where no other does."""
    known = [(name, KINDS.get(name, UNKNOWN)) for name in type(message).model_fields]
    found = [(name, kind, getattr(message, name)) for name, kind in known if kind.way != "about"]
    found = [(name, kind, text_of(message) if name == "caption" and value else value) for name, kind, value in found]
    found = [each for each in found if each[2] is not None]
    more = {name: value for name, value in (message.model_extra or {}).items() if value is not None}
    undecoded = [(name, _named(name), value) for name, value in more.items() if name.startswith(UNDECODED)]
    found += [each for each in undecoded if each[1].way != "about"]
    yield from found or [(name, UNKNOWN, value) for name, value in more.items() if not name.startswith(UNDECODED)]


def _named(name: str) -> MessageKind:
    kind = KINDS.get(name.removeprefix(UNDECODED), UNKNOWN)
    return UNKNOWN if kind.way == "own" else kind  # its reader needs it decoded


def _words(kind: MessageKind, value: Any) -> str:
    return words_in(value) if kind.way == "words" else ""


def _kept(kind: MessageKind, value: Any) -> Iterator[Any]:
    held = dict(value) if kind.keeps and isinstance(value, dict | BaseModel) else {}
    yield from (held[name] for name in kind.keeps if held.get(name) is not None)
