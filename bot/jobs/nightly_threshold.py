"""Once a night over all replicas: were answers as often right as promised, and does the threshold for them move?"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.notifications.once import is_done, mark_once
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.transcript.answer_use import fresh_use
from bot.wording.adjusting import told_to_keeper
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from knowledge_base.adjusting import adjustment_store
from knowledge_base.adjusting.decision import Comparison, compare

FROM = 3  # o'clock in the policy's zone
_DAY = timedelta(days=1)


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether tonight's comparison is still to be made, at a quiet hour and with the whole index; reads only."""
    if not rules.index.entries or not rules.index_builder.is_finished(rules.index) or not is_quiet(rules.policy, now):
        return False
    return not is_done(db, _key(rules.policy, now)) and adjustment_store.is_on(db)


def compare_and_move(db: Connection, rules: Rules, now: datetime) -> bool:
    """Write down tonight's comparison and what follows, unless another replica has; True if it was written now.

    A threshold that moved is told to the staff chat, if there is one.
    """
    if not mark_once(db, _key(rules.policy, now), now):
        return False
    found = tonight(db, rules, now)
    before = adjustment_store.shift_in_force(db)
    shift = round(found.to - rules.learned.answer_at, 4) if found.is_move else before
    written = adjustment_store.add_comparison(db, found, shift, rules.index.revision, now)
    if found.is_move:
        after = {"threshold": found.to, "cases": found.cases, "customers": found.customers, "right": found.realised}
        record(db, "knowledge", "threshold moved", "system", now, before={"threshold": found.threshold}, after=after)
        post_to_staff_chat(db, rules, told_to_keeper(written), now)
    return True


def tonight(db: Connection, rules: Rules, now: datetime) -> Comparison:
    """Return the promise held against the use since the threshold moved last; reads only."""
    policy = rules.policy
    return compare(fresh_use(db, now), rules.thresholds.answer_at, policy.dialogue.precision, policy.zone)


def is_quiet(policy: Policy, now: datetime) -> bool:
    """Whether it is past `FROM` and nobody is asked for a rating at this hour; at any hour where they always are."""
    there = now.astimezone(policy.zone)
    hours = policy.calendars[policy.dialogue.rating_hours]
    if there.hour < FROM:
        return False
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
    return not hours.is_open(now) or hours.between(midnight, midnight + _DAY) >= _DAY


def _key(policy: Policy, now: datetime) -> str:
    """The mark of a night, which lasts from noon to noon."""
    return f"threshold-{now.astimezone(policy.zone) - _DAY / 2:%Y-%m-%d}"
