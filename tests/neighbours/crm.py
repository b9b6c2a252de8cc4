"""A company whose CRM comes in by file and by API: what people write in it, and what is kept of that."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.auth import api_keys
from bot.cli import customers_import
from bot.tickets import tier_moves
from escalation.customers.crm_tables import CrmFaults
from escalation.customers.tier_proposals import waiting_proposals
from escalation.tickets.lifecycle import Ticket
from tests.bot.scene import UNKNOWN, Scene, Visitor
from tests.bot.web.doors import Doors

WEDNESDAY = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day
FIGURES = {"annual_amount": 360_000, "orders_per_year": 11, "influence": 3, "complexity": 2}
BY_HAND = {"tier": "特级", "reason": "战略合作", "expires": "2027-12-31"}
COLUMNS = ("id", "organisation", "contact", "phone", "email", *FIGURES, *BY_HAND, "agent")


class Refused(Exception):
    """A file that was refused, with every sentence about it."""


@dataclass
class Crm:
    """Its doors: `jiedai customers import`, the API, and what a second person decides."""

    doors: Doors
    folder: Path
    key: str = ""

    def __post_init__(self) -> None:
        self.scene.clock.now = WEDNESDAY
        self.key = self.scene.write(api_keys.create_key, "crm", ["customers"], "cli", self.scene.now)
        for login in ("lintao", "hanmei"):
            self.scene.staff(login)

    @property
    def scene(self) -> Scene:
        return self.doors.scene

    def file(self, content: bytes | str, name: str = "crm.csv") -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def load(self, file: str, **flags: bool) -> list[str]:
        """What `jiedai customers import` prints."""
        try:
            found = customers_import.load(self.doors.service, file, **flags)
        except CrmFaults as faults:
            raise Refused(str(faults)) from None
        return [str(line) for line in found.text]

    def take(self, *rows: Mapping[str, Any], columns: Sequence[str] = COLUMNS, **flags: bool) -> list[str]:
        """The same for a CSV file of these rows."""
        return self.load(self.file(table(rows, columns)), **flags)

    def tried(self, *rows: Mapping[str, Any], columns: Sequence[str] = COLUMNS, **flags: bool) -> str:
        """What is printed, or the sentences it is refused with."""
        try:
            return "\n".join(self.take(*rows, columns=columns, **flags))
        except Refused as refused:
            return f"REFUSED {refused}"

    async def call(self, method: str, contact: str, /, **body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        json = body or None
        return await self.doors.http.request(method, f"/api/customers/{contact}", headers=headers, json=json)

    async def put(self, contact: str, /, **body: Any) -> dict[str, Any]:
        answer = await self.call("PUT", contact, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, contact: str) -> dict[str, Any]:
        answer = await self.call("GET", contact)
        found: dict[str, Any] = answer.json()
        assert answer.status_code == 200, answer.text
        return found

    def approve(self) -> int:
        """A second person agrees with every wish that waits; how many there were."""
        waiting = self.scene.read(waiting_proposals)
        for each in waiting:
            self.scene.write(tier_moves.approve, self.scene.rules, each.id, "韩梅", self.scene.now)
        return len(waiting)

    def waiting(self) -> list[Any]:
        return list(self.scene.read(waiting_proposals))

    def ticket_of(self, contact: str, channel: str = "web") -> Ticket:
        """The ticket of a proven customer who asks for a person."""
        return self.ticket_from(self.customer(contact, channel))

    def customer(self, contact: str, channel: str = "web") -> Visitor:
        visitor = self.scene.visitor(f"{contact}-{channel}", channel)
        visitor.identify(contact)
        return visitor

    def ticket_from(self, visitor: Visitor) -> Ticket:
        visitor.say(UNKNOWN)
        visitor.say("转人工")
        return self.scene.ticket


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> str:
    """The rows as CSV."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(columns)
    writer.writerows([["" if row.get(name) is None else row[name] for name in columns] for row in rows])
    return made.getvalue()
