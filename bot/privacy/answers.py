"""What somebody is told whose data was erased: also by when older backups, which still hold it, are gone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.config.settings import Settings
from bot.wording.privacy import answer
from escalation.customers.data_requests import DataRequest


def answer_of(settings: Settings, request: DataRequest, now: datetime) -> str:
    """Return the sentences for the customer, after an erasure."""
    return answer(request.ground, request.until, backups_end(settings, request.done_at or now))


def backups_end(settings: Settings, erased_at: datetime) -> date | None:
    """Return the day by which the daily backups from before an erasure are gone; None where there is no rotation."""
    if not settings.backup_folder:
        return None
    return (erased_at + timedelta(days=settings.backup_keep)).date()
