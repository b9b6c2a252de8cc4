"""Orders, devices, contracts and products of a contact's organisation, over the REST API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.rules import Rules
from bot.tickets.customer_changes import NoSuchContact
from bot.tickets.customer_details import drop_items, put_items
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from bot.wording import api_faults, refusals
from bot.wording.sanitise import clean
from escalation.customers.customer_store import find_customer
from escalation.customers.item_file import ItemFault, ItemFaults, parse_items
from escalation.customers.items import CustomerItem, ItemKind, items_of

_REFUSED = refused(400, 401, 403, 404, 413, 422, 503)
router = APIRouter(prefix="/api/customers/{customer_id}/items", tags=["customers"], responses=_REFUSED)
CustomersKey = Annotated[str, key_for("customers")]


class ItemBody(BaseModel):
    """An item of an organisation; kind and number name it."""

    kind: ItemKind
    number: str
    what: str
    begins: date | None
    ends: date | None
    status: str | None
    note: str | None


class ItemsBody(BaseModel):
    """All items of an organisation."""

    items: list[ItemBody]


class ItemsWish(BaseModel):
    """Items in place of all that the organisation has; a request may hold at most 1,000."""

    items: list[dict[str, Any]] = Field(description="kind, number, what; begins, ends, status, note where known.")


class ItemsRemoved(BaseModel):
    """How many items were removed."""

    removed: int


@router.get("", response_model=ItemsBody)
async def get_items(service: ServiceDep, _key: CustomersKey, customer_id: str) -> dict[str, Any]:
    """Return the items of a contact's organisation. Problem 404: there is no such contact."""
    found = await service.database.read(_items, service.rules, customer_id, service.clock())
    if found is None:
        raise _unknown(customer_id)
    return {"items": found}


@router.put("", response_model=ItemsBody)
async def replace_items(service: ServiceDep, key: CustomersKey, customer_id: str, wish: ItemsWish) -> dict[str, Any]:
    """Write items in place of all that a contact's organisation has.

    Problem 404: there is no such contact; 422 names every fault of the items.
    """
    now, unit = service.clock(), service.database.unit
    try:
        wanted = parse_items(wish.items)
        by = f"key {key}"
        found = await unit(put_items, service.rules, customer_id, wanted, by, now, in_place_of_all=True)
    except ItemFaults as faults:
        raise Problem(422, "".join(map(_told, faults.faults))) from None
    except NoSuchContact:
        raise _unknown(customer_id) from None
    return {"items": found}


@router.delete("", response_model=ItemsRemoved)
async def remove_items(
    service: ServiceDep,
    key: CustomersKey,
    customer_id: str,
    kind: ItemKind | None = None,
    number: Annotated[str | None, Query(max_length=64)] = None,
) -> dict[str, int]:
    """Remove the items of a contact's organisation: all, those of a kind, or one. Problem 404: no such contact."""
    args = (service.rules, customer_id, kind, number, f"key {key}", service.clock())
    try:
        return {"removed": await service.database.unit(drop_items, *args)}
    except NoSuchContact:
        raise _unknown(customer_id) from None


def _told(fault: ItemFault) -> str:
    told = api_faults.of_record(fault.code, fault.field, fault.values)
    return api_faults.ITEM.format(place=fault.place, told=told) if fault.place else told


def _items(db: Connection, rules: Rules, customer_id: str, now: datetime) -> list[CustomerItem] | None:
    customer = find_customer(db, rules.vault, rules.policy, customer_id, now)
    return items_of(db, customer.organisation.id) if customer is not None else None


def _unknown(customer_id: str) -> Problem:
    return Problem(404, refusals.NO_SUCH_CUSTOMER.format(customer=clean(customer_id)))
