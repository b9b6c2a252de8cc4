"""Which messenger account is which member of staff: tied by a code of the console's, ended by leaving the group."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot import link_codes, notice_store, staff_links
from bot.notices import Audience, Notice
from bot.rules import Rules
from bot.telegram import staff_sentences as words
from escalation import store
from escalation.staff import Staff, get_staff
from escalation.tickets import Ticket

MOST_TOLD = 200  # tickets of somebody who left; the console lists them all
LEADS = (Audience("role", "lead"),)


def redeem(db: Connection, secret: str, code: str, account: int, now: datetime) -> str:
    """Use up a code of the console's; returns what to say. `account` must be who wrote, in a private chat."""
    subject = link_codes.redeem(db, secret, "staff", code, now)
    who = get_staff(db, int(subject)) if subject is not None else None
    if who is None:
        return words.BAD_CODE
    staff_links.link(db, account, who.id, now)
    return words.LINKED.format(name=who.name)


def burn(db: Connection, secret: str, code: str, now: datetime) -> None:
    """A code that others have read is good for nobody."""
    link_codes.redeem(db, secret, "staff", code, now)


def leave(db: Connection, rules: Rules, account: int, now: datetime) -> None:
    """Whoever is no longer in the group acts through it no more; their tickets stay theirs, and leads hear of each."""
    who = staff_links.unlink(db, account)
    if who is not None:
        notices = [_notice(who, ticket.id) for ticket in _held(db, who)]
        notice_store.save_notices(db, rules.vault, notices, now)


def _held(db: Connection, who: Staff) -> list[Ticket]:
    mine = (store.tickets.c.holder_id == who.id, store.tickets.c.state == "claimed")
    return list(store.find_tickets(db, *mine, limit=MOST_TOLD))


def _notice(who: Staff, ticket_id: int) -> Notice:
    return Notice(ticket_id, "left", words.LEFT.format(name=who.name, ticket=ticket_id), LEADS)
