"""Counts at the end of each day, and puts days away of which nothing more is to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.measuring.fcr_stream import NAME as FCR
from bot.measuring.frontier import LONG_AGO
from bot.measuring.history_stream import LINES as HISTORY
from bot.measuring.history_stream import TICKETS
from bot.measuring.talk_streams import ALONE
from bot.measuring.talk_streams import LINES as TALK
from bot.rules import Rules
from escalation.customers.customer_rows import organisations
from escalation.measures.day_closing import close_day, day_to_close
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.measures.month_sums import month_to_sum, sum_month
from escalation.measures.periods import bounds_of, day_of
from escalation.measures.streams import Stream, advance, begin_stream, find_stream, lock_stream, reached_by_all
from escalation.tickets.ticket_store import tickets

COUNTED, CLOSED = "counted", "closed"  # names of streams; the days of the first are its numbers
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_STREAMS = {TICKETS, HISTORY, TALK, ALONE, FCR, COUNTED}  # whose facts a day waits for


def is_time_to_count(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a day has ended since the last count; reads only."""
    stream = find_stream(db, COUNTED)
    return stream is None or stream.through < _yesterday(rules, now)


def count_day(db: Connection, rules: Rules, now: datetime) -> bool:
    """Count what each agent holds and how many organisations there are, as the end of yesterday.

    The first is that of the day on which counting begins.
    """
    zone, ordinal = rules.policy.zone, _yesterday(rules, now)
    begins, _ = bounds_of(day_of(now, zone), zone)
    stream = lock_stream(db, COUNTED)
    if stream is None:
        begin_stream(db, Stream(COUNTED, ordinal, ordinal, None, begins))
        return False
    if stream.through < ordinal:
        save_facts(db, _counted(db, begins - _SECOND), zone)
        advance(db, stream, ordinal, begins)
    return True


def _counted(db: Connection, at: datetime) -> list[Fact]:
    number = db.scalar(select(func.count()).select_from(organisations).where(organisations.c.merged_into.is_(None)))
    is_open = (tickets.c.state.in_(("waiting", "claimed")), tickets.c.holder_id.is_not(None))
    held = select(tickets.c.holder_id, func.count()).where(*is_open).group_by(tickets.c.holder_id)
    holding = [Fact(at, "held", int(count), staff_id=holder) for holder, count in db.execute(held)]
    return [Fact(at, "organisations", int(number or 0)), *holding]


def is_time_to_close(db: Connection, rules: Rules, _now: datetime) -> bool:
    """Whether a day, or a month's sums, can be put away; reads only."""
    reached = reached_by_all(db, _STREAMS)
    if reached is None:
        return False
    today = day_of(reached, rules.policy.zone)
    return day_to_close(db, reached, rules.policy.zone) is not None or month_to_sum(db, today) is not None


def close_one(db: Connection, rules: Rules, now: datetime) -> bool:
    """Put away one day, else the sums of a month; return whether there was something to do."""
    begin_stream(db, Stream(CLOSED, 0, 0, 0, LONG_AGO))
    stream, reached = lock_stream(db, CLOSED), reached_by_all(db, _STREAMS)
    if stream is None or reached is None:
        return False
    day = day_to_close(db, reached, rules.policy.zone)
    if day is not None:
        older = find_stream(db, TICKETS)
        return close_day(db, day, now, late=older is None or older.is_over) > 0
    month = month_to_sum(db, day_of(reached, rules.policy.zone))
    if month is not None:
        sum_month(db, *month)
    return month is not None


def _yesterday(rules: Rules, now: datetime) -> int:
    return day_of(now, rules.policy.zone).toordinal() - 1
