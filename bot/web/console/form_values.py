"""Values of forms: instants as a browser writes them, and what is missing in one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)


class NotFilledIn(Exception):
    """An incomplete form; the text is the sentence to show with it."""


def local_instant(text: str, zone: tzinfo) -> datetime | None:
    """Return the instant that a form's date and time mean; None for any other text."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
