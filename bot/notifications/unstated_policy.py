"""What a policy of before some of its sections leaves as it was: told once, so that somebody may decide."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.once import mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.outside_chat import UNSTATED

log = logging.getLogger(__name__)


def tell_of_outside_chat(db: Connection, rules: Rules, now: datetime) -> bool:
    """Tell the log and the staff's chat, once, what it reads of customers while the policy does not say; True if told.

    Without such a chat there is nothing to tell; the console's page of Telegram says so for as long as it is so.
    """
    if not rules.staff_chat or rules.policy.outside_chat.is_stated or not mark_once(db, "outside_chat unstated", now):
        return False
    log.warning(
        'The policy has no "outside_chat": names, reasons of tiers, entitlements and what is said go to the staff chat '
        "as before. State what may leave the house (docs/policy.md)."
    )
    post_to_staff_chat(db, rules, UNSTATED, now)
    return True
