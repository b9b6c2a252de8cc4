"""Files in the chat: what a visitor sends, and what they have sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from bot.delivery.customer_messages import WEB
from bot.dialogue.file_budget import MEGABYTE
from bot.messages import MAX_FILE, File, Incoming, is_welcome_kind
from bot.transcript import attachments, conversations, processed_keys
from bot.transcript.message_store import get_message
from bot.web.chat.visitors import Limits, Origin, Sender, Visitor, demand_key
from bot.web.dependencies import Number, ServiceDep
from bot.web.errors import Problem, refused
from bot.web.responses import as_download
from bot.wording import refusals, transcript
from bot.wording.sanitise import clean

router = APIRouter(prefix="/api/chat", tags=["chat"], responses=refused(400, 401, 413, 422, 429, 503))

# The form is read by ourselves, once there is room for it; so it is described by ourselves, too.
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}


@router.post(
    "/files",
    responses=refused(415),
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def post_file(
    request: Request, service: ServiceDep, limits: Limits, origin: Origin, address: Sender, key: str
) -> dict[str, Any]:
    """Process a picture, a voice message or a document; it is handed to a person.

    Problem 415: a file type not accepted; 413: larger than the limit; 429: too much from this visitor or network;
    507: no room left for files.
    """
    demand_key(key)
    earlier = await service.database.read(processed_keys.message_of_key, WEB, f"{address}:{key}")
    if earlier is not None:  # sent again: its bytes need no room
        return {"id": earlier, "duplicate": True, "composing": False}
    if not service.space.takes_files:
        raise Problem(507, refusals.NO_ROOM_FOR_FILES)
    await limits.demand_pace(origin, address)
    async with limits.room_for_file(origin, address, _announced(request) / MEGABYTE), request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Problem(422, refusals.BAD_MESSAGE)
        kept = await _read(file)
        message = Incoming(WEB, address, f"{address}:{key}", "file", file=kept, origin=origin)
        receipt = await service.receive(message)
    if receipt.refused_until is not None:
        raise limits.file_refused(receipt.refused_until)
    return {"id": receipt.message_id, "duplicate": receipt.duplicate, "composing": False}


def _announced(request: Request) -> int:
    """The bytes of the body; as many as may come where none are announced."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else MAX_FILE


async def _read(file: UploadFile) -> File:
    mime = (file.content_type or "").split(";")[0].strip().lower()
    if not is_welcome_kind(mime):
        raise Problem(415, refusals.FILE_KIND)
    content = await file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise Problem(413, refusals.FILE_TOO_LARGE)
    return File(name=clean(file.filename or transcript.FILE)[:200], mime=mime, size=len(content), content=content)


@router.get("/files/{message_id}", responses=refused(404))
async def get_file(service: ServiceDep, address: Visitor, message_id: Number) -> Response:
    """Return a file of the visitor's own conversation; Problem 404 for any other."""
    found = await service.database.read(_shown_file, message_id)
    own = await service.database.read(conversations.find_conversation, WEB, address)
    if found is None or own is None or found[0] != own.id or found[1].content is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    return as_download(found[1])


def _shown_file(db: Connection, message_id: int) -> tuple[int, File] | None:
    """As `get_attachment`, but for what an agent has taken back."""
    found = attachments.get_attachment(db, message_id)
    return found if found is not None and not get_message(db, message_id).meta.get("taken_back") else None
