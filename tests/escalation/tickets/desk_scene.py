"""A desk on a database: tickets opened without any conversation, staff, and every row to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.storage.database import Database
from escalation import staff
from escalation.customers.customer_rows import contacts, organisations
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.tiers import Milestone
from escalation.roles import Role
from escalation.staff import Staff, get_staff
from escalation.tickets import deadline_store, ending, facts, history, holding, opening, rerouting, sweep, ticket_store
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.events import DeadlineReached, TicketOpened
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.opening import NewTicket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


def later(**span: float) -> datetime:
    """So much after NOW."""
    return NOW + timedelta(**span)


class Desk:
    """Shorthand for transactions of the desk."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self.database, self.policy = database, policy
        self.write, self.read = database.write_now, database.read_now

    def staff(self, login: str = "li", role: Role = "agent", queues: Sequence[str] = ("*",)) -> Staff:
        """A new colleague."""
        found = self.read(get_staff, self.write(staff.add_staff, login, login, role, list(queues), "-", NOW))
        assert found is not None
        return found

    def contact(self, contact_id: str = "C1") -> str:
        """A row that a ticket may refer to."""
        self.write(_insert_contact, contact_id)
        return contact_id

    def open(self, tier: str = "三级", at: datetime = NOW, **known: Any) -> TicketOpened:
        """A hand-off."""
        matter: dict[str, Any] = {
            "conversation_id": 1,
            "contact_id": None,
            "tier": TierDecision(tier, "样例"),
            "topic": None,
            "urgency": "normal",
            "complaint": False,
            "subject": "打印机不动了",
            "reason": "asked_for_person",
            "suggested": None,
            "candidates": [],
            "rejected": [],
            "raised_at": at,
        }
        opened: TicketOpened = self.write(opening.open_ticket, self.policy, NewTicket(**matter | known), at)
        return opened

    def at_work(self, tier: str = "特级", at: datetime = NOW, **known: Any) -> int:
        """A hand-off that a new colleague has claimed at once."""
        ticket = self.open(tier, at, **known).ticket.id
        self.write(holding.claim, ticket, self.staff(f"holder-{ticket}"), at)
        return ticket

    def holder(self, ticket_id: int) -> Staff:
        """Whoever holds the ticket."""
        number = self.ticket(ticket_id).holder_id
        assert number is not None
        found = self.read(get_staff, number)
        assert found is not None
        return found

    def happen(self, ticket_id: int, fact: str, at: datetime, cause: str | None = None) -> None:
        """Its holder writes to the customer (`replied`), solves it (`resolved`), or records a fact."""
        who = self.holder(ticket_id)
        if fact == "replied":
            self.write(holding.answer, self.policy, ticket_id, who, "您好", at)
        elif fact == "resolved":
            self.write(ending.resolve, self.policy, ticket_id, who, at, cause)
        else:
            self.write(facts.record, self.policy, ticket_id, who, fact, at, cause)

    def customer_writes(self, ticket_id: int, at: datetime) -> None:
        """A message of theirs reaches the ticket."""
        self.write(facts.customer_wrote, self.policy, ticket_id, at)

    def retier(self, ticket_id: int, tier: str, at: datetime) -> None:
        """The customer turns out to be of this tier."""
        self.write(rerouting.reroute, self.policy, ticket_id, None, TierDecision(tier, "样例"), at)

    def recompute(self, ticket_id: int, policy: Policy, at: datetime) -> None:
        """This policy holds from now on."""
        self.policy = policy
        self.write(rerouting.recompute, policy, ticket_id, at)

    def ticket(self, ticket_id: int) -> Ticket:
        """As it stands."""
        found: Ticket = self.read(ticket_store.get_ticket, ticket_id)
        return found

    def clocks(self, ticket_id: int, milestone: str) -> list[DeadlineRow]:
        """Every clock of the milestone that ever ran."""
        return [row for row in self.read(deadline_store.deadlines_of, ticket_id) if row.milestone == milestone]

    def clock(self, ticket_id: int, milestone: str) -> DeadlineRow:
        """The latest of them."""
        return self.clocks(ticket_id, milestone)[-1]

    def running(self, ticket_id: int) -> set[str]:
        """Milestones whose clock runs."""
        found: set[str] = self.read(deadline_store.open_milestones, ticket_id)
        return found

    def sweep(self, now: datetime) -> list[DeadlineReached]:
        """Everything due by then, a transaction for each step."""
        found: list[DeadlineReached] = []
        while reached := self.write(sweep.take_due_steps, now, 1):
            found += reached
        return found

    def history(self, ticket_id: int) -> list[str]:
        """The kinds of what happened."""
        return [row.kind for row in self.read(history.history_of, ticket_id)]


def changed(policy: Policy, tier: str, milestone_id: str, version: str = "v2", **changes: Any) -> Policy:
    """The policy with another milestone in this place."""
    return _with(policy, tier, version, lambda one: [replace(one, **changes) if one.id == milestone_id else one])


def without(policy: Policy, tier: str, milestone_id: str, version: str = "v2") -> Policy:
    """The policy without this milestone."""
    return _with(policy, tier, version, lambda one: [] if one.id == milestone_id else [one])


def _with(policy: Policy, tier: str, version: str, each: Callable[[Milestone], list[Milestone]]) -> Policy:
    old = policy.tiers[tier]
    milestones = tuple(new for milestone in old.milestones for new in each(milestone))
    tiers = {**policy.tiers, tier: replace(old, milestones=milestones)}
    return replace(policy, version=version, tiers=tiers)


def _insert_contact(db: Any, contact_id: str) -> None:
    values = {"annual_amount": 0, "orders_per_year": 0, "influence": 1, "complexity": 1, "tier": "三级"}
    values |= {"tier_reason": "", "updated_at": NOW, "id": f"o-{contact_id}", "name": "", "name_mac": contact_id}
    db.execute(insert(organisations).values(**values))
    db.execute(insert(contacts).values(id=contact_id, organisation_id=f"o-{contact_id}", name="", updated_at=NOW))
