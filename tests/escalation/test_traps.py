"""Mistakes that other systems made with deadlines, each as it happens to a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.sla.deadlines import start
from escalation.tickets import deadline_store, facts, history, opening, queries, sweep
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.working_time import Calendar, parse_span
from tests.escalation.tickets.desk_scene import NOW, Desk, changed, later, without


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


def told(here: Desk, until: datetime, milestone: str = "first_contact") -> list[tuple[str, datetime]]:
    return [(one.kind, one.scheduled_at) for one in here.sweep(until) if one.milestone == milestone]


def shanghai(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """An instant of 2026 by the clock on the wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def test_answered_a_second_before_the_warning_nobody_is_warned(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    warning = anywhere.clock(ticket, "first_contact").next_at
    assert warning == later(minutes=7.5)
    anywhere.happen(ticket, "replied", warning - timedelta(seconds=1))
    assert told(anywhere, later(days=1)) == []
    assert anywhere.clock(ticket, "first_contact").state == "met"


def test_answered_in_the_very_second_it_is_due_it_is_met_and_not_broken(anywhere: Desk) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.happen(ticket, "replied", later(minutes=15))
    clock = anywhere.clock(ticket, "first_contact")
    assert (clock.state, clock.breached_at) == ("met", None)
    assert told(anywhere, later(days=1)) == []


def test_a_breach_that_was_told_cannot_have_been_answered_before(anywhere: Desk) -> None:
    """The sweep and the answer meet in the same second: whoever comes second sees what the first has done."""
    ticket = anywhere.at_work("特级")
    assert told(anywhere, later(minutes=15))[-1][0] == "breach"
    anywhere.happen(ticket, "replied", later(minutes=15))
    clock = anywhere.clock(ticket, "first_contact")
    assert clock.breached_at is not None
    assert clock.settled_at is not None
    assert clock.settled_at >= clock.breached_at


def test_no_fact_that_a_bot_can_cause_meets_a_first_contact(here: Desk) -> None:
    for tier in here.policy.tiers.values():
        assert set(tier.milestone("first_contact").met_by) == {"replied", "called"}
    ticket = here.at_work("特级")
    for fact in ("replied", "resolved", "rated", "customer_wrote", "received"):  # staff cannot record them either
        with pytest.raises(Refused, match="unknown_fact"):
            here.write(facts.record, here.policy, ticket, here.holder(ticket), fact, later(minutes=1))
    here.customer_writes(ticket, later(minutes=2))
    here.write(facts.urge, ticket, later(minutes=3))
    here.write(facts.add_note, ticket, here.holder(ticket), "已查", later(minutes=4))
    assert here.clock(ticket, "first_contact").state == "open"


def test_after_forty_minutes_with_the_bot_a_strategic_customer_still_has_a_quarter_of_an_hour(here: Desk) -> None:
    opened = here.open("特级", raised_at=later(minutes=-40))
    assert opened.promised == later(minutes=15)
    assert here.sweep(NOW) == []


def test_the_second_tier_counts_from_the_raising_and_the_bot_may_not_hold_it_so_long(here: Desk) -> None:
    opened = here.open("一级", raised_at=later(minutes=-2))
    assert opened.promised == later(minutes=28)
    assert here.policy.tiers["一级"].bot_holds_at_most == timedelta(minutes=2)
    late = here.open(
        "一级", raised_at=later(minutes=-40)
    )  # however it came about, it is late and everybody hears of it
    assert late.promised == later(minutes=-10)
    assert [one.kind for one in here.sweep(NOW) if one.ticket.id == late.ticket.id] == ["breach"]


def test_thanks_after_the_solution_starts_no_clock(here: Desk) -> None:
    ticket = here.at_work("特级")
    here.happen(ticket, "replied", later(minutes=1))
    here.happen(ticket, "resolved", later(minutes=2))
    before = here.read(deadline_store.deadlines_of, ticket)
    here.customer_writes(ticket, later(minutes=3))
    assert here.read(deadline_store.deadlines_of, ticket) == before
    assert here.running(ticket) == {"survey"}


def test_a_second_breach_on_the_same_day_is_told_like_the_first(anywhere: Desk) -> None:
    """Neither an acknowledgement nor an answer to the first silences the second."""
    ticket = anywhere.at_work("特级")
    assert told(anywhere, later(minutes=15))[-1] == ("breach", later(minutes=15))
    anywhere.write(facts.acknowledge, ticket, anywhere.holder(ticket), later(minutes=16))
    anywhere.happen(ticket, "replied", later(minutes=17))
    anywhere.happen(ticket, "resolved", later(minutes=18))
    anywhere.write(opening.reopen, anywhere.policy, ticket, later(hours=2))
    assert [one for one in told(anywhere, later(hours=2, minutes=25)) if one[0] != "warning"] == [
        ("breach", later(hours=2, minutes=15)),
        # The sweep came late; the repetition it missed is not made up for.
    ]
    assert told(anywhere, later(hours=2, minutes=30))[-1] == ("overdue", later(hours=2, minutes=30))
    assert [row.breached_at for row in anywhere.clocks(ticket, "first_contact")] == [
        later(minutes=15),
        later(hours=2, minutes=15),
    ]


def test_a_reminder_of_working_time_is_counted_in_working_time(here: Desk) -> None:
    """Three quarters of two hours from 20:30 on the eve of the holidays, not of the nine days until it is due."""
    here.open("三级", shanghai(30, 20, 30, month=9))
    assert told(here, shanghai(8, 8, 59)) == []
    assert told(here, shanghai(8, 9)) == [("warning", shanghai(8, 9))]
    assert told(here, shanghai(8, 9, 30)) == [("breach", shanghai(8, 9, 30))]


@pytest.mark.parametrize(
    ("began", "due"),
    [
        (shanghai(12, 8), shanghai(12, 10)),  # exactly at opening
        (shanghai(12, 7, 59), shanghai(12, 10)),
        (shanghai(12, 21), shanghai(13, 10)),  # exactly at closing
        (shanghai(12, 20, 59), shanghai(13, 9, 59)),
        (shanghai(12, 19), shanghai(12, 21)),  # ends exactly at closing
        (shanghai(16, 21), shanghai(19, 10)),  # Friday's closing
        (shanghai(10, 8), shanghai(10, 10)),  # a Saturday that is worked
        (shanghai(7, 12), shanghai(8, 10)),  # the last day of the holidays
    ],
)
def test_at_opening_and_at_closing_no_minute_is_lost_or_won(here: Desk, began: datetime, due: datetime) -> None:
    assert here.open("三级", began).promised == due


def test_round_the_clock_no_minute_is_lost_at_midnight(here: Desk) -> None:
    for minute in range(16):
        assert here.open("特级", shanghai(12, 23, 45) + timedelta(minutes=minute)).promised == shanghai(
            13, 0
        ) + timedelta(minutes=minute)
    progress = here.policy.tiers["特级"].milestone("first_contact")
    long = replace(progress, within=timedelta(days=30))
    counted = start(here.policy, here.policy.tiers["特级"], here.policy.urgencies["normal"], long, shanghai(1, 0))
    assert counted.due_at == shanghai(31, 0)


def test_a_policy_that_no_longer_owes_it_escalates_it_no_more(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    dropped = without(anywhere.policy, "特级", "assessed")
    anywhere.recompute(ticket, dropped, later(minutes=1))
    assert anywhere.read(queries.stale_tickets, dropped.rules_version, 10) == []
    assert {one.milestone for one in anywhere.sweep(later(days=2))} == {"first_contact"}


def test_steps_that_the_policy_no_longer_has_are_not_taken(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    calm = changed(anywhere.policy, "特级", "first_contact", steps=())
    anywhere.recompute(ticket, calm, later(minutes=1))
    assert [(one.kind, one.to) for one in anywhere.sweep(later(days=2)) if one.milestone == "first_contact"] == [
        ("breach", ("holder",))
    ]


def test_the_night_when_clocks_change_an_hour_is_an_hour(policy: Policy) -> None:
    """In Berlin 25 October 2026 has 25 hours, 29 March 23."""
    hours = Calendar("Berlin", ZoneInfo("Europe/Berlin"), (parse_span("00:00-24:00"),))
    berlin = replace(policy, calendars={**policy.calendars, "全天": hours})
    tier, normal = berlin.tiers["特级"], berlin.urgencies["normal"]
    for day in (date(2026, 10, 25), date(2026, 3, 29)):
        began = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
        for within in (timedelta(hours=2, minutes=30), timedelta(hours=20)):
            found = start(berlin, tier, normal, replace(tier.milestone("first_contact"), within=within), began)
            assert found.due_at == began + within
            assert found.warn_at == began + within / 2


def test_a_warning_on_the_night_when_clocks_change_is_counted_in_open_hours(policy: Policy) -> None:
    night = Calendar("Berlin", ZoneInfo("Europe/Berlin"), (parse_span("21:00-08:00"),))
    berlin = replace(policy, calendars={**policy.calendars, "全天": night})
    tier, first = (
        berlin.tiers["特级"],
        replace(berlin.tiers["特级"].milestone("first_contact"), within=timedelta(hours=12)),
    )
    began = datetime(2026, 10, 24, 21, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    found = start(berlin, tier, berlin.urgencies["normal"], first, began)
    assert found.due_at == began + timedelta(hours=12)  # a night of twelve hours
    assert found.warn_at == began + timedelta(hours=6)


def test_when_it_falls_due_during_an_outage_it_is_told_once_with_its_true_time(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    reached = [one for one in anywhere.sweep(later(minutes=75)) if one.milestone == "first_contact"]
    assert [(one.kind, one.scheduled_at, one.noticed_at) for one in reached] == [
        ("breach", later(minutes=15), later(minutes=75)),
        ("overdue", later(minutes=30), later(minutes=75)),
    ]
    assert anywhere.clock(ticket, "first_contact").breached_at == later(minutes=15)
    lines = [row.data for row in anywhere.read(history.history_of, ticket) if row.kind == "breach"]
    assert [(line["milestone"], line["late_s"]) for line in lines] == [("first_contact", 3600.0), ("assessed", 900.0)]


def test_a_clock_set_back_an_hour_tells_nothing_twice_and_loses_nothing(anywhere: Desk) -> None:
    anywhere.open("特级")
    assert [kind for kind, _ in told(anywhere, later(minutes=15))] == ["breach"]
    assert told(anywhere, later(minutes=-45)) == []
    assert told(anywhere, later(minutes=15)) == []
    assert told(anywhere, later(minutes=20)) == [("overdue", later(minutes=20))]


def test_a_clock_set_ahead_an_hour_tells_each_step_once_and_none_again_when_it_is_set_right(anywhere: Desk) -> None:
    ticket = anywhere.open("三级").ticket.id
    ahead = [kind for kind, _ in told(anywhere, later(minutes=100))]
    assert ahead == ["warning"]
    assert told(anywhere, later(minutes=95)) == []
    assert told(anywhere, later(hours=2)) == [("breach", later(hours=2))]
    assert anywhere.clock(ticket, "first_contact").breached_at == later(hours=2)
    assert anywhere.read(sweep.next_due) is not None
