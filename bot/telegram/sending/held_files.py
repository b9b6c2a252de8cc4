"""Files whose bytes we hold, sent to a chat: read when their turn has come, so that the outbox stays small."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.messages import File, FileGone, Outgoing
from bot.telegram.api.client import Client
from bot.telegram.api.places import Place
from bot.wording.telegram_customers import MAYBE_TWICE

FileOfLine = Callable[[int], Awaitable[File | None]]  # what we hold with a line of the transcript


class HeldFiles:
    """Sends the file of a message's line; `file_of` reads it."""

    def __init__(self, client: Client, file_of: FileOfLine | None) -> None:
        self.client, self._file_of = client, file_of

    async def send(self, chat: str, message: Outgoing, thread: Place) -> int:
        """Send the file, labelled where it may have arrived before; returns the message id.

        Raises FileGone where it is not kept any more, and what the Bot API raises.
        """
        file = None
        if self._file_of is not None and message.line is not None:
            file = await self._file_of(message.line)
        if file is None or file.content is None:
            raise FileGone("the file is not kept any more")
        caption = MAYBE_TWICE if message.retried else ""
        return await self.client.files.upload(chat, file, caption, thread=thread, reply_to=message.reply_to)
