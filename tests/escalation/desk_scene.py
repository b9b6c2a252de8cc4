"""A desk on a database: tickets opened without any conversation, staff, and every row to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.database import Database
from escalation import desk, staff, store, sweep
from escalation.customer_store import contacts, organisations
from escalation.customers import TierDecision
from escalation.desk import Matter
from escalation.events import DeadlineReached, TicketOpened
from escalation.policy import Policy
from escalation.staff import Role, Staff, get_staff
from escalation.store import DeadlineRow
from escalation.tickets import Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


def later(**span: float) -> datetime:
    """So much after NOW."""
    return NOW + timedelta(**span)


class Desk:
    """Shorthand for transactions of the desk."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self.database, self.policy = database, policy
        self.write, self.read = database.write_now, database.read_now

    def staff(self, login: str = "li", role: Role = "agent", queues: Sequence[str] = ()) -> Staff:
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
        opened: TicketOpened = self.write(desk.open_ticket, self.policy, Matter(**matter | known), at)
        return opened

    def ticket(self, ticket_id: int) -> Ticket:
        """As it stands."""
        found: Ticket = self.read(store.get_ticket, ticket_id)
        return found

    def clocks(self, ticket_id: int, milestone: str) -> list[DeadlineRow]:
        """Every clock of the milestone that ever ran."""
        return [row for row in self.read(store.deadlines_of, ticket_id) if row.milestone == milestone]

    def clock(self, ticket_id: int, milestone: str) -> DeadlineRow:
        """The latest of them."""
        return self.clocks(ticket_id, milestone)[-1]

    def running(self, ticket_id: int) -> set[str]:
        """Milestones whose clock runs."""
        found: set[str] = self.read(store.open_milestones, ticket_id)
        return found

    def sweep(self, now: datetime) -> list[DeadlineReached]:
        """Everything due by then, one transaction each."""
        found = []
        while (reached := self.write(sweep.take_one, now)) is not None:
            found.append(reached)
        return found

    def history(self, ticket_id: int) -> list[str]:
        """The kinds of what happened."""
        return [row.kind for row in self.read(store.history_of, ticket_id)]


def _insert_contact(db: Any, contact_id: str) -> None:
    values = {"annual_amount": 0, "orders_per_year": 0, "influence": 1, "complexity": 1, "tier": "三级"}
    values |= {"tier_reason": "", "updated_at": NOW, "id": f"o-{contact_id}", "name": "", "name_mac": contact_id}
    db.execute(insert(organisations).values(**values))
    db.execute(insert(contacts).values(id=contact_id, organisation_id=f"o-{contact_id}", name="", updated_at=NOW))
