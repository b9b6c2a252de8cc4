"""That nothing ends by itself while the policy states no periods: told at once, then once a month."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.once import mark_again_after, may_mark_again
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.wording.privacy import NOTHING_ENDS

log = logging.getLogger(__name__)

UNSTATED = (
    "The policy has no `privacy: retention:`, so nothing is deleted by itself. Write a period for each class, such as "
    "`transcript: 3y` (`retention: {}` is two years each), into a copy first: `jiedai privacy retention --dry-run "
    "--policy COPY` says what would go."
)
AGAIN = timedelta(days=30)
_MARK = "retention unstated"


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether the policy states no periods and that was not told for a month; reads only."""
    return not rules.policy.privacy.retention.is_stated and may_mark_again(db, _MARK, AGAIN, now)


def tell(db: Connection, rules: Rules, now: datetime) -> bool:
    """Tell the log and the staff chat, unless another replica has; True if told."""
    if not mark_again_after(db, _MARK, AGAIN, now):
        return False
    log.warning(UNSTATED)
    post_to_staff_chat(db, rules, NOTHING_ENDS, now)
    return True
