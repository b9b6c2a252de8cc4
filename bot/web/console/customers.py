"""The customers' pages: whom we know, and what is on file of each; for staff who work on tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.agents.danger_alarm import Alarm, alarm_at_entry
from bot.agents.new_tickets import may_open
from bot.agents.objections import enter_objection
from bot.files.escalation_files import read_items_content
from bot.rules import Rules
from bot.tickets import customer_changes, customer_details
from bot.tickets.customer_file import CustomerFile, read_file
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field
from bot.web.console.layout import frame
from bot.web.console.looks import note_look
from bot.web.console.objection_forms import read_objection
from bot.web.console.uploads import words_and_file
from bot.web.errors import Problem
from bot.wording import customer_files as words
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.customers.contact_details import LONGEST_REMARK, PREFERRED_CHANNELS
from escalation.customers.customer_notes import LONGEST_NOTE
from escalation.customers.customer_search import PAGE, CustomerQuery, FoundCustomers, find_page
from escalation.customers.item_file import ItemFault, ItemFaults
from escalation.customers.merging import MergeRefused
from escalation.staff import Staff, all_staff
from escalation.tickets.lifecycle import Refused
from escalation.tickets.opening_by_hand import HAND_CHANNELS

router = APIRouter(prefix="/console/customers", include_in_schema=False)


def demand_working(staff_request: SignedInStaff) -> StaffRequest:
    """Return the request of a person who works on tickets; raises Problem (403) for anybody else."""
    if not staff_request.who.sees_some:
        raise Problem(403, words.ONLY_WORKING)
    return staff_request


def _demand_leading(staff_request: StaffRequest) -> None:
    if not leads(staff_request.who):
        raise Problem(403, words.ONLY_LEADS)


def leads(who: Staff) -> bool:
    """Whether this person may merge and remove customers, and import their items."""
    return who.leads or who.reads_all


Working = Annotated[StaffRequest, Depends(demand_working)]


@router.get("")
async def overview(
    staff_request: Working,
    q: Annotated[str, Query(max_length=100)] = "",
    tier: Annotated[str, Query(max_length=32)] = "",
    agent: Annotated[str, Query(max_length=64)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    left: str = "",
    done: str = "",
) -> HTMLResponse:
    """List customers, or those that words, a number or an id find."""
    return await _list(staff_request, CustomerQuery(clean(q), clean(tier), clean(agent), bool(left)), page, done=done)


@router.post("")
async def take_in_items(staff_request: Working, request: Request) -> Response:
    """Import what organisations have of us from a file; all or nothing."""
    _demand_leading(staff_request)
    _, content = await words_and_file(request, staff_request)
    service = staff_request.service
    if not content:
        return await _list(staff_request, CustomerQuery(), 1, refusal=words.NO_FILE)
    try:
        entries = await asyncio.to_thread(read_items_content, content)
        now, login = service.clock(), staff_request.who.login
        await service.database.unit(customer_details.import_items, service.rules, entries, login, now)
    except ItemFaults as found:
        return await _list(staff_request, CustomerQuery(), 1, faults=found.faults)
    return RedirectResponse("/console/customers?done=items", 303)


@router.get("/{customer_id}")
async def show(
    staff_request: Working, customer_id: str, done: str = "", danger: str = "", whole: str = ""
) -> HTMLResponse:
    """Show what is on file; numbers and addresses starred until asked for, and each look is in the journal."""
    what = "customer contact details seen" if whole else "customer file seen"
    return await _file(staff_request, customer_id, what=what, done=done, danger=danger, whole=bool(whole))


@router.post("/{customer_id}/{move}")
async def change(staff_request: Working, form: OwnForm, customer_id: str, move: str) -> Response:
    """Write a note or details, enter an objection, merge, or remove; a refusal is shown above the file.

    Raises Problem: 403 for what is a lead's, 404 for an unknown customer or form.
    """
    if move not in ("note", "details", "objection", "merge", "remove"):
        raise Problem(404, words.NO_SUCH_CUSTOMER)
    if move in ("merge", "remove"):
        _demand_leading(staff_request)
    try:
        done, goes_to, alarm = await _carry_out(
            staff_request, {name: clean(field(form, name)) for name in form}, customer_id, move
        )
    except MergeRefused as refused:
        sentence = words.MERGE_REFUSALS[refused.fault].format(**refused.values)
        return await _file(staff_request, customer_id, refusal=sentence, status=409)
    except customer_changes.RemovalRefused as kept:
        numbers = "、".join(f"#{each}" for each in kept.tickets)
        sentence = words.STILL_OPEN.format(tickets=numbers) if kept.tickets else words.REMOVED_ALREADY
        return await _file(staff_request, customer_id, refusal=sentence, status=409)
    except customer_changes.NoSuchContact as unknown:
        if unknown.contact_id == customer_id:
            raise Problem(404, words.NO_SUCH_CUSTOMER) from None
        sentence = words.NO_SUCH_CONTACT.format(id=unknown.contact_id[:64])
        return await _file(staff_request, customer_id, refusal=sentence, status=422)
    except Refused as refused:
        return await _file(staff_request, customer_id, refusal=refusals.refusal(refused.code, None), status=422)
    except _NotFilledIn as lacking:
        return await _file(staff_request, customer_id, refusal=str(lacking), status=422)
    danger = f"&danger={alarm}" if alarm else ""
    return RedirectResponse(f"/console/customers/{goes_to}?done={done}{danger}", 303)


class _NotFilledIn(Exception):
    """A form that cannot be taken as it is; the text is the sentence to show with it."""


async def _carry_out(
    staff_request: StaffRequest, given: dict[str, str], customer_id: str, move: str
) -> tuple[str, str, Alarm]:
    """Carries out a form; what was done, on whose page to go on, and the alarm for a danger in an objection."""
    service, login, now = staff_request.service, staff_request.who.login, staff_request.service.clock()
    rules, unit = service.rules, service.database.unit
    if move == "note":
        text = given.get("text", "").strip()
        if not text:
            raise _NotFilledIn(words.NOTE_EMPTY)
        if len(text) > LONGEST_NOTE:
            raise _NotFilledIn(words.NOTE_LONG.format(most=LONGEST_NOTE))
        await unit(customer_details.add_note, rules, customer_id, text, staff_request.signature, login, now)
    elif move == "details":
        remark, channel = given.get("remark", "").strip(), given.get("channel", "")
        if len(remark) > LONGEST_REMARK:
            raise _NotFilledIn(words.REMARK_LONG.format(most=LONGEST_REMARK))
        if channel and channel not in PREFERRED_CHANNELS:
            raise _NotFilledIn(words.BAD_CHANNEL)
        details = {"note": remark, "preferred_channel": channel}
        await unit(customer_details.set_details, rules, customer_id, login, now, **details)
    elif move == "objection":
        ticket = await unit(enter_objection, rules, staff_request.who, customer_id, *read_objection(given), now)
        return move, customer_id, await service.database.read(alarm_at_entry, ticket.id)
    elif move == "remove":
        await unit(customer_changes.remove_contact, rules, customer_id, login, now)
        return "removed", customer_id, ""
    else:
        whole = given.get("what") == "organisations"
        merge = customer_changes.merge_organisations if whole else customer_changes.merge_contacts
        merged = await unit(merge, rules, given.get("other", "").strip(), customer_id, login, now)
        return "organisations" if whole else "merged", merged.customer.contact.id, ""
    return move, customer_id, ""


async def _list(
    staff_request: StaffRequest,
    wish: CustomerQuery,
    page: int,
    *,
    done: str = "",
    refusal: str = "",
    faults: Sequence[ItemFault] = (),
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    (found, people), unread = await staff_request.read_page(_found, service.rules, wish, now, page)
    values: dict[str, Any] = {"found": found, "wish": wish, "at": page, "pages": -(-found.total // PAGE)}
    values |= {"people": people, "done": done, "faults": faults, "leads": leads(staff_request.who)}
    values |= {"refusal": refusal, "imports": staff_request.who.may("calendar")}
    values["searched"] = words.SEARCHED.format(of=found.of, looked_at=found.looked_at)
    status = 422 if faults or refusal else 200
    return frame(staff_request, "console/customers.html", now, unread, status=status, files=words, **values)


def _found(
    db: Connection, rules: Rules, wish: CustomerQuery, now: Any, page: int
) -> tuple[FoundCustomers, list[Staff]]:
    return find_page(db, rules.vault, rules.policy, wish, now, page=page), all_staff(db)


async def _file(
    staff_request: StaffRequest,
    customer_id: str,
    *,
    what: str = "customer file seen",
    done: str = "",
    danger: str = "",
    refusal: str = "",
    whole: bool = False,
    status: int = 200,
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    read: tuple[CustomerFile | None, int] = await staff_request.read_page(
        read_file, service.rules, customer_id, now, staff_request.who
    )
    found, unread = read
    if found is None:
        raise Problem(404, words.NO_SUCH_CUSTOMER)
    await note_look(staff_request, what, f"customer {found.customer.contact.id}")
    values: dict[str, Any] = {"file": found, "done": done, "refusal": refusal, "whole": whole}
    values["danger"] = danger
    values |= {"leads": leads(staff_request.who), "channels": PREFERRED_CHANNELS, "files": words}
    values |= {"may_open": may_open(service.rules.policy, staff_request.who), "key": uuid4().hex}
    values["hand_channels"] = HAND_CHANNELS
    return frame(staff_request, "console/customer.html", now, unread, status=status, **values)
