"""The alarm clock's periodic work besides deadlines and conversations: a cheap check, then a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.auth import failed_sign_ins, known_devices, staff_sessions, visitor_sessions
from bot.auth.budgets import ledger
from bot.dialogue import identity, quarterly_survey, silent_customers
from bot.jobs import check_ins, daily_head, improvements, inspections, nightly_threshold, resealing, scheduled_reports
from bot.measuring.measuring_chores import MEASURING
from bot.notifications import calendar_alarm, morning_digest, paging, storm, tier_notices
from bot.notifications.once import mark_again_after, may_mark_again
from bot.notifications.publish import announce_now
from bot.privacy import late_requests, retention, unstated_retention
from bot.rules import Rules
from bot.tickets import assignment, crm_steps, incidents, tier_moves
from bot.transcript import reply_drafts, word_index
from escalation.tickets import plan_progress, plan_steps

FORGETTING = "forgetting expired sessions"
JOINING = "joining conversations of one contact"
JOIN_AFTER = timedelta(hours=1)
FORGET_AFTER = timedelta(hours=1)
RECORD_AT_MOST = 50  # names in one transaction
FORGET_AT_MOST = 1000  # sessions of a kind in one transaction: after months of none forgotten, messages get in between


@dataclass(frozen=True, slots=True)
class Chore:
    """A periodic task: `is_due` only reads; `run` writes one batch and returns whether there was something to do."""

    name: str
    is_due: Callable[[Connection, Rules, datetime], bool]
    run: Callable[[Connection, Rules, datetime], Any]


def _has_more_to_notify(db: Connection, _rules: Rules, _now: datetime) -> bool:
    return incidents.has_more_to_notify(db)


def _notify_some(db: Connection, _rules: Rules, now: datetime) -> int:
    return incidents.notify_some(db, now)


def _are_steps_due(db: Connection, _rules: Rules, now: datetime) -> bool:
    return plan_steps.are_due(db, now)


def _remind_of_steps(db: Connection, rules: Rules, now: datetime) -> int:
    reminded = plan_progress.take_due(db, now, RECORD_AT_MOST)
    announce_now(db, rules, reminded, now)
    return len(reminded)


def _is_time_to_forget(db: Connection, _rules: Rules, now: datetime) -> bool:
    return may_mark_again(db, FORGETTING, FORGET_AFTER, now)


def _forget_some(db: Connection, _rules: Rules, now: datetime) -> int:
    """Delete a batch of expired sessions, devices, uses and drafts; once a batch is not full, rest for FORGET_AFTER."""
    kinds = (visitor_sessions, staff_sessions, known_devices, ledger, reply_drafts)
    forgotten = [kind.forget_expired(db, now, FORGET_AT_MOST) for kind in kinds]
    if max(forgotten) < FORGET_AT_MOST:
        mark_again_after(db, FORGETTING, FORGET_AFTER, now)
    return sum(forgotten)


def _has_failed_sign_ins(db: Connection, _rules: Rules, now: datetime) -> bool:
    return failed_sign_ins.are_to_record(db, now)


def _record_failed_sign_ins(db: Connection, _rules: Rules, now: datetime) -> int:
    return failed_sign_ins.record_some(db, now, RECORD_AT_MOST)


def _are_words_behind(db: Connection, _rules: Rules, _now: datetime) -> bool:
    return word_index.are_behind(db)


def _write_words(db: Connection, rules: Rules, _now: datetime) -> int:
    return word_index.write_some(db, rules.vault)


def _may_be_scattered(db: Connection, _rules: Rules, now: datetime) -> bool:
    return may_mark_again(db, JOINING, JOIN_AFTER, now)


def _join_scattered(db: Connection, rules: Rules, now: datetime) -> bool:
    """Join the conversations of one contact; once nobody has several, rest for JOIN_AFTER."""
    joined = identity.join_scattered(db, rules, now)
    if not joined:
        mark_again_after(db, JOINING, JOIN_AFTER, now)
    return joined


CHORES = (
    Chore("giving tickets to people", assignment.is_due, assignment.assign_some),
    Chore("the morning's digest", morning_digest.is_due, morning_digest.post_digest),
    Chore("a missing calendar year", calendar_alarm.is_due, calendar_alarm.alarm_if_needed),
    Chore("what came in a storm of visitors", storm.is_due, storm.tell_if_time),
    Chore("pages to the staff chat", paging.is_due, paging.flush),
    Chore("customers being imported", crm_steps.is_due, crm_steps.take_step),
    Chore("telling customers of an interruption", _has_more_to_notify, _notify_some),
    Chore("tiers set by hand that have run out", tier_moves.has_expired, tier_moves.expire_some),
    Chore("telling contacts of a changed service", tier_notices.has_more_to_tell, tier_notices.tell_some),
    Chore("customers who are waited for", silent_customers.is_due, silent_customers.take_some),
    Chore("the quarterly survey", quarterly_survey.is_due, quarterly_survey.send_some),
    Chore("follow-ups on a schedule", check_ins.is_due, check_ins.take_some),
    Chore("records for inspectors", inspections.is_due, inspections.draw_week),
    Chore("what is to be put right after inspections", inspections.are_to_remind, inspections.remind_some),
    Chore("reports on a schedule", scheduled_reports.is_due, scheduled_reports.post_due),
    Chore("improvements that are past their day", improvements.is_due, improvements.remind_some),
    Chore("requests of persons that are late", late_requests.are_late, late_requests.tell_late),
    Chore("steps of plans", _are_steps_due, _remind_of_steps),
    Chore("failed sign-ins for the journal", _has_failed_sign_ins, _record_failed_sign_ins),
    Chore("the words of changed tickets for the search", _are_words_behind, _write_words),
    Chore("the journal's daily head", daily_head.is_due, daily_head.write_head),
    Chore("the threshold for answering", nightly_threshold.is_due, nightly_threshold.compare_and_move),
    Chore("sealing what is not sealed with the current key", resealing.is_due, resealing.seal_some),
    Chore("what has been kept long enough", retention.is_due, retention.take_step),
    Chore("that nothing ends by itself", unstated_retention.is_due, unstated_retention.tell),
    *(Chore(*each) for each in MEASURING),
    Chore(JOINING, _may_be_scattered, _join_scattered),
    Chore(FORGETTING, _is_time_to_forget, _forget_some),
)
