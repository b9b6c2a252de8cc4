"""Requests of persons that are due and not answered: told to the staff's chat once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.privacy import late_requests
from escalation.customers.data_requests import late, save_request

AGAIN = timedelta(days=1)


def are_late(db: Connection, _rules: Rules, now: datetime) -> bool:
    """Whether a request is late and was not told of today; reads only."""
    return bool(late(db, now, now - AGAIN))


def tell_late(db: Connection, rules: Rules, now: datetime) -> int:
    """Tell of the late requests by their numbers, and return how many there are."""
    found = late(db, now, now - AGAIN)
    for each in found:
        save_request(db, each.id, told_late_at=now)
    if found:
        post_to_staff_chat(db, rules, late_requests([(each.id, each.kind) for each in found]), now)
    return len(found)
