"""The page on which staff open a ticket for a call, a mail or a visit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from bot.agents.danger_alarm import alarm_at_entry
from bot.agents.new_tickets import MAX_CALLER, MAX_WHAT, EnteredMatter, enter, may_open
from bot.rules import Rules
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field
from bot.web.console.form_values import NotFilledIn, local_instant
from bot.web.console.going_on import to_ticket
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.customers.chosen import is_certain, named_customers
from escalation.customers.model import Customer
from escalation.staff import Staff
from escalation.tickets.access import sees
from escalation.tickets.facts import MAX_NOTE
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.opening_by_hand import HAND_CHANNELS

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
STRANGER = "stranger"  # chosen where none of the customers found is meant
FIELDS = (
    "channel",
    "who",
    "customer",
    "what",
    "details",
    "topic",
    "urgency",
    "raised",
    "complaint",
    "answered",
    "hold",
)
_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


@router.get("/new")
async def form_page(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the empty form; 403 for people who work no queue."""
    return await _page(staff_request)


@router.post("/new")
async def open_ticket(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Open the ticket; a refusal, and a choice among several customers, is shown with the form as it was filled in.

    Raises Problem (403, 422) for people who work no queue, and for a form without its key.
    """
    _demand_opener(staff_request)
    service, typed = staff_request.service, {name: field(form, name) for name in FIELDS}
    key = field(form, "key")
    if not _KEY.fullmatch(key):
        raise Problem(422, refusals.FORM_EXPIRED)
    try:
        matter = read_matter(typed, key, service.rules.policy.zone)
        ticket, found = await service.database.unit(
            _enter, service.rules, staff_request.who, matter, typed, service.clock()
        )
    except NotFilledIn as lacking:
        return await _page(staff_request, status=422, refusal=str(lacking), typed=typed, key=key)
    except Refused as refused:
        return await _page(
            staff_request, status=422, refusal=refusals.refusal(refused.code, None), typed=typed, key=key
        )
    if ticket is None:
        return await _page(staff_request, typed=typed, key=key, found=found)
    alarm = await service.database.read(alarm_at_entry, ticket.id)
    return to_ticket(ticket.id, "open", may_see=sees(staff_request.who, ticket), alarm=alarm)


def read_matter(typed: Mapping[str, str], key: str, zone: tzinfo) -> EnteredMatter:
    """Return what the form says, its customer still unknown; raises NotFilledIn for an instant that is none."""
    raised = local_instant(typed["raised"], zone) if typed["raised"] else None
    if typed["raised"] and raised is None:
        raise NotFilledIn(refusals.RAISED_NO_TIME)
    return EnteredMatter(
        key,
        typed["channel"],
        clean(typed["what"]).strip(),
        caller=clean(typed["who"]).strip(),
        details=clean(typed["details"]).strip(),
        topic=typed["topic"] or None,
        urgency=typed["urgency"] or None,
        raised_at=raised,
        complaint=bool(typed["complaint"]),
        answered=bool(typed["answered"]),
        hold=bool(typed["hold"]),
    )


def _enter(
    db: Connection, rules: Rules, who: Staff, matter: EnteredMatter, typed: Mapping[str, str], now: datetime
) -> tuple[Ticket | None, Sequence[Customer]]:
    """The ticket, or those among whom the customer is to be chosen first."""
    chosen = typed["customer"]
    if chosen and chosen != STRANGER:
        matter = replace(matter, contact_id=chosen)
    elif not chosen:
        found = named_customers(db, rules.vault, rules.policy, matter.caller, now)
        if found and not is_certain(found, matter.caller):  # part of a name is nobody's proof
            return None, found
        matter = replace(matter, contact_id=found[0].contact.id if found else None)
    return enter(db, rules, who, who.login, matter, now), ()


def _demand_opener(staff_request: StaffRequest) -> None:
    if not may_open(staff_request.service.rules.policy, staff_request.who):
        raise Problem(403, refusals.REFUSALS["may_not_open"])


async def _page(
    staff_request: StaffRequest,
    *,
    status: int = 200,
    refusal: str = "",
    typed: Mapping[str, str] | None = None,
    key: str = "",
    found: Sequence[Customer] = (),
) -> HTMLResponse:
    _demand_opener(staff_request)
    now = staff_request.service.clock()
    _, unread = await staff_request.read_page(lambda _db: None)
    local = now.astimezone(staff_request.service.rules.policy.zone)
    values: dict[str, Any] = {"refusal": refusal, "found": found, "key": key or uuid4().hex, "channels": HAND_CHANNELS}
    values["typed"] = typed or dict.fromkeys(FIELDS, "") | {"raised": f"{local:%Y-%m-%dT%H:%M}"}
    values |= {"stranger": STRANGER, "longest": {"what": MAX_WHAT, "who": MAX_CALLER, "details": MAX_NOTE}}
    return frame(staff_request, "console/ticket_new.html", now, unread, status=status, **values)
