"""What happens now and then: two customers turn out to be one, one is erased, staff note why something went wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from benchmarks.measures.acts import Act
from benchmarks.measures.world import CUSTOMERS, World
from bot.privacy.erase_tickets import blank_ticket
from bot.tickets.customer_changes import merge_contacts
from bot.wording.privacy import ERASED
from escalation.customers.customer_rows import NAME, contacts
from escalation.staff import Staff
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.noted_causes import CAUSE_CLASSES, mishaps, note_cause
from escalation.tickets.ticket_store import lock_ticket, tickets

LONG_OVER = timedelta(days=8)
COUNTED = timedelta(minutes=10)
JUDGED = timedelta(days=7) + COUNTED  # by then it is known of a solution whether it was one at the first contact


def notes_cause(world: World) -> None:
    """A lead notes why a ticket was late, rated low or reopened, now and then twice."""
    known = {one.id: world.read(history_of, one.id) for one in world.tickets if one.id not in world.before_erasure}
    fit = [number for number, rows in known.items() if mishaps(rows)]
    if not fit:
        return
    dice, number = world.dice, world.dice.choice(fit)
    of, cause = dice.choice(mishaps(known[number])), dice.choice(CAUSE_CLASSES)
    lead: Staff = world.people[2]
    for _ in range(dice.choice((1, 1, 2))):
        what = f"#{number} {lead.login} notes {of} {cause}"
        world.do(what, note_cause, number, lead, of, cause, "当天只有一人值班", world.now)
        world.wait(timedelta(seconds=dice.choice((3, 400))))


def merges_customers(world: World) -> None:
    """Two customers on file are one."""
    known = list(CUSTOMERS if world.is_talked else world.customers)
    if len(known) > 1:
        one, other = world.dice.sample(known, 2)
        world.do(f"{one} is {other}", merge_contacts, world.rules, one, other, "li", world.now)
        world.note_tiers()


def erases(world: World) -> None:
    """A ticket that ended long ago loses its words, as do all of its customer; what they make is counted by then."""
    ended = [one for one in world.tickets if not one.is_open and one.id not in world.before_erasure]
    if (
        not ended or world.is_talked
    ):  # nothing happens to such a ticket afterwards: the oracle knows what it said before
        return
    one = world.dice.choice(ended)
    theirs = [each for each in world.tickets if each.contact_id == one.contact_id] if one.contact_id else [one]
    if any(each.is_open or each.id in world.before_erasure for each in theirs):
        return
    world.wait(LONG_OVER)
    world.wait(COUNTED)
    if all(_is_long_over(world, each) for each in theirs):
        world.watch(world)
        for each in theirs:
            world.erased_contacts[each.id] = each.contact_id
            world.before_erasure[each.id] = {row.seq: row.data for row in world.read(history_of, each.id)}
        world.do(f"{one.contact_id or one.id} is erased", _erase, theirs, world)
        world.customers = [each for each in world.customers if each != one.contact_id]


def _is_long_over(world: World, ticket: Ticket) -> bool:
    lines = world.read(history_of, ticket.id)
    return all(row.at <= world.now - (JUDGED if row.kind == "resolved" else COUNTED) for row in lines)


def _erase(db: Connection, theirs: list[Ticket], world: World) -> Any:
    for one in theirs:
        lock_ticket(db, one.id)
        if one.contact_id is not None:
            pseudonym = _pseudonym(db, world, one.contact_id)
            db.execute(update(tickets).where(tickets.c.id == one.id).values(contact_id=pseudonym))
        blank_ticket(db, one.id, "li", world.now)


def _pseudonym(db: Connection, world: World, contact: str) -> str:
    """The row that stands for a contact from now on."""
    found = f"erased-{contact}"
    if db.scalar(select(contacts.c.id).where(contacts.c.id == found)) is None:
        organisation = db.scalar(select(contacts.c.organisation_id).where(contacts.c.id == contact))
        name = world.vault.seal(ERASED, row=found, field=NAME)
        values = {"organisation_id": organisation, "updated_at": world.now, "left_at": world.now}
        db.execute(insert(contacts).values(id=found, name=name, **values))
    return found


OF_CUSTOMERS: tuple[tuple[int, Act], ...] = ((3, notes_cause), (1, merges_customers), (2, erases))
