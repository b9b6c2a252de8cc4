"""Console forms with a file."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import UploadFile

from bot.files.xlsx_lines import hidden_sheets
from bot.web.console.access import LARGEST_FORM, StaffRequest, demand_own, demand_small
from bot.wording import refusals
from bot.wording.sanitise import clean

MOST_NAMED = 100  # characters of the names of hidden sheets


async def words_and_file(
    request: Request,
    staff_request: StaffRequest,
    most: int = LARGEST_FORM,
    too_large: str = refusals.REFUSALS["too_long"],
) -> tuple[dict[str, str], bytes]:
    """Return the text fields of a form, among them its file's name as `file_name`, and the file's content.

    Both are empty if none was chosen.

    Raises Problem: 413, saying `too_large`, over `most` bytes, 403 for a wrong CSRF token.
    """
    demand_small(request, most, too_large)
    async with request.form(max_files=1, max_fields=20) as form:
        demand_own(form, staff_request)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return fields | {"file_name": ""}, b""
        return fields | {"file_name": file.filename or ""}, await file.read()


def passed_over(content: bytes) -> str:
    """Return the part of an address that names a workbook's hidden sheets, which were not read; empty for none."""
    names = passed_over_names(content)
    return f"&hidden={quote(names)}" if names else ""


def passed_over_names(content: bytes) -> str:
    """Return the names of a workbook's hidden sheets, which were not read; empty for none."""
    return "、".join(map(clean, hidden_sheets(content)))[:MOST_NAMED]
