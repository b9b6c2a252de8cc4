"""The files of a message, by the references under which Telegram holds them; pure."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from typing import Any

from aiogram.types import Message, Sticker

from bot.messages import File
from bot.telegram.parsing.found_words import media_in
from bot.wording import transcript
from bot.wording.sanitise import clean

_LARGEST = 2**31 - 1  # bytes that a column holds; some people may send files of 4 GB
_UNNAMED = "application/octet-stream"  # of a kind that nobody named
# Name and type of a file that comes without, by the field it stands in; a GIF is a document as well, so it comes first.
_DEFAULTS = {
    "animation": (transcript.ANIMATION, "video/mp4"),
    "document": (transcript.FILE, _UNNAMED),
    "voice": (transcript.VOICE, "audio/ogg"),
    "voice_note": (transcript.VOICE, "audio/ogg"),
    "audio": (transcript.AUDIO, "audio/mpeg"),
    "video": (transcript.VIDEO, "video/mp4"),
    "video_note": (transcript.VIDEO, "video/mp4"),
    "live_photo": (transcript.VIDEO, "video/mp4"),
    "photo": (transcript.PHOTO, "image/jpeg"),
}


def file_of(message: Message) -> File | None:
    """Return a message's file by reference: Telegram holds the bytes until an agent asks for them."""
    if message.photo:
        return _file("photo", message.photo[-1])
    if message.sticker is not None:
        return sticker_file(message.sticker)
    for field in _DEFAULTS:
        if (thing := getattr(message, field, None)) is not None:
            return _file(field, thing)
    return None


def files_in(value: Any) -> Iterator[File]:
    """Yield the files that stand anywhere in a value, as in the blocks of a rich message."""
    for field, thing in media_in(value):
        yield _file(field, thing)


def _file(field: str, thing: Any) -> File:
    name, mime = _DEFAULTS[field]
    return _named(getattr(thing, "file_name", None) or name, getattr(thing, "mime_type", None) or mime, thing)


def sticker_file(sticker: Sticker) -> File:
    if sticker.is_animated:
        return _named(transcript.STICKER_ANIMATED, "application/x-tgsticker", sticker)
    if sticker.is_video:
        return _named(transcript.STICKER_VIDEO, "video/webm", sticker)
    return _named(transcript.STICKER_STILL, "image/webp", sticker)


def _named(name: str, mime: str, thing: Any) -> File:
    name = clean(name)[:200] or transcript.FILE
    if mime == _UNNAMED:
        mime = mimetypes.guess_type(name)[0] or mime
    size = min(thing.file_size or 0, _LARGEST)
    return File(name=name, mime=clean(mime).lower()[:127], size=size, reference=thing.file_id)
