"""`jiedai customers link`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import jwt

from bot.app import NotReady
from bot.auth.customer_tokens import AUDIENCE, LONGEST_LIFE
from bot.auth.one_time_codes import issue
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import Where, opened
from bot.service import Service
from escalation.customers import customer_store
from escalation.customers.model import Customer

LONGEST = int(LONGEST_LIFE.total_seconds()) // 3600  # hours


def link(
    settings: Where,
    customer: Annotated[str, argument(metavar="ID", help="the contact's CRM id")],
    hours: Annotated[int, argument("--hours", help="how long it is valid, up to 24 (default: 1)")] = 1,
) -> Result:
    """Return a chat link that opens the page as this contact, once.

    Raises NotReady for an unknown customer, under 1 hour, and over 24.
    """
    if hours < 1:
        raise NotReady(f"A link must be valid for at least 1 hour; --hours {hours} is not.")
    if hours > LONGEST:
        raise NotReady(f"A link is valid for at most {LONGEST} hours; --hours {hours} is not.")
    with opened(settings) as service:
        customer_of(service, customer, service.clock())
        now, lifetime = service.clock(), timedelta(hours=hours)
        code = service.database.write_now(issue, service.token_secret, "chat", customer, now, lifetime)
        url = f"{settings.site}/chat#code={code}"
    return Result({"customer": customer, "url": url}, url)


def customer_of(service: Service, contact_id: str, at: datetime) -> Customer:
    """Return the customer with the CRM's id, in the tier valid at `at`; raises NotReady if there is none."""
    rules = service.rules
    known = service.database.read_now(customer_store.find_customer, rules.vault, rules.policy, contact_id, at)
    if known is None:
        raise NotReady(f'There is no customer "{contact_id}"; import the CRM with `jiedai customers import`.')
    return known


def chat_link(service: Service, url: str, contact_id: str, hours: int) -> str:
    """Return a link for trying out the samples, good until it ends.

    Its token is in the fragment, which browsers never send to a server or into its logs.
    """
    expires = service.clock() + timedelta(hours=hours)
    claims = {"sub": contact_id, "aud": AUDIENCE, "exp": int(expires.timestamp())}
    return f"{url}/chat#token={jwt.encode(claims, service.token_secret, algorithm='HS256')}"
