"""Customers over the REST API: read, listed, written; what a record leaves out stays as it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy import Connection

from bot.rules import Rules
from bot.tickets import customer_changes
from bot.tickets.tier_changes import apply_patch
from bot.web.customer_bodies import CustomerBody, CustomerFound, CustomerSaved, ListedCustomers, saved, shown
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from bot.wording import refusals
from bot.wording.api_faults import of_record
from bot.wording.sanitise import clean
from escalation.customers import customer_list, customer_locks, customer_store
from escalation.customers.crm_import import CrmFaults, parse_patch
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.model import Customer
from escalation.customers.patch_outcome import AppliedPatch
from escalation.staff import all_staff

router = APIRouter(prefix="/api/customers", tags=["customers"], responses=refused(400, 401, 403, 413, 422, 503))
CustomersKey = Annotated[str, key_for("customers")]
IfMatch = Annotated[str | None, Header(description="The ETag that was read: 412 if the customer is another by now.")]
MOST_LISTED = 500


@router.get("", response_model=ListedCustomers)
async def list_customers(
    service: ServiceDep,
    _key: CustomersKey,
    after: Annotated[str, Query(max_length=64, description="The `next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
    left: Annotated[bool, Query(description="Those too who have left.")] = False,
) -> dict[str, Any]:
    """Return customers in the order of their ids."""
    rules, now = service.rules, service.clock()
    found = await service.database.read(
        customer_list.customers_after, rules.vault, rules.policy, after, limit + 1, now, left=left
    )
    more = found[limit - 1].contact.id if len(found) > limit else None
    return {"customers": [shown(customer) for customer in found[:limit]], "next": more}


@router.get("/{customer_id}", response_model=CustomerFound, responses=refused(404))
async def get_customer(service: ServiceDep, _key: CustomersKey, customer_id: str, response: Response) -> dict[str, Any]:
    """Return one contact with their organisation; the ETag is for a later If-Match. Problem 404: there is none."""
    rules, now = service.rules, service.clock()
    known = await service.database.read(customer_store.find_customer, rules.vault, rules.policy, customer_id, now)
    if known is None:
        raise Problem(404, refusals.NO_SUCH_CUSTOMER.format(customer=clean(customer_id)))
    if known.contact.left_at is not None:
        raise Problem(404, refusals.IS_GONE.format(customer=clean(customer_id)))
    response.headers["ETag"] = _tag(rules, known)
    return shown(known)


@router.put("/{customer_id}", response_model=CustomerSaved, responses=refused(412))
async def put_customer(
    service: ServiceDep,
    key: CustomersKey,
    customer_id: str,
    wish: CustomerBody,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Create or change a contact; open tickets follow a changed tier in the same transaction.

    What is left out stays as it is. An agent who nobody signs in as is kept, and named among the notices, as by a
    file: the CRM may know them first. Problem 422 names every fault of the record; 412: changed since it was read.
    """
    rules = service.rules
    now, by = service.clock(), f"key {key}"
    try:
        applied, notices = await service.database.unit(_put, rules, customer_id, wish, if_match, now, by)
    except CrmFaults as faults:
        told = (of_record(fault.code, fault.field, fault.values) for fault in faults.faults)
        raise Problem(422, "".join(told)) from None
    response.headers["ETag"] = _tag(rules, applied.customer)
    return saved(applied, notices)


@router.patch("/{customer_id}", response_model=CustomerSaved, responses=refused(404, 412))
async def patch_customer(
    service: ServiceDep,
    key: CustomersKey,
    customer_id: str,
    wish: CustomerBody,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Change a contact that is there, as PUT does; Problem 404 where there is none."""
    return await put_customer(service, key, customer_id, wish, response, if_match or "*")


@router.delete("/{customer_id}", status_code=204, responses=refused(404, 409, 412))
async def delete_customer(service: ServiceDep, key: CustomersKey, customer_id: str, if_match: IfMatch = None) -> None:
    """Note that a contact has left: their number and address prove nothing any more.

    Problem 404: there is none; 409: they have open tickets, or have left already.
    """
    now = service.clock()
    try:
        await service.database.unit(_remove, service.rules, customer_id, if_match, now, f"key {key}")
    except customer_changes.NoSuchContact:
        raise Problem(404, refusals.NO_SUCH_CUSTOMER.format(customer=clean(customer_id))) from None
    except customer_changes.RemovalRefused as left:
        numbers = "、".join(f"#{number}" for number in left.tickets)
        sentence = refusals.OPEN_TICKETS_LEFT if left.tickets else refusals.HAS_LEFT
        raise Problem(409, sentence.format(customer=clean(customer_id), tickets=numbers)) from None


def _remove(db: Connection, rules: Rules, customer_id: str, if_match: str | None, now: datetime, by: str) -> None:
    customer_locks.lock_organisations_of(db, (customer_id,))
    known = customer_store.find_customer(db, rules.vault, rules.policy, customer_id, now)
    _check_match(rules, known, customer_id, if_match)
    customer_changes.remove_contact(db, rules, customer_id, by, now)


def _put(
    db: Connection,
    rules: Rules,
    customer_id: str,
    wish: CustomerBody,
    if_match: str | None,
    now: datetime,
    by: str,
) -> tuple[AppliedPatch, list[str]]:
    customer_locks.lock_organisations_of(db, (customer_id,))  # of two who read the same, one is told
    known = customer_store.find_customer(db, rules.vault, rules.policy, customer_id, now)
    _check_match(rules, known, customer_id, if_match)
    patch = _patch(customer_id, wish, known, tuple(rules.policy.tiers))
    applied = apply_patch(db, rules, patch, now, by, each=True, overwrite=wish.overwrite)
    named = applied.customer.organisation.agent
    unknown = named is not None and named == wish.agent and named not in {each.login for each in all_staff(db)}
    return applied, [refusals.UNKNOWN_AGENT.format(login=named)] if unknown else []


def _check_match(rules: Rules, known: Customer | None, customer_id: str, if_match: str | None) -> None:
    if if_match is None:
        return
    if known is None:
        raise Problem(404, refusals.NO_SUCH_CUSTOMER.format(customer=clean(customer_id)))
    if if_match.strip() != "*" and _tag(rules, known) not in [tag.strip() for tag in if_match.split(",")]:
        raise Problem(412, refusals.CUSTOMER_CHANGED.format(customer=clean(customer_id)))


def _patch(customer_id: str, wish: CustomerBody, known: Customer | None, tiers: tuple[str, ...]) -> CustomerPatch:
    """Raises CrmFaults, and Problem for another id than the path's."""
    given = {name: getattr(wish, name) for name in wish.model_fields_set}
    if given.pop("id", customer_id) not in (customer_id, None):
        raise Problem(422, refusals.OTHER_CUSTOMER_ID.format(customer=clean(customer_id)))
    for name in ("tier_reason", "overwrite"):
        given.pop(name, None)
    is_as_read = known is not None and given.get("tier") == known.tier and not given.get("reason")
    if is_as_read and not given.get("expires"):
        given = {name: value for name, value in given.items() if name not in ("tier", "reason", "expires")}
    return parse_patch({"id": customer_id, **given}, tiers)


def _tag(rules: Rules, customer: Customer) -> str:
    """Of what is stored, not of the tier, which time may change."""
    stored = {name: value for name, value in shown(customer).items() if name not in ("tier", "tier_reason")}
    return f'"{rules.vault.fingerprint(repr(sorted(stored.items())), field="customers.etag")[:32]}"'
