"""Responses shared by the chat and the console: downloads and event streams."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from urllib.parse import quote

from fastapi import Response
from sqlalchemy.exc import SQLAlchemyError

from bot.messages import File
from bot.storage.outages import is_outage

log = logging.getLogger(__name__)

BEAT = 15.0  # seconds between signs of life on a quiet stream
QUIET_BEATS = 8  # after so many a stream looks although nobody woke it
BREATH = 0.3  # seconds: in a busy minute a stream looks thrice a second, not at every commit


def as_download(file: File) -> Response:
    """Return a stored file with headers that keep the browser from interpreting it as a page of ours."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    kind = file.mime if file.mime.startswith(("image/", "audio/", "video/")) else "application/octet-stream"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox", "Cache-Control": "private"}
    return Response(file.content or b"", media_type=kind, headers=headers)


async def until_database_fails(events: AsyncGenerator[str]) -> AsyncIterator[str]:
    """Yield events until the database is unavailable, then end the stream; the page reconnects by itself."""
    try:
        async with aclosing(events):  # a page that left stops following at once
            async for event in events:
                yield event
    except (SQLAlchemyError, OSError) as error:
        if not is_outage(error):
            log.warning("a stream ended: %s", type(error).__name__)
