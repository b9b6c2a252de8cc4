"""The REST API for the company's other programs: bearer keys, described in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from bot.auth import one_time_codes
from bot.tickets.tier_changes import save_and_reroute
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.customers import customer_store
from escalation.customers.crm_import import CrmFaults, parse_record

router = APIRouter(prefix="/api", tags=["customers"], responses=refused(400, 401, 403, 413, 422, 503))
CustomersKey = Annotated[str, key_for("customers")]
LinksKey = Annotated[str, key_for("telegram-links")]


class CustomerWish(BaseModel):
    """A contact as the CRM knows them, with the figures of their organisation (shared by all of its contacts)."""

    model_config = ConfigDict(extra="forbid")

    organisation: str = Field(description="Name; contacts with the same organisation share its tier.")
    contact: str = Field(description="The person's name.")
    phone: str | None = None
    email: str | None = None
    annual_amount: int = Field(description="Purchases per year in whole yuan.")
    orders_per_year: int
    influence: int = Field(ge=1, le=5)
    complexity: int = Field(ge=1, le=5)
    tier: str | None = Field(default=None, description="A tier set by hand; needs reason and expires.")
    reason: str | None = None
    expires: str | None = Field(default=None, description="Last day of a tier set by hand, e.g. 2027-10-31.")


class CustomerSaved(BaseModel):
    """The saved contact's tier."""

    id: str
    tier: str
    tier_reason: str
    created: bool


@router.put("/customers/{customer_id}", response_model=CustomerSaved)
async def put_customer(service: ServiceDep, key: CustomersKey, customer_id: str, wish: CustomerWish) -> dict[str, Any]:
    """Create or replace a contact; open tickets follow a changed tier in the same transaction.

    Problem 422 names every fault of the record.
    """
    given = {name: str(value) for name, value in wish.model_dump(exclude_none=True).items()}
    try:
        record = parse_record({"id": customer_id, **given}, tuple(service.rules.policy.tiers))
    except CrmFaults as faults:
        raise Problem(422, " ".join(str(fault) for fault in faults.faults)) from None
    now, by = service.clock(), f"key {key}"
    saved = await service.database.unit(save_and_reroute, service.rules, record, now, by, each=True)
    customer = saved.customer
    found = {"id": customer_id, "tier": customer.tier, "tier_reason": customer.tier_reason}
    return {**found, "created": saved.created}


class LinkWish(BaseModel):
    """The contact whose Telegram account is to be linked."""

    model_config = ConfigDict(extra="forbid")

    customer: str = Field(min_length=1, max_length=64, description="The contact's CRM id; they are signed in with you.")


class Link(BaseModel):
    """A link for this one contact, usable once within `expires_in` seconds."""

    url: str
    expires_in: int


@router.post("/telegram-links", status_code=201, response_model=Link, responses=refused(404, 409))
async def make_telegram_link(service: ServiceDep, _key: LinksKey, wish: LinkWish) -> dict[str, Any]:
    """Create a link that links the Telegram account of whoever opens it to this contact; hand it only to them.

    Problem 404: the CRM does not know the contact; 409: no Telegram bot is running.
    """
    rules, now = service.rules, service.clock()
    if not service.bot_name:
        raise Problem(409, refusals.NO_BOT)
    known = await service.database.read(customer_store.find_customer, rules.vault, rules.policy, wish.customer, now)
    if known is None:
        raise Problem(404, refusals.NO_SUCH_CUSTOMER.format(customer=clean(wish.customer)))
    url = await service.database.unit(
        one_time_codes.issue_url, service.token_secret, service.bot_name, "customer", wish.customer, now
    )
    return {"url": url, "expires_in": int(one_time_codes.LIFETIME.total_seconds())}
