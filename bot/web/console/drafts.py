"""What a person types on a ticket's page, kept as they type and gone once it is sent."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from bot.agents.actions import Acted, Action, act_in_sight
from bot.agents.objections import DecideObjection, decide_objection
from bot.rules import Rules
from bot.tickets.merging import MergeInto, merge_tickets
from bot.transcript import reply_drafts
from bot.web.console.access import OwnForm, SignedInStaff, field
from bot.web.console.ticket_view import TicketView
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import demand_visible, sees
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)


@router.post("/{ticket_id}/draft")
async def keep(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> Response:
    """Keep what one field holds by now.

    Raises Problem: 422 for an unknown field, 413 for too long a text, 403 and 404 for a ticket they may not see.
    """
    name, text = field(form, "field"), clean(field(form, "text"))
    service, who, now = staff_request.service, staff_request.who, staff_request.service.clock()
    try:
        await service.database.read(_demand, who, ticket_id)
    except Refused as refused:
        status = 404 if refused.code == "not_found" else 403
        raise Problem(status, refusals.REFUSALS[refused.code]) from None
    if name not in reply_drafts.FIELDS:
        raise Problem(422, refusals.FORM_EXPIRED)
    if len(text) > reply_drafts.LONGEST:
        raise Problem(413, refusals.REFUSALS["too_long"])
    vault = service.rules.vault
    await service.database.unit(reply_drafts.keep_draft, vault, ticket_id, who.id, name, text, now)
    return Response(status_code=204)


def _demand(db: Connection, who: Staff, ticket_id: int) -> None:
    demand_visible(who, ticket_store.get_ticket(db, ticket_id))


def overtaken_since(db: Connection, who: Staff, shown: TicketView) -> datetime | None:
    """Return when this person wrote the reply that is kept for them, if customer or agent have said anything since."""
    at = reply_drafts.last_typed(db, shown.ticket.id, who.id, "reply")
    said = at is not None and any(line.at > at for line in shown.talk if line.author in ("customer", "agent"))
    return at if said else None


def act_and_drop(  # what `act_in_sight` takes, and which form it was
    db: Connection,
    rules: Rules,
    who: Staff,
    ticket_id: int,
    move: str,
    action: Action | MergeInto | DecideObjection,
    now: datetime,
) -> Acted:
    """As `act_in_sight`, and merging, and deciding on objections.

    What the person had typed for this move is forgotten with it.
    """
    if isinstance(action, MergeInto):
        merge_tickets(db, rules, who, ticket_id, action.ticket_id, now)
        return Acted(sees(who, ticket_store.get_ticket(db, ticket_id)), "")
    if isinstance(action, DecideObjection):
        decide_objection(db, rules, who, ticket_id, action, now)
        return Acted(may_return=True, alarm="")
    acted = act_in_sight(db, rules, who, ticket_id, action, now)
    reply_drafts.drop_draft(db, ticket_id, who.id, move)
    return acted
