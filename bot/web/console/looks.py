"""Looks at what is usually hidden go into the journal, once a day for each person and thing."""

from __future__ import annotations

from collections import OrderedDict

from bot.web.console.access import StaffRequest
from escalation.journal.journal_store import record

REMEMBERED = 10_000  # of this process; a restart may tell a look twice
_told: OrderedDict[tuple[str, str, str, str], None] = OrderedDict()


async def note_look(staff_request: StaffRequest, what: str, about: str) -> None:
    """Record that this person saw `what` of `about`."""
    service, login = staff_request.service, staff_request.who.login
    now = service.clock()
    look = (service.database.url, login, f"{what} {about}", f"{now:%Y-%m-%d}")
    if look in _told:
        return
    await service.database.unit(record, f"look:{login}", what, login, now, after={"about": about})
    _told[look] = None
    while len(_told) > REMEMBERED:
        _told.popitem(last=False)
