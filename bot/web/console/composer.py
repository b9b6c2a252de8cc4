"""Routes beside the reply on the ticket's page: canned replies, search in the answers, an answer that is not wanted."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from bot.agents.answer_search import LONGEST, find_answers
from bot.agents.suggestions import record_verdict
from bot.rules import Rules
from bot.tickets.offered_replies import next_promise, offered_on, placeholder_values
from bot.transcript.canned_reply_store import list_replies
from bot.web.console.access import OwnForm, SignedInStaff, field
from bot.web.console.composer_use import confidence_of
from bot.web.console.going_on import to_ticket
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.canned_replies import filled
from escalation.customers.customer_store import find_customers
from escalation.staff import Staff
from escalation.tickets import deadline_store, ticket_store
from escalation.tickets.access import demand_in_hand, demand_visible
from escalation.tickets.lifecycle import Refused, Ticket

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
_FRESH = {"Cache-Control": "no-store"}


@router.get("/{ticket_id}/replies")
async def canned(staff_request: SignedInStaff, ticket_id: Number) -> Response:
    """Return the canned replies offered on the ticket, filled in; raises Problem for one they may not see."""
    service = staff_request.service
    try:
        found = await service.database.read(_offered, service.rules, staff_request.who, ticket_id, service.clock())
    except Refused as refused:
        raise _problem(refused) from None
    return JSONResponse({"replies": found}, headers=_FRESH)


@router.get("/{ticket_id}/answers")
async def answers(
    staff_request: SignedInStaff, ticket_id: Number, q: Annotated[str, Query(max_length=LONGEST)] = ""
) -> Response:
    """Return published answers that the ticket's customer may see; raises Problem for a ticket they may not see."""
    service, who = staff_request.service, staff_request.who
    try:
        ticket = await service.database.read(_visible, who, ticket_id)
    except Refused as refused:
        raise _problem(refused) from None
    # Outside of the reading transaction: it takes milliseconds of thought.
    found = await asyncio.to_thread(find_answers, service.rules, q, ticket.tier, service.clock())
    listed = [{"id": each.id, "question": each.question, "answer": each.answer} for each in found]
    return JSONResponse({"answers": listed}, headers=_FRESH)


@router.post("/{ticket_id}/suggested")
async def decline(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> Response:
    """Suggest an answer to this person no longer on this ticket, and judge it as not right.

    Raises Problem for a ticket they may not act on.
    """
    service, article = staff_request.service, field(form, "article")[:200]
    told = (article, confidence_of(form), service.clock())
    try:
        await service.database.unit(_decline, service.rules, staff_request.who, ticket_id, *told)
    except Refused as refused:
        raise _problem(refused) from None
    return to_ticket(ticket_id, "suggested", may_see=True, alarm="")


def _visible(db: Connection, who: Staff, ticket_id: int) -> Ticket:
    ticket = ticket_store.get_ticket(db, ticket_id)
    demand_visible(who, ticket)
    return ticket


def _offered(db: Connection, rules: Rules, who: Staff, ticket_id: int, now: datetime) -> list[dict[str, Any]]:
    ticket = _visible(db, who, ticket_id)
    known = find_customers(db, rules.vault, rules.policy, {ticket.contact_id} if ticket.contact_id else (), now)
    promise = next_promise(deadline_store.deadlines_of(db, ticket_id), now)
    values = placeholder_values(rules.policy, who, ticket, known.get(ticket.contact_id or ""), promise, now)
    return [
        {
            "id": each.id,
            "code": each.words.code,
            "title": each.words.title,
            "text": filled(each.words.text, values),
            "own": not each.is_team,
        }
        for each in offered_on(ticket, list_replies(db, who.id))
    ]


def _decline(
    db: Connection, rules: Rules, who: Staff, ticket_id: int, article: str, confidence: float, now: datetime
) -> None:
    ticket = ticket_store.get_ticket(db, ticket_id)
    demand_in_hand(who, ticket)
    if article:
        record_verdict(db, rules, who, ticket, article, "declined", confidence, "", now)


def _problem(refused: Refused) -> Problem:
    return Problem(404 if refused.code == "not_found" else 403, refusals.REFUSALS[refused.code])
