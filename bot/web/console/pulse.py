"""What an open page is told of after commits: whether it is out of date, which rows are, and what is to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from bot.auth.preferences import preferences_of
from bot.notifications import notice_inbox
from bot.transcript.message_store import get_message, messages
from bot.transcript.ticket_reads import Unread, is_urgent, read_unread
from bot.web.console import desk_list, presence, ticket_view
from escalation.customers.starring import starred
from escalation.incidents import incident_store
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import sees, visible_to
from escalation.tickets.history import ticket_events
from escalation.tickets.lifecycle import Refused
from escalation.tickets.queries import IS_OPEN
from escalation.tickets.ticket_store import tickets

WORDS = 80  # characters of a customer's words in a notification


@dataclass(frozen=True, slots=True)
class Pulse:
    """What there is of notices and waiting tickets: if it differs, lists are out of date. Cheap to read."""

    changed: int
    unread: int
    newest: int  # the highest number of a waiting ticket this person may see
    urgent: int  # of those of the first tier or of a critical urgency


def read_pulse(db: Connection, policy: Policy, who: Staff, queues: Sequence[str]) -> Pulse:
    """Return what there is now."""
    changed = db.scalar(select(func.coalesce(func.max(ticket_events.c.id), 0))) or 0
    urgent = func.max(case((is_urgent(policy), tickets.c.id), else_=0))
    newest = select(func.coalesce(func.max(tickets.c.id), 0), func.coalesce(urgent, 0))
    found = db.execute(newest.where(tickets.c.state == "waiting", visible_to(who))).one()
    return Pulse(changed, notice_inbox.count_unread(db, who, queues), *found)


def look(
    db: Connection, policy: Policy, who: Staff, queues: Sequence[str], ticket: int | None, now: datetime
) -> dict[str, Any]:
    """Return what an event says of now to a page of this person, which shows this ticket."""
    pulse, chosen = read_pulse(db, policy, who, queues), preferences_of(db, who.id)
    found: dict[str, Any] = {"unread": pulse.unread, "newest": pulse.newest, "urgent": pulse.urgent}
    unread = read_unread(db, policy, who)
    found |= {"mine": asdict(unread), "chosen": asdict(chosen)}
    if chosen.with_words and unread.newest:
        found["words"] = _words(db, unread)
    if ticket is None:
        return found | {"mark": pulse.changed, "interruptions": incident_store.change_number(db)}
    return found | _of_ticket(db, who, ticket, now)


def list_mark(db: Connection) -> str:
    """Return a fingerprint of all lists: if it is the same, no row has changed."""
    latest = (select(func.coalesce(func.max(table.c.id), 0)) for table in (ticket_events, messages))
    return ".".join(str(db.scalar(each)) for each in latest)


def changed_rows(db: Connection, who: Staff, names: frozenset[str] | None, known: set[int]) -> list[int] | None:
    """Return the tickets to draw anew after commits that wrote to these names; None: all of them.

    `known`: the tickets a page of this person may show, which this brings up to date: one that has gone out of their
    sight is named once more.
    """
    if names is None:
        known |= desk_list.visible_ids(db, who)
        return None
    numbers = {int(name[1:]) for name in names if name[0] == "t" and name[1:].isdigit()}
    talks = [int(name[1:]) for name in names if name[0] == "c" and name[1:].isdigit()]
    if talks:
        numbers |= set(db.scalars(select(tickets.c.id).where(IS_OPEN, tickets.c.conversation_id.in_(talks))))
    if not numbers:
        return []
    visible = desk_list.visible_ids(db, who, numbers)
    gone = (numbers & known) - visible
    known.difference_update(gone)
    known.update(visible)
    return sorted(visible | gone)


def _of_ticket(db: Connection, who: Staff, ticket_id: int, now: datetime) -> dict[str, Any]:
    try:
        may_see = sees(who, ticket_store.get_ticket(db, ticket_id))
    except Refused:
        may_see = False
    mark = ticket_view.read_fingerprint(db, ticket_id) if may_see else None
    return {"mark": mark, "here": presence.others_at(db, who, ticket_id, now) if may_see else []}


def _words(db: Connection, unread: Unread) -> str:
    return starred(get_message(db, unread.newest).words)[:WORDS]
