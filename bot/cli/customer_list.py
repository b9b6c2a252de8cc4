"""`jiedai customers list`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.customer_file import BY, HEADINGS, customer_as_json, row_of
from bot.cli.customer_stars import note_looks, starred_customer
from bot.cli.output import Result, Table
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from escalation.customers.customer_search import PAGE, CustomerQuery, find_page
from escalation.customers.model import Customer

LONG = 600.0  # seconds: a command waits until every name is opened


def show_list(
    service: WithoutKnowledge,
    words: Annotated[
        str, argument("--find", metavar="WORDS", help="in name, organisation or id; or a whole phone or e-mail")
    ] = "",
    tier: Annotated[str, argument("--tier", metavar="TIER", help="whose tier it is, as last saved")] = "",
    agent: Annotated[str, argument("--agent", metavar="LOGIN", help="whom this person looks after")] = "",
    page: Annotated[int, argument("--page", help=f"from 1; a page has {PAGE}")] = 1,
    left: Annotated[bool, argument("--left", help="those too who have left")] = False,
    reveal: Annotated[
        bool, argument("--reveal", help="numbers and addresses whole; each look is on record in the journal")
    ] = False,
) -> Result:
    """Return a page of customers, numbers and addresses starred unless asked for.

    Raises NotReady for an unknown tier, or a page under 1.
    """
    rules = service.rules
    if tier:
        one_of(rules.policy.tiers, tier, "tier")
    if page < 1:
        raise NotReady(f"Pages count from 1; --page {page} is none.")
    wish = CustomerQuery(words, tier, agent, left)
    read = service.database.read_now
    found = read(find_page, rules.vault, rules.policy, wish, service.clock(), page=page, seconds=LONG)
    customers: Sequence[Customer] = found.customers
    headings: tuple[str, ...] = HEADINGS
    if reveal:
        service.database.write_now(note_looks, [each.contact.id for each in customers], BY, service.clock())
        headings = (*headings, "phone", "e-mail")
        rows = [(*row_of(each), each.contact.phone or "", each.contact.email or "") for each in customers]
    else:
        customers = [starred_customer(each) for each in customers]
        rows = [row_of(each) for each in customers]
    title = f"Customers: {len(rows)} of {found.total}" if found.total > len(rows) else f"Customers: {found.total}"
    told = {"total": found.total, "page": page, "customers": [customer_as_json(each) for each in customers]}
    return Result(told, [Table(title, headings, rows)])
