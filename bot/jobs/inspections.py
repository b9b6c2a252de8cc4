"""Each Monday the records of the week before for an inspector, by turns; reminders of what is to be put right."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection

from bot.notifications.inspection_notices import tell_of_rectification
from bot.notifications.once import is_done, mark_once
from bot.rules import Rules
from escalation.staff import Staff, all_staff
from escalation.supervision import rectifying
from escalation.supervision.drawing import DrawWish, draw
from escalation.supervision.periods import last_week, week_of
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.sampling import SampleSize

log = logging.getLogger(__name__)

AT_MOST = 50  # reminders in one transaction


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether this week's draw is still to be made. Reads only."""
    supervision = rules.policy.supervision
    weekly = supervision is not None and supervision.weekly
    return weekly and not is_done(db, _mark(rules, now)) and bool(_inspectors(db))


def draw_week(db: Connection, rules: Rules, now: datetime) -> int:
    """Draw of the tickets that ended in the week before, for the inspector whose turn it is; return how many."""
    supervision = rules.policy.supervision
    inspector = whose_turn(_inspectors(db), now, rules)
    if supervision is None or inspector is None or not mark_once(db, _mark(rules, now), now):
        return 0
    since, until = last_week(now, rules.policy.zone)
    wish = DrawWish(since, until, SampleSize(supervision.share, supervision.least), token_hex(8))
    try:
        _, drawn = draw(db, supervision, inspector, wish, "system", now)
    except SupervisionRefused as nothing:
        log.info("no records were drawn this week: %s", nothing)
        return 0
    return len(drawn)


def whose_turn(inspectors: Sequence[Staff], now: datetime, rules: Rules) -> Staff | None:
    """Return the inspector of this week, each in turn; None without any."""
    week = (now.astimezone(rules.policy.zone).date().toordinal() - 1) // 7  # which begins on Monday
    return inspectors[week % len(inspectors)] if inspectors else None


def are_to_remind(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether somebody is to be reminded of a rectification. Reads only."""
    return rectifying.are_due(db, now.astimezone(rules.policy.zone).date())


def remind_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Remind of rectifications; return of how many."""
    taken = rectifying.take_due(db, now.astimezone(rules.policy.zone).date(), now, AT_MOST)
    for found, reminder in taken:
        tell_of_rectification(db, rules, found, reminder, now)
    return len(taken)


def _inspectors(db: Connection) -> list[Staff]:
    return [each for each in all_staff(db) if each.role == "inspector"]


def _mark(rules: Rules, now: datetime) -> str:
    return f"inspections-{week_of(now, rules.policy.zone)}"
