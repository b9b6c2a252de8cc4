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
# How PNG, JPEG, GIF, WebP, BMP and TIFF begin; HEIC and AVIF say `ftyp` after four bytes.
PICTURES = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
BREATH = 0.3  # seconds: in a busy minute a stream looks thrice a second, not at every commit


def as_download(file: File) -> Response:
    """Return a stored file with headers that keep the browser from interpreting it as a page of ours."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name)}"
    kind = file.mime if _is_shown(file) else "application/octet-stream"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox", "Cache-Control": "private"}
    return Response(file.content or b"", media_type=kind, headers=headers)


def _is_shown(file: File) -> bool:
    """Whether a browser may show it: sound, video, and pictures that begin as pictures do, whatever they are called."""
    if file.mime.startswith("image/"):
        content = file.content or b""
        return content.startswith(PICTURES) or content[4:8] == b"ftyp"
    return file.mime.startswith(("audio/", "video/"))


async def until_database_fails(events: AsyncGenerator[str]) -> AsyncIterator[str]:
    """Yield events until the database is unavailable, then end the stream; the page reconnects by itself."""
    try:
        async with aclosing(events):  # a page that left stops following at once
            async for event in events:
                yield event
    except (SQLAlchemyError, OSError) as error:
        if not is_outage(error):
            log.warning("a stream ended: %s", type(error).__name__)
