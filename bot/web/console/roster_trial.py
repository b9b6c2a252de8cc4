"""Try out the assignment on the roster page: who would get what, by the saved roster or by edited shifts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from bot.files.escalation_files import read_roster_content
from bot.transcript.shared_numbers import houses_of
from bot.web.console.access import StaffRequest
from bot.web.console.layout import frame
from bot.web.console.roster import FIELDS, NOTHING, Lead, page_of, wanted_shift
from bot.web.console.uploads import words_and_file
from bot.wording.sanitise import clean
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff
from escalation.staffing.loads import ColleagueLoad, read_loads
from escalation.staffing.roster_changes import RosterRefused
from escalation.staffing.roster_file import RosterFault, RosterFaults, ShiftEntry
from escalation.staffing.roster_rights import demand_own_people
from escalation.staffing.trial import EditedRoster, TrialPlacement, edited_roster, try_out
from escalation.tickets.access import sees

router = APIRouter(prefix="/console/roster", include_in_schema=False)
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class RosterTrial:
    """What a trial came to: at which instant, for whom how many more, ticket by ticket as far as they may be seen."""

    at: datetime
    gets: Sequence[tuple[ColleagueLoad, int]]
    placements: Sequence[TrialPlacement]
    out_of_sight: int
    left: int  # tickets that would stay in their queues
    names: Mapping[int, str]


@router.post("/try")
async def look(staff_request: Lead, request: Request) -> Response:
    """Show who would get each waiting ticket; with shifts of a form or file that are not saved, by these.

    Nothing is written; faults of the shifts are shown as when they are saved.
    """
    fields, content = await words_and_file(request, staff_request)
    typed = {name: clean(fields.get(name, "")).strip() for name in FIELDS} | {"text": fields.get("text", "")}
    what, service = fields.get("what", ""), staff_request.service
    try:
        entries: Sequence[ShiftEntry] = ()
        if what == "add":
            entries = [wanted_shift(typed)]
        elif what == "import":
            table = content or typed["text"].encode(errors="replace")
            entries = await asyncio.to_thread(read_roster_content, table)
        args = (service.rules.policy, staff_request.who, entries, what == "import", service.clock())
        trial, unread = await staff_request.read_page(_read, *args)
    except (RosterFaults, RosterRefused) as refused:
        return await page_of(
            staff_request, fields.get("week", ""), faults=_faults(refused), typed={**NOTHING, **typed}, move=what
        )
    return _shown(staff_request, trial, unread, what, typed, entries)


def _faults(refused: RosterFaults | RosterRefused) -> Sequence[RosterFault]:
    return refused.faults if isinstance(refused, RosterFaults) else (RosterFault(refused.code, 0, refused.values),)


def _read(
    db: Connection, policy: Policy, who: Staff, entries: Sequence[ShiftEntry], replaces_days: bool, now: datetime
) -> RosterTrial:
    edited: EditedRoster | None = None
    if entries:
        days = {entry.day for entry in entries} if replaces_days else set()
        demand_own_people(db, policy.zone, who, {entry.login for entry in entries}, days=days)
        edited = edited_roster(db, policy.zone, entries, now, replaces_days=replaces_days)
    found = try_out(db, policy, now, houses_of, edited)
    more = Counter(one.staff_id for one in found if one.staff_id is not None)
    everybody = all_staff(db)
    loads = read_loads(db, policy, (one for one in everybody if one.id in more), (), now)
    seen = [one for one in found if sees(who, one.ticket)]
    return RosterTrial(
        at=edited.at if edited else now,
        gets=sorted(((each, more[each.staff.id]) for each in loads), key=lambda pair: -pair[1]),
        placements=seen[:MOST_LISTED],
        out_of_sight=len(found) - len(seen[:MOST_LISTED]),
        left=sum(one.staff_id is None for one in found),
        names={one.id: one.name for one in everybody},
    )


def _shown(
    staff_request: StaffRequest,
    trial: RosterTrial,
    unread: int,
    what: str,
    typed: Mapping[str, str],
    entries: Sequence[ShiftEntry],
) -> Response:
    values: dict[str, Any] = {"trial": trial, "what": what, "typed": typed, "shifts": len(entries)}
    values["table"] = "\n".join(["date,login,start,end,kind", *map(_line, entries)]) if what == "import" else ""
    return frame(staff_request, "console/roster_trial.html", staff_request.service.clock(), unread, **values)


def _line(entry: ShiftEntry) -> str:
    start, end = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (entry.start, entry.end))
    return f"{entry.day},{entry.login},{start},{end},{entry.kind}"
