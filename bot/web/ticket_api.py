"""The API on which the company's other programs, a telephone system or a mailbox, open tickets."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from bot.agents.danger_alarm import Alarm, alarm_at_entry
from bot.agents.new_tickets import MAX_CALLER, MAX_WHAT, EnteredMatter, enter
from bot.rules import Rules
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.tickets import deadline_store
from escalation.tickets.facts import MAX_NOTE
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.working_hours.instants import iso, parse_instant

router = APIRouter(prefix="/api", tags=["tickets"], responses=refused(400, 401, 403, 413, 422, 503))
TicketsKey = Annotated[str, key_for("tickets")]


class TicketWish(BaseModel):
    """What somebody who called, wrote or came wants, and who they are: `customer`, or `caller` for a stranger."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=8, max_length=64, description="One per matter; a repetition returns the same ticket.")
    channel: Literal["phone", "mail", "visit"]
    what: str = Field(min_length=1, max_length=MAX_WHAT, description="The matter in one sentence.")
    customer: str | None = Field(default=None, max_length=64, description="The contact's CRM id.")
    caller: str = Field(default="", max_length=MAX_CALLER, description="What a stranger says of themselves.")
    details: str = Field(default="", max_length=MAX_NOTE)
    topic: str | None = Field(default=None, description="A topic of the policy.")
    urgency: str | None = Field(default=None, description="An urgency of the policy.")
    raised_at: str | None = Field(default=None, description="ISO 8601 with an offset; its clocks run from then.")
    complaint: bool = False
    answered: bool = Field(default=False, description="Somebody has spoken with them: the first contact, at that time.")


class OpenedTicket(BaseModel):
    """The ticket, and by when the customer is to be contacted first; null once somebody has spoken with them."""

    ticket: int
    queue: str
    tier: str
    urgency: str = Field(description="Of the policy; the highest where `danger` is `raised`.")
    first_contact_by: str | None
    danger: Literal["raised", "kept", "asked"] | None = Field(
        description="What came of a danger in its words. raised: the ticket has the highest urgency for it, and those "
        "on duty were told; kept: they were told, and the urgency of the request stays; asked: there may be one, and "
        "nobody was told, so that a person should look; null: none."
    )


@router.post("/tickets", status_code=201, response_model=OpenedTicket)
async def open_ticket(service: ServiceDep, key: TicketsKey, wish: TicketWish) -> dict[str, Any]:
    """Open a ticket for a call, a mail or a visit; its clocks run from when it was raised.

    A danger in `what` or `details` makes it critical, unless `urgency` was given, and alarms those on duty. Problem 422
    says what is wrong with it.
    """
    matter = _matter(wish)
    try:
        ticket, due, alarm = await service.database.unit(_enter, service.rules, f"key {key}", matter, service.clock())
    except Refused as refusal:
        raise Problem(422, refusals.refusal(refusal.code, None)) from None
    told = None if due is None else iso(due, service.rules.policy.zone)
    opened = {"ticket": ticket.id, "queue": ticket.queue, "tier": ticket.tier, "urgency": ticket.urgency}
    return opened | {"first_contact_by": told, "danger": alarm or None}


def _matter(wish: TicketWish) -> EnteredMatter:
    raised = None
    if wish.raised_at is not None:
        try:
            raised = parse_instant(wish.raised_at)
        except ValueError:
            raise Problem(422, refusals.RAISED_NO_INSTANT) from None
    given = wish.model_dump(exclude={"customer", "raised_at"})
    texts = {name: clean(str(given[name])) for name in ("what", "caller", "details")}
    return EnteredMatter(**{**given, **texts}, contact_id=wish.customer or None, raised_at=raised)


def _enter(db: Connection, rules: Rules, by: str, matter: EnteredMatter, now: Any) -> tuple[Ticket, Any, Alarm]:
    ticket = enter(db, rules, None, by, matter, now)
    return ticket, deadline_store.promised(db, ticket.id), alarm_at_entry(db, ticket.id)
