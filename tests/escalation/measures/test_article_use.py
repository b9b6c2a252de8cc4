"""How each answer was used, from days that are closed and days that are not."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.storage.database import Database
from escalation.measures.article_use import ArticleUse, article_use
from escalation.measures.day_closing import close_day
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.measures.periods import ReportPeriod, day_of
from tests.conftest import MONDAY_MORNING as NOW

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = day_of(NOW, ZONE)


def test_closed_and_open_days_count_alike(database: Database) -> None:
    yesterday, long_ago = NOW - timedelta(days=1), NOW - timedelta(days=99)
    given = [Fact(at, "bot_answered", 1, part="invoice") for at in (long_ago, yesterday, yesterday)]
    said = [Fact(yesterday, "bot_helped", 1, part="invoice"), Fact(yesterday, "bot_rejected", 1, part="jam")]
    database.write_now(save_facts, [*given, *said, Fact(yesterday, "customer_line", 1)], ZONE)
    for at in (long_ago, yesterday):
        database.write_now(close_day, day_of(at, ZONE).isoformat(), NOW)
    database.write_now(save_facts, [Fact(NOW, "bot_answered", 1, part="jam")], ZONE)
    found = database.read_now(article_use, ReportPeriod(TODAY - timedelta(days=89), TODAY))
    assert found == {
        "invoice": ArticleUse(2, 1, 0, day_of(yesterday, ZONE).isoformat()),
        "jam": ArticleUse(1, 0, 1, TODAY.isoformat()),
    }
