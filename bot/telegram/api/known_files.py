"""Send files as what they are: by the id under which Telegram holds them, or by their bytes."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile

from bot.messages import File
from bot.telegram.api import values
from bot.telegram.api.places import Place, where
from bot.telegram.api.session import SEND_SECONDS
from bot.wording import transcript

_BY_NAME = {
    transcript.PHOTO: "photo",
    transcript.VOICE: "voice",
    transcript.ANIMATION: "animation",
    transcript.STICKER_STILL: "sticker",
    transcript.STICKER_VIDEO: "sticker",
    transcript.STICKER_ANIMATED: "sticker",
}
_SHOWN = ("image/jpeg", "image/png", "image/webp")  # as pictures; others, as animations, stay files
# Of bytes that are no picture to Telegram, or one whose sides are too long.
_NO_PICTURE = ("PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "PHOTO_SAVE_FILE_INVALID", "PHOTO_EXT_INVALID")
UPLOAD_SECONDS = 28  # within what the sender allows a send
_OTHER_KIND = ("can't use file of type", "wrong file identifier", "wrong type of file")


def kind_of(name: str, mime: str) -> str:
    """Return which kind of file it most likely is at the Bot API, where each kind has a method of its own."""
    by_mime = {"audio": "audio", "video": "video"}.get(mime.partition("/")[0], "document")
    return _BY_NAME.get(name, by_mime)


class KnownFiles:
    """Files by reference, and by their bytes."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self,
        chat: str | int,
        reference: str,
        name: str,
        mime: str,
        caption: str = "",
        *,
        thread: Place = None,
        reply_to: int | None = None,
    ) -> int:
        """Send a file by its id; returns the message id."""
        how: dict[str, Any] = {**where(thread), "request_timeout": SEND_SECONDS, "parse_mode": None}
        how |= {"reply_parameters": values.reply_to(reply_to), "caption": caption or None}
        kind = kind_of(name, mime)
        if kind == "sticker":
            how = {key: value for key, value in how.items() if key not in ("caption", "parse_mode")}
        try:
            told = await getattr(self._bot, f"send_{kind}")(values.chat_id(chat), reference, **how)
        except TelegramBadRequest as error:
            if not any(sign in str(error) for sign in _OTHER_KIND):
                raise
            how |= {"caption": caption or None, "parse_mode": None}
            told = await self._bot.send_document(values.chat_id(chat), await self._uploaded(reference, name), **how)
        return int(told.message_id)

    async def upload(
        self, chat: str | int, file: File, caption: str = "", *, thread: Place = None, reply_to: int | None = None
    ) -> int:
        """Send a file whose bytes we hold: a picture as one, anything else as a document; returns the message id."""
        how: dict[str, Any] = {**where(thread), "request_timeout": UPLOAD_SECONDS, "parse_mode": None}
        how |= {"reply_parameters": values.reply_to(reply_to), "caption": caption or None}
        there, content = values.chat_id(chat), BufferedInputFile(file.content or b"", filename=file.name)
        if file.mime in _SHOWN:
            try:
                return int((await self._bot.send_photo(there, content, **how)).message_id)
            except TelegramBadRequest as error:
                if not any(sign in str(error) for sign in _NO_PICTURE):
                    raise
        return int((await self._bot.send_document(there, content, **how)).message_id)

    async def _uploaded(self, reference: str, name: str) -> BufferedInputFile:
        found = await self._bot.get_file(reference, request_timeout=SEND_SECONDS)
        stream = await self._bot.download_file(found.file_path or "", timeout=SEND_SECONDS * 2)
        return BufferedInputFile(stream.read() if stream is not None else b"", filename=name)
