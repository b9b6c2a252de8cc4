"""What somebody is told whose data was erased: also by when older backups, which still hold it, are gone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.config.settings import Settings
from bot.wording.privacy import answer
from escalation.customers.data_requests import DataRequest


def answer_of(backup_days: int | None, request: DataRequest, now: datetime) -> str:
    """Return the sentences for the customer, after an erasure."""
    return answer(request.ground, request.until, backups_end(backup_days, request.done_at or now))


def days_of_backups(settings: Settings) -> int | None:
    """Return for how many days a daily backup is kept; None where there is no rotation."""
    return settings.backup_keep if settings.backup_folder else None


def backups_end(backup_days: int | None, erased_at: datetime) -> date | None:
    """Return the day by which the daily backups from before an erasure are gone; None where there is no rotation."""
    return (erased_at + timedelta(days=backup_days)).date() if backup_days is not None else None
