"""Console forms with a file."""

from __future__ import annotations

from hmac import compare_digest

from fastapi import Request
from starlette.datastructures import UploadFile

from bot.web.console.access import LARGEST_FORM, StaffRequest
from bot.web.errors import Problem
from bot.wording import refusals


async def words_and_file(request: Request, staff_request: StaffRequest) -> tuple[dict[str, str], bytes]:
    """Return the text fields of a form and its file's content (empty if none was chosen).

    Raises Problem: 413 over LARGEST_FORM bytes, 403 for a wrong CSRF token.
    """
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > LARGEST_FORM:
        raise Problem(413, refusals.REFUSALS["too_long"])
    content = b""
    async with request.form(max_files=1, max_fields=20) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        if isinstance(file, UploadFile):
            content = await file.read()
    if not compare_digest(fields.get("csrf", "").encode(), staff_request.signed.csrf.encode()):
        raise Problem(403, refusals.FORM_EXPIRED)
    return fields, content
