"""Customers from a CRM file: what it would change is shown first; confirmed, it is applied step by step."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.files.escalation_files import read_patch_content
from bot.files.xlsx_lines import hidden_sheets
from bot.rules import Rules
from bot.service import Service
from bot.tickets import crm_steps
from bot.web.console.access import OwnForm, StaffRequest, duty_or, redirect_back, signed_in_staff
from bot.web.console.layout import frame
from bot.web.console.uploads import words_and_file
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals, tiers
from bot.wording.sanitise import clean
from escalation.customers import staged_imports
from escalation.customers.crm_tables import CrmFault, CrmFaults
from escalation.customers.customer_store import find_customers
from escalation.customers.model import Customer
from escalation.customers.staged_imports import StagedImport
from escalation.staff import Staff, all_staff, names_by_login

router = APIRouter(prefix="/console/customers/import", include_in_schema=False)
Keeper = Annotated[StaffRequest, duty_or("calendar", refusals.ONLY_MANAGERS_IMPORT)]
LARGEST = 1_000_000  # bytes: some ten thousand contacts
# Seconds that staging, in a thread of its own, sleeps between two steps: whoever waits takes turns with us. There is
# nothing to be woken by, for a lock that nobody else wants tells nobody.
BREATH = 0.005


@router.get("")
async def show(staff_request: Keeper) -> HTMLResponse:
    """Show the form, and the imports of late."""
    return await _page(staff_request)


@router.post("")
async def look(staff_request: Keeper, request: Request) -> Response:
    """Read a file and stage it; nothing is in force. Every fault is shown."""
    fields, content = await words_and_file(request, staff_request, LARGEST, refusals.IMPORT_TOO_LARGE)
    try:
        number = await asyncio.to_thread(_stage, staff_request, fields, content)
    except CrmFaults as found:
        return await _page(staff_request, faults=found.faults)
    return RedirectResponse(f"/console/customers/import/{number}", 303)


@router.get("/{number}")
async def show_one(staff_request: Keeper, number: Number) -> HTMLResponse:
    """Show what a staged file would change, or how far its import has come. Problem 404 for none."""
    return await _page(staff_request, number)


redirect_back(router, "/{number}/{move}", Depends(signed_in_staff))


@router.post("/{number}/{move}")
async def decide(staff_request: Keeper, _form: OwnForm, number: Number, move: str) -> Response:
    """Bring a staged file into force, or drop it. Problem 409: that was decided already."""
    service = staff_request.service
    moves = {"confirm": crm_steps.bring_into_force, "drop": staged_imports.drop_import}
    if move not in moves or not await service.database.unit(moves[move], number):
        raise Problem(409, refusals.IMPORT_DECIDED)
    back = f"/{number}" if move == "confirm" else ""
    return RedirectResponse(f"/console/customers/import{back}", 303)


def _stage(staff_request: StaffRequest, fields: dict[str, str], content: bytes) -> int:
    service, rules = staff_request.service, staff_request.service.rules
    tiers, overwrite = tuple(rules.policy.tiers), bool(fields.get("overwrite"))
    chunks = read_patch_content(content, tiers, clear_blank=bool(fields.get("clear_blank")))
    now = service.clock()
    tally = crm_steps.try_out(service.database.read_now, rules, chunks, now, overwrite=overwrite)
    tally.hidden_sheets = list(hidden_sheets(content))
    tally.unknown_agents = sorted(chunks.agents - service.database.read_now(_logins))
    name = (clean(fields.get("name", "")).strip() or clean(fields["file_name"]))[:200]
    facts = (name, hashlib.sha256(content).hexdigest(), staff_request.who.login, tally, now)
    return crm_steps.stage(
        service.database, rules, chunks, *facts, overwrite=overwrite, breathe=lambda: time.sleep(BREATH)
    )


def _logins(db: Connection) -> set[str]:
    return {person.login for person in all_staff(db)}


@dataclass(frozen=True, slots=True)
class _ImportView:
    """One import with the contacts its examples name, the imports of late, and names by sign-in name."""

    found: StagedImport | None
    people: dict[str, Customer]
    latest: list[StagedImport]
    names: dict[str, str]


def _read(db: Connection, rules: Rules, who: Staff, number: int | None, now: datetime) -> _ImportView:
    found = staged_imports.find_import(db, number) if number else None
    tally = found.tally if found is not None else {}
    examples = [*tally.get("replaced_examples", ()), *tally.get("tier_examples", ())]
    ids = {each["id"] for each in examples} if who.sees_some else set()  # as on the pages of customers
    people = find_customers(db, rules.vault, rules.policy, ids, now)
    return _ImportView(found, people, staged_imports.latest_imports(db), names_by_login(db))


async def _page(
    staff_request: StaffRequest, number: int | None = None, *, faults: Sequence[CrmFault] = ()
) -> HTMLResponse:
    service: Service = staff_request.service
    now = service.clock()
    shown, unread = await staff_request.read_page(_read, service.rules, staff_request.who, number, now)
    if number is not None and shown.found is None:
        raise Problem(404, refusals.NO_SUCH_IMPORT)
    values: dict[str, Any] = {"found": shown.found, "latest": shown.latest, "faults": list(faults)}
    values |= {"words": tiers, "names": shown.names, "people": shown.people}
    status = 422 if faults else 200
    return frame(staff_request, "console/customer_import.html", now, unread, status=status, **values)
