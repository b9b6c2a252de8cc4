"""Places a hold on a contact or a ticket: an administrator's word, with a ground and a last day, on record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from bot.privacy.agreeing import RightsRefused, demand_admin
from bot.rules import Rules
from escalation.customers.holds import RetentionHold, add_hold
from escalation.journal import journal_store
from escalation.staff import Staff


def place_hold(
    db: Connection, rules: Rules, whose: str | int, ground: str, until: date | None, who: Staff, now: datetime
) -> RetentionHold:
    """RetentionHold what is kept of a contact (by id) or a ticket (by number) until a day, on record in the journal.

    Raises RightsRefused for who is no administrator, without a ground or a last day, and for a day that is over.
    """
    demand_admin(who)
    if not ground.strip() or until is None:
        raise RightsRefused("no_ground", "A hold needs a ground in words and a last day.")
    if until < today(rules, now):
        raise RightsRefused("ended_before", f"{until} is over; a hold ends in the future.", day=until)
    values: dict[str, Any] = {"contact_id": whose if isinstance(whose, str) else None}
    values |= {"ticket_id": whose if isinstance(whose, int) else None}
    values |= {"ground": ground.strip(), "until": until, "by": who.login, "at": now}
    hold = add_hold(db, **values)
    after = {"hold": hold.id, "until": until}
    journal_store.record(db, hold.chain, "hold placed", who.login, now, after=after)
    return hold


def today(rules: Rules, now: datetime) -> date:
    """Return the day that an instant lies in, by the policy's zone."""
    return now.astimezone(rules.policy.zone).date()
