"""Types shared by all channels: incoming and outgoing messages, delivery outcomes, the Channel protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

Kind = Literal["text", "choice", "rating", "file", "contact", "location"]
Author = Literal["customer", "bot", "agent"]

MAX_TEXT = 2_000  # characters of one customer message that are kept; longer ones are refused with a sentence
MAX_FILE = 10 * 1024 * 1024  # bytes
MAX_ELSEWHERE = 20 * 1024 * 1024  # bytes of a file that its channel keeps for us
FILE_KINDS = ("image/", "audio/", "video/", "application/pdf", "text/plain", "application/msword", "application/vnd.")

_KIND = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_LONGEST_KIND = 127  # characters, as many as the column holds


@dataclass(frozen=True, slots=True)
class File:
    """A picture, a voice message or a document; `reference` is its id at the channel if we don't hold its bytes."""

    name: str
    mime: str
    size: int
    content: bytes | None = None
    reference: str | None = None


class BotRefusal(Exception):
    """Something that cannot be done; the text is whole sentences for the operator."""


class FileGone(Exception):
    """A file that its channel no longer has or does not hand out; the text is a whole sentence for agents."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message, tap, rating or file from a customer, on any channel.

    `key` is the idempotency key, unique within the channel. `phone` is a telephone number verified by the channel
    itself, never one that was typed.
    """

    channel: str
    address: str
    key: str
    kind: Kind
    text: str = ""
    choice: str = ""
    rating: int | None = None
    file: File | None = None
    phone: str | None = None
    place: tuple[float, float] | None = None  # latitude and longitude, degrees
    number: int | None = None  # the channel's own number of this message …
    reply_to: int | None = None  # … of the one it replies to, however old
    album: str | None = None  # files sent together share it
    mark: str = ""  # what staff read beside it: what kind it was, whose words were passed on, what it quotes
    hides: bool = False  # an identity or bank card number was starred in it
    origin: str = ""  # what stands for the network address it came from (`bot.auth.budgets.purses.origin_of`)


@dataclass(frozen=True, slots=True)
class Edited:
    """A customer's edit of an earlier message; staff see both versions.

    `original` is the key of the edited message, `message` the whole of it as edited, in case it was never received.
    `order` grows with every edit of a message, in whatever order they arrive. `further`: its files after the first.
    """

    channel: str
    address: str
    key: str
    original: str
    number: int
    text: str
    message: Incoming | None = None
    order: tuple[int, int] = (0, 0)
    further: tuple[Incoming, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; a tap returns `choice` in `Incoming.choice`. `style`: danger, success or primary."""

    choice: str
    label: str
    style: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the form that the transcript stores and the web page reads."""
        told = {"choice": self.choice, "label": self.label}
        return told | {"style": self.style} if self.style else told


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An outbox row being sent. `retried`: an earlier attempt ended without a known outcome."""

    id: int
    channel: str
    address: str
    text: str
    buttons: tuple[Button, ...]
    attempts: int
    retried: bool
    created_at: datetime
    ref: str | None = None  # what a text was sealed for by an earlier version
    rank: int = 9  # the lowest goes first
    reply_to: int | None = None  # the channel's number of the message this one answers
    # {"copy": [chat, number, …]} | {"file": its id, name and MIME type, "caption": words under it}
    # | {"held": true}: the file of its line, whose bytes we hold
    # | {"place": [latitude, longitude]} | {"edit": its number there or null,
    # "new": its words by now, empty to delete it, null where a further message must tell, "caption": of a file}
    content: Mapping[str, Any] | None = None
    line: int | None = None  # the line of the transcript it carries


@dataclass(frozen=True, slots=True)
class Sent:
    """Delivered; `number` is the channel's message id, of the first if it was sent in parts."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not delivered; try again after `seconds`. `ambiguous`: it may have been delivered all the same."""

    seconds: float
    why: str
    ambiguous: bool = False
    limited: bool = False  # too much was said: the channel asks for silence


@dataclass(frozen=True, slots=True)
class Never:
    """It cannot be delivered: blocked, gone, refused. `unreachable`: nor can anything else to this address.

    `obstacle`: the code of a refusal, in whose sentence staff read what is missing.
    """

    why: str
    unreachable: bool = False
    obstacle: str = ""


Delivery = Sent | Later | Never


class Channel(Protocol):
    """A channel that messages are sent to over a network."""

    name: str

    async def send(self, message: Outgoing) -> Delivery:
        """Try once to send a message; a failure is returned as an outcome."""
        ...


def is_welcome_kind(mime: str) -> bool:
    """Whether files of this MIME type are accepted from customers: pictures, sound, video and common documents."""
    readable = len(mime) <= _LONGEST_KIND and _KIND.fullmatch(mime) is not None
    # A picture in SVG may hold a program.
    return readable and mime.startswith(FILE_KINDS) and mime != "image/svg+xml"


def button_from(value: dict[str, Any]) -> Button:
    """The inverse of `Button.as_json`."""
    return Button(choice=value["choice"], label=value["label"], style=value.get("style", ""))
