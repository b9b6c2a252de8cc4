"""Whether what has been kept for its period goes, and on which ground it is left; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from escalation.customers.holds import RetentionHold

Left = Literal["complaint", "open", "not_yet"]  # or the hold that keeps it
OPEN_STATES = ("waiting", "claimed")


@dataclass(frozen=True, slots=True)
class KeptTicket:
    """A ticket as far as it says whether its matter is over; `into` is the one that it became part of."""

    id: int
    talk: int
    contact: str | None
    state: str
    complaint: bool
    ended_at: datetime | None
    into: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class OldRow:
    """A row that is older than its period, and what it belongs to."""

    id: int
    ticket: int | None = None
    talk: int | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows belong to: tickets with those they became part of, whose talks these are, what is open, what is held.

    `open_talks`: conversations with an open ticket, True where one is a complaint. `complaining`: contacts with an
    open complaint in whatever conversation.
    """

    tickets: Mapping[int, KeptTicket] = field(default_factory=dict)
    contact_of: Mapping[int, str | None] = field(default_factory=dict)  # by conversation
    open_talks: Mapping[int, bool] = field(default_factory=dict)
    complaining: frozenset[str] = frozenset()
    holds: Sequence[RetentionHold] = ()

    def left(self, row: OldRow, before: datetime) -> Left | RetentionHold | None:
        """Return why a row is left; None: it goes. Its matter must have ended before `before`."""
        chain = self._chain(row.ticket)
        if any(not each.is_open and (each.ended_at is None or each.ended_at >= before) for each in chain):
            return "not_yet"
        talks = {each.talk for each in chain} | ({row.talk} if row.talk is not None else set())
        contacts = {row.contact, *(each.contact for each in chain), *(self.contact_of.get(talk) for talk in talks)}
        contacts, numbers = contacts - {None}, {each.id for each in chain} | {row.ticket}
        held = (hold for hold in self.holds if hold.contact_id in contacts or hold.ticket_id in numbers - {None})
        if (hold := next(held, None)) is not None:
            return hold
        complaints = [self.open_talks[each] for each in talks if each in self.open_talks]
        complaints += [True for each in contacts if each in self.complaining]
        complaints += [each.complaint for each in chain if each.is_open]
        if any(complaints):
            return "complaint"
        return "open" if complaints else None

    def _chain(self, number: int | None) -> list[KeptTicket]:
        found: list[KeptTicket] = []
        while number is not None and number in self.tickets and number not in {each.id for each in found}:
            found.append(self.tickets[number])
            number = found[-1].into
        return found
