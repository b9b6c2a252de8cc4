"""The REST API for the company's other programs: bearer keys, described in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from bot.auth import one_time_codes
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.key_access import key_for
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.customers import customer_store

router = APIRouter(prefix="/api", tags=["customers"], responses=refused(400, 401, 403, 413, 422, 503))
LinksKey = Annotated[str, key_for("telegram-links")]


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
