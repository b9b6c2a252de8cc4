"""Who a ticket's customer may be and what they have of us, on its page; and the form by which an agent binds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.agents.binding import BindRefused, bind_contact, bound_by_hand, unbind_contact
from bot.rules import Rules
from bot.transcript.candidates import candidates_of
from bot.transcript.conversations import Conversation, get_conversation
from bot.transcript.message_store import Message, latest
from bot.transcript.visible_lines import split_lines, tickets_in_sight
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field
from bot.web.console.layout import frame
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import customer_files, refusals
from bot.wording.sanitise import clean
from escalation.customers.customer_search import CustomerQuery, FoundCustomers, find_page
from escalation.customers.customer_store import find_customer
from escalation.customers.items import ItemsOfKind, latest_items
from escalation.customers.model import Customer
from escalation.staff import Staff
from escalation.tickets.access import demand_in_hand
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import get_ticket

router = APIRouter(prefix="/console/bind", include_in_schema=False)
MOST_ITEMS = 5
STATUSES = {"not_found": 404, "forbidden": 403, "read_only": 403, "not_lead": 403}


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What the ticket's page says of its customer: what they have of us, or who they could be."""

    items: tuple[ItemsOfKind, ...] = ()
    candidates: tuple[Customer, ...] = ()
    is_bound: bool = False  # a person has made sure of who they are


@dataclass(frozen=True, slots=True)
class BindPage:
    """The page on which an agent binds a ticket's customer."""

    ticket: Ticket
    card: CustomerCard
    found: FoundCustomers | None


def read_card(
    db: Connection, rules: Rules, ticket: Ticket, talk: Conversation, lines: Iterable[Message], now: datetime
) -> CustomerCard:
    """Return the card of a ticket's customer from the lines that the reader may see."""
    known = find_customer(db, rules.vault, rules.policy, ticket.contact_id, now) if ticket.contact_id else None
    house = known.organisation.id if known is not None else talk.organisation_id
    return CustomerCard(
        latest_items(db, house, MOST_ITEMS) if house is not None else (),
        () if known is not None else candidates_of(db, rules.vault, rules.policy, lines, now),
        is_bound=known is not None and ticket.is_open and bound_by_hand(db, ticket.id) is not None,
    )


@router.get("/{ticket_id}")
async def choose(
    staff_request: SignedInStaff, ticket_id: Number, q: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """Show who the customer may be, and find others by name or number."""
    return await _page(staff_request, ticket_id, clean(q))


@router.post("/{ticket_id}")
async def bind(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> Response:
    """Bind the customer to a contact; a refusal is shown with the form, Problem is raised for another's ticket."""
    service, contact_id, way = staff_request.service, clean(field(form, "contact")), field(form, "way")
    try:
        await service.database.unit(
            bind_contact, service.rules, staff_request.who, ticket_id, contact_id, way, service.clock()
        )
    except BindRefused as refused:
        return await _page(staff_request, ticket_id, clean(field(form, "q")), refusal=str(refused))
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from refused
    return RedirectResponse(f"/console/tickets/{ticket_id}?done=bound", 303)


@router.post("/{ticket_id}/undo")
async def unbind(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> Response:
    """Undo a binding; raises Problem for what is not this person's, or was not bound by hand."""
    del form
    service = staff_request.service
    try:
        await service.database.unit(unbind_contact, service.rules, staff_request.who, ticket_id, service.clock())
    except BindRefused as refused:
        raise Problem(STATUSES.get(refused.fault, 409), str(refused)) from refused
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from refused
    return RedirectResponse(f"/console/tickets/{ticket_id}?done=unbound", 303)


async def _page(staff_request: StaffRequest, ticket_id: int, words: str, *, refusal: str = "") -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    try:
        page, unread = await staff_request.read_page(_read, service.rules, staff_request.who, ticket_id, words, now)
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from refused
    values = {"page": page, "q": words, "refusal": refusal, "files": customer_files}
    return frame(
        staff_request, "console/customer_bind.html", now, unread, status=409 if refusal else 200, words=words, **values
    )


def _read(db: Connection, rules: Rules, who: Staff, ticket_id: int, words: str, now: datetime) -> BindPage:
    ticket = get_ticket(db, ticket_id)
    demand_in_hand(who, ticket)
    talk = get_conversation(db, ticket.conversation_id)
    lines = split_lines(latest(db, talk.id), ticket, tickets_in_sight(db, who, talk.id))[0]
    found = find_page(db, rules.vault, rules.policy, CustomerQuery(words), now) if words else None
    return BindPage(ticket, read_card(db, rules, ticket, talk, lines, now), found)
