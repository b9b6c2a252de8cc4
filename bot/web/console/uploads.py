"""Console forms with a file."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import UploadFile

from bot.web.console.access import StaffRequest, demand_own, demand_small


async def words_and_file(request: Request, staff_request: StaffRequest) -> tuple[dict[str, str], bytes]:
    """Return the text fields of a form and its file's content (empty if none was chosen).

    Raises Problem: 413 over LARGEST_FORM bytes, 403 for a wrong CSRF token.
    """
    demand_small(request)
    async with request.form(max_files=1, max_fields=20) as form:
        demand_own(form, staff_request)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        return fields, await file.read() if isinstance(file, UploadFile) else b""
