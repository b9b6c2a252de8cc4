"""Who sees a ticket is one rule, whether it is asked of the ticket or of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import get_args

import pytest
from sqlalchemy import Connection

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.roles import ROLES
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import demand_visible, sees, visible_to
from escalation.tickets.lifecycle import Refused, State, Ticket
from tests.escalation.tickets.desk_scene import Desk

MINE, OTHERS = "通用客服", "投诉处理"


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


def test_predicate_and_condition_agree_for_every_role_queue_state_and_holder(anywhere: Desk) -> None:
    colleague = anywhere.staff("colleague")
    people = [
        anywhere.staff(f"{role}-{number}", role, queues)
        for role in ROLES
        for number, queues in enumerate(((), (MINE,), (OTHERS, MINE)))
    ]
    tickets = anywhere.write(_every_kind_of_ticket, anywhere.open().ticket, [None, colleague, *people])
    for who in people:
        seen = [ticket.id for ticket in tickets if sees(who, ticket)]
        assert anywhere.read(_found, who) == seen


def test_an_agent_sees_their_queues_and_what_they_hold(anywhere: Desk) -> None:
    who, ticket = anywhere.staff("li", queues=[MINE]), anywhere.open().ticket
    assert sees(who, replace(ticket, queue=MINE))
    assert sees(who, replace(ticket, queue=OTHERS, holder_id=who.id))
    assert not sees(who, replace(ticket, queue=OTHERS))
    with pytest.raises(Refused, match="forbidden"):
        demand_visible(who, replace(ticket, queue=OTHERS))


def _every_kind_of_ticket(db: Connection, pattern: Ticket, holders: Sequence[Staff | None]) -> list[Ticket]:
    kinds = product((MINE, OTHERS, "no longer in the policy"), get_args(State), holders)
    made = [replace(pattern, queue=queue, state=state, holder_id=who and who.id) for queue, state, who in kinds]
    return [pattern, *(replace(ticket, id=ticket_store.insert_ticket(db, ticket)) for ticket in made)]


def _found(db: Connection, who: Staff) -> list[int]:
    return sorted(ticket.id for ticket in ticket_store.find_tickets(db, visible_to(who), limit=10_000))
