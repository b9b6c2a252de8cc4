"""Customers as the REST API takes and answers them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from bot.wording import refusals
from escalation.customers.model import Customer
from escalation.customers.patch_outcome import AppliedPatch

Figure = StrictInt | StrictFloat | StrictStr | None  # read by the same rule as a file's cell; true is no 1


class CustomerBody(BaseModel):
    """What the CRM says of a contact and of their organisation, which all of its contacts share.

    A field that is left out changes nothing; null clears it. What a GET has answered may be sent back as it is.
    """

    model_config = ConfigDict(extra="forbid")

    organisation: str | None = Field(
        default=None, description="Name; contacts with the same organisation share its tier. None: one by themselves."
    )
    contact: str | None = Field(default=None, description="The person's name; a new contact must have one.")
    phone: str | None = None
    email: str | None = None
    annual_amount: Figure = Field(
        default=None, description="Purchases per year in whole yuan, or as a file has them; a new organisation must."
    )
    orders_per_year: Figure = None
    influence: Figure = Field(default=None, description="1 to 5.")
    complexity: Figure = Field(default=None, description="1 to 5.")
    tier: str | None = Field(default=None, description="A tier set by hand; needs reason and expires. Null ends none.")
    reason: str | None = None
    expires: str | None = Field(default=None, description="Last day of a tier set by hand, e.g. 2027-10-31.")
    agent: str | None = Field(default=None, description="Sign-in name of the agent who looks after the organisation.")
    preferred_channel: str | None = Field(default=None, description="phone, email, web or telegram.")
    note: str | None = Field(default=None, description="A remark on the contact, up to 500 characters.")
    overwrite: bool = Field(
        default=False,
        description="Also what contradicts the organisation: from a new contact, or 0 for a figure.",
    )
    id: str | None = Field(default=None, description="As in the path.")
    tier_reason: str | None = Field(default=None, description="Passed over.")


class CustomerFound(BaseModel):
    """A contact with their organisation, and the tier that applies now."""

    id: str
    tier: str
    tier_reason: str
    organisation: str | None = Field(description="None: the CRM names none; they are one by themselves.")
    contact: str
    phone: str | None
    email: str | None
    annual_amount: int
    orders_per_year: int | None
    influence: int | None
    complexity: int | None
    reason: str | None = Field(description="Why the tier was set by hand; null when it was not.")
    expires: str | None
    agent: str | None
    preferred_channel: str | None
    note: str | None


class KeptValue(BaseModel):
    """A value of the organisation that stays, although the record says otherwise."""

    field: str
    stays: str
    given: str
    what_to_do: str


class SameNumber(BaseModel):
    """Another contact with the same number or address: neither can be told by it."""

    field: str
    id: str


class CustomerSaved(BaseModel):
    """The saved contact's tier, and what the record has changed."""

    id: str
    tier: str
    tier_reason: str
    created: bool
    changed: list[str]
    cleared: list[str]
    kept: list[KeptValue]
    same_number: list[SameNumber]
    waiting: bool = Field(description="The tier wished for waits until a second person agrees.")
    notices: list[str] = Field(description="What was saved and may not be meant, in whole sentences.")


class ListedCustomers(BaseModel):
    """A page of customers, by id; `next` is the cursor of the following one."""

    customers: list[CustomerFound]
    next: str | None


def shown(customer: Customer) -> dict[str, Any]:
    """Return a customer as `CustomerFound`."""
    contact, of = customer.contact, customer.organisation
    return {
        "id": contact.id,
        "tier": customer.tier,
        "tier_reason": customer.tier_reason,
        "organisation": None if of.is_one_person else of.name,
        "contact": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "annual_amount": of.annual_amount,
        "orders_per_year": of.orders_per_year,
        "influence": of.influence,
        "complexity": of.complexity,
        "reason": of.manual and of.manual.reason,
        "expires": of.manual and of.manual.expires.isoformat(),
        "agent": of.agent,
        "preferred_channel": contact.preferred_channel,
        "note": contact.note,
    }


def saved(applied: AppliedPatch, notices: list[str]) -> dict[str, Any]:
    """Return what came of a record as `CustomerSaved`."""
    customer = applied.customer
    return {
        "id": customer.contact.id,
        "tier": customer.tier,
        "tier_reason": customer.tier_reason,
        "created": applied.created,
        "changed": list(applied.changed),
        "cleared": list(applied.cleared),
        "kept": [
            {"field": kept.field, "stays": kept.stays, "given": kept.given, "what_to_do": _advice(kept.field)}
            for kept in applied.kept
        ],
        "same_number": [{"field": each.field, "id": each.contact_id} for each in applied.collisions],
        "waiting": applied.waiting,
        "notices": notices,
    }


def _advice(field: str) -> str:
    return {"tier": refusals.TIER_KEPT, "expires": refusals.TIER_RUN_OUT}.get(field, refusals.FIGURE_KEPT)
