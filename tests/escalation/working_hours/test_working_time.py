"""Working time against examples, against a minute-walking oracle, and against two other holiday tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import escalation
from escalation.policy.reader import read_policy
from escalation.policy.tiers import Step
from escalation.sla.deadlines import Deadline, start
from escalation.working_hours.instants import iso, parse_instant
from escalation.working_hours.working_time import Calendar, NeverOpenError, Span, parse_span, with_days

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHANGHAI, NEW_YORK, HAVANA = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("America/Havana")
POLICY = read_policy(Path(escalation.__file__).with_name("policy.yaml"))
ROUND_THE_CLOCK, DAILY, WORKING_DAYS = (POLICY.calendars[name] for name in ("全天", "每日", "工作日"))


def at(text: str) -> datetime:
    """An instant written in Shanghai time."""
    return parse_instant(text + "+08:00")


def shanghai(instant: datetime) -> str:
    return iso(instant, SHANGHAI)[:16]


def calendar(*hours: str, zone: ZoneInfo = SHANGHAI, working_days_only: bool = False) -> Calendar:
    return Calendar("test", zone, tuple(map(parse_span, hours)), working_days_only)


def test_half_an_hour_before_closing_ends_exactly_at_closing_time() -> None:
    assert shanghai(DAILY.add(at("2026-10-12T20:30"), 30 * MINUTE)) == "2026-10-12T21:00"


def test_an_hour_on_friday_evening_ends_on_the_make_up_saturday() -> None:
    assert shanghai(WORKING_DAYS.add(at("2026-10-09T20:30"), 2 * HOUR)) == "2026-10-10T09:30"


def test_half_an_hour_on_friday_evening_ends_on_monday() -> None:
    assert shanghai(WORKING_DAYS.add(at("2026-10-16T20:45"), 30 * MINUTE)) == "2026-10-19T08:15"


def test_an_hour_before_the_holiday_week_ends_after_it() -> None:
    assert shanghai(WORKING_DAYS.add(at("2026-09-30T20:30"), HOUR)) == "2026-10-08T08:30"


def test_holidays_do_not_stop_a_calendar_that_opens_every_day() -> None:
    assert shanghai(DAILY.add(at("2026-10-03T20:45"), 30 * MINUTE)) == "2026-10-04T08:15"


def test_round_the_clock_loses_nothing_at_midnight() -> None:
    assert shanghai(ROUND_THE_CLOCK.add(at("2026-10-10T23:50"), 15 * MINUTE)) == "2026-10-11T00:05"
    assert ROUND_THE_CLOCK.between(at("2026-10-10T00:00"), at("2026-10-13T00:00")) == timedelta(days=3)


def test_the_closing_instant_is_outside_and_the_opening_instant_inside() -> None:
    assert DAILY.is_open(at("2026-10-12T08:00"))
    assert DAILY.is_open(at("2026-10-12T20:59"))
    assert not DAILY.is_open(at("2026-10-12T21:00"))
    assert not DAILY.is_open(at("2026-10-12T07:59"))


def test_the_next_opening_is_now_while_open_and_the_morning_while_closed() -> None:
    assert shanghai(DAILY.next_opening(at("2026-10-12T14:30"))) == "2026-10-12T14:30"
    assert shanghai(DAILY.next_opening(at("2026-10-12T21:00"))) == "2026-10-13T08:00"
    assert shanghai(WORKING_DAYS.next_opening(at("2026-09-30T21:00"))) == "2026-10-08T08:00"


def test_no_time_at_all_from_a_closed_hour_gives_the_next_opening() -> None:
    assert shanghai(DAILY.add(at("2026-10-12T21:00"), timedelta(0))) == "2026-10-13T08:00"
    assert shanghai(DAILY.add(at("2026-10-12T20:59"), timedelta(0))) == "2026-10-12T20:59"


def test_several_spans_a_day_skip_the_lunch_break() -> None:
    office = calendar("09:00-12:00", "13:30-18:00")
    assert shanghai(office.add(at("2026-10-12T11:30"), HOUR)) == "2026-10-12T14:00"
    assert shanghai(office.add(at("2026-10-12T11:30"), 30 * MINUTE)) == "2026-10-12T12:00"
    assert office.between(at("2026-10-12T00:00"), at("2026-10-13T00:00")) == 7 * HOUR + 30 * MINUTE


def test_a_span_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    night = calendar("21:00-08:00", working_days_only=True)
    assert night.is_open(at("2026-10-17T07:59"))  # Friday's night, on Saturday morning
    assert not night.is_open(at("2026-10-17T21:30"))  # Saturday has none
    assert shanghai(night.add(at("2026-10-16T20:00"), 10 * HOUR)) == "2026-10-17T07:00"
    assert shanghai(night.add(at("2026-10-17T07:30"), HOUR)) == "2026-10-19T21:30"


def test_measured_time_is_negative_backwards() -> None:
    assert DAILY.between(at("2026-10-12T09:00"), at("2026-10-12T08:00")) == -HOUR


def test_a_year_without_published_holidays_is_known_only_to_a_calendar_that_opens_every_day() -> None:
    assert WORKING_DAYS.is_published(at("2026-12-31T23:59"))
    assert not WORKING_DAYS.is_published(at("2027-01-01T00:00"))
    assert DAILY.is_published(at("2027-01-01T00:00"))
    assert ROUND_THE_CLOCK.is_published(at("2031-01-01T00:00"))


def test_a_calendar_without_hours_says_so_instead_of_searching_for_ever() -> None:
    with pytest.raises(NeverOpenError) as refusal:
        calendar().add(at("2026-10-12T09:00"), HOUR)
    assert str(refusal.value) == (
        "Calendar test has no open hour in the two years after 2026-10-12; give it hours, or correct its days off."
    )
    assert calendar().between(at("2026-10-12T09:00"), at("2029-10-12T09:00")) == timedelta(0)


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="Only a duration of zero or more can be added to working time"):
        DAILY.add(at("2026-10-12T09:00"), -MINUTE)


def test_local_and_naive_datetimes_are_refused() -> None:
    ask: Callable[[datetime], object]
    for ask in (DAILY.is_open, DAILY.next_opening, DAILY.is_published, lambda wrong: DAILY.add(wrong, HOUR)):
        with pytest.raises(ValueError, match="aware UTC"):
            ask(datetime(2026, 10, 12, 9, tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-21:00", Span(480, 1260)),
        ("00:00-24:00", Span(0, 1440)),
        ("21:00-08:00", Span(1260, 1920)),
        ("22:00-00:00", Span(1320, 1440)),
        ("13:00 – 14:30", Span(780, 870)),
    ],
)
def test_a_time_span_is_read(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["8-21", "08:00", "24:00-08:00", "08:60-09:00", "08:00-25:00", "08:00-08:00", ""])
def test_a_time_span_that_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="span") as refusal:
        parse_span(text)
    wanted = "A time span must be written such as 08:00-21:00, 00:00-24:00 or 21:00-08:00"
    assert str(refusal.value) == f'{wanted}; found "{text}".'


def test_spans_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^The time spans of calendar test overlap\.$"):
        calendar("08:00-12:00", "11:00-13:00")
    with pytest.raises(ValueError, match=r"^The time spans of calendar test overlap round midnight\.$"):
        calendar("07:00-12:00", "21:00-08:00")


def test_eight_hours_stay_eight_hours_on_the_days_the_clocks_change() -> None:
    shop = calendar("00:00-24:00", zone=NEW_YORK)
    for night in ("2026-03-08T00:00-05:00", "2026-11-01T00:00-04:00"):
        start = parse_instant(night)
        assert shop.add(start, 8 * HOUR) - start == 8 * HOUR


def test_the_day_of_the_spring_change_is_an_hour_shorter_and_that_of_autumn_longer() -> None:
    shop = calendar("00:00-24:00", zone=NEW_YORK)
    spring, autumn = parse_instant("2026-03-08T00:00-05:00"), parse_instant("2026-11-01T00:00-04:00")
    assert shop.between(spring, parse_instant("2026-03-09T00:00-04:00")) == 23 * HOUR
    assert shop.between(autumn, parse_instant("2026-11-02T00:00-05:00")) == 25 * HOUR


def test_an_opening_time_that_the_clocks_skip_means_the_end_of_the_gap() -> None:
    shop = calendar("02:30-10:00", zone=NEW_YORK)
    assert iso(shop.next_opening(parse_instant("2026-03-08T00:00-05:00")), NEW_YORK) == "2026-03-08T03:00:00-04:00"
    assert shop.between(parse_instant("2026-03-08T00:00-05:00"), parse_instant("2026-03-09T00:00-04:00")) == 7 * HOUR


def test_a_span_that_lies_in_the_gap_has_no_hours_that_day() -> None:
    shop = calendar("02:15-02:45", zone=NEW_YORK)
    assert iso(shop.next_opening(parse_instant("2026-03-08T00:00-05:00")), NEW_YORK) == "2026-03-09T02:15:00-04:00"


def test_a_closing_time_that_comes_twice_means_the_first() -> None:
    bar = calendar("20:00-01:30", zone=NEW_YORK)
    assert bar.is_open(parse_instant("2026-11-01T01:29-04:00"))
    assert not bar.is_open(parse_instant("2026-11-01T01:29-05:00"))


def test_round_the_clock_stays_open_where_the_clocks_change_at_midnight() -> None:
    shop = calendar("00:00-24:00", zone=HAVANA)
    start = parse_instant("2026-03-07T12:00-05:00")
    assert shop.between(start, start + timedelta(days=2)) == timedelta(days=2)
    assert shop.add(start, timedelta(days=2)) == start + timedelta(days=2)


MAKE_UP_DAYS = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


@pytest.mark.parametrize("day", MAKE_UP_DAYS)
def test_a_make_up_day_is_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert WORKING_DAYS.is_open(at(f"{day}T10:00"))


def test_the_make_up_days_of_2026_are_just_these_six() -> None:
    assert sorted(day.isoformat() for day in WORKING_DAYS.days_on if day.year == 2026) == MAKE_UP_DAYS


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_year_agrees_with_two_other_holiday_tables(year: int) -> None:
    table = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if WORKING_DAYS.opens_on(day) != table.is_working_day(day)] == []
    assert [day for day in days if WORKING_DAYS.opens_on(day) != chinese_calendar.is_workday(day)] == []


# What other systems got wrong, each by its name


def first_contact(tier: str, start_at: datetime, **changes: Any) -> Deadline:
    """The tier's first contact, started at an instant."""
    milestone = replace(POLICY.tier_of(tier).milestone("first_contact"), **changes)
    return start(POLICY, POLICY.tier_of(tier), POLICY.urgency_of("normal"), milestone, start_at)


def due(tier: str, start_at: str, **changes: Any) -> str:
    found = first_contact(tier, at(start_at), **changes).due_at
    assert found is not None
    return shanghai(found)


def test_a_clock_that_starts_exactly_at_opening_counts_from_there() -> None:
    assert due("三级", "2026-10-12T08:00") == "2026-10-12T10:00"
    assert due("三级", "2026-10-12T07:59") == "2026-10-12T10:00"


def test_a_clock_that_starts_exactly_at_closing_counts_from_the_next_opening() -> None:
    assert due("三级", "2026-10-12T21:00") == "2026-10-13T10:00"
    assert due("三级", "2026-10-12T20:59") == "2026-10-13T09:59"


def test_a_clock_that_ends_exactly_at_closing_ends_there_and_not_in_the_morning() -> None:
    assert due("三级", "2026-10-12T19:00") == "2026-10-12T21:00"
    second = timedelta(seconds=1)
    assert DAILY.add(at("2026-10-12T19:00") + second, 2 * HOUR) == at("2026-10-13T08:00") + second


def test_round_the_clock_loses_no_minute_at_any_midnight_of_the_year() -> None:
    for day in range(365):
        evening = at("2026-01-01T23:50") + timedelta(days=day)
        assert first_contact("特级", evening).due_at == evening + 15 * MINUTE


def test_a_reminder_comes_when_a_share_of_the_working_time_is_gone_not_of_the_wall_time() -> None:
    steps = (Step(timedelta(0), ("holder",), at=0.5), Step(timedelta(0), ("holder", "lead"), at=0.75))
    found = first_contact("三级", at("2026-10-16T20:30"), steps=steps, warn_before=None)
    assert found.due_at is not None
    warned = [shanghai(found.due_at + line.at) for line in found.steps if line.kind == "warning"]
    # By the wall clock half of the time would be gone on Sunday.
    assert warned == ["2026-10-19T08:30", "2026-10-19T09:00"]
    assert shanghai(found.due_at) == "2026-10-19T09:30"


def test_the_second_half_of_a_night_is_worked_though_a_holiday_begins_at_midnight() -> None:
    night = with_days(calendar("21:00-08:00", working_days_only=True), WORKING_DAYS.days, WORKING_DAYS.years)
    assert shanghai(night.add(at("2026-09-30T23:00"), 5 * HOUR)) == "2026-10-01T04:00"
    assert night.is_open(at("2026-10-01T07:59"))
    assert not night.is_open(at("2026-10-01T21:30"))  # the night that begins on the holiday is off …
    assert not night.is_open(at("2026-10-08T07:59"))  # … with the morning it ends on, though that is a working day
    assert shanghai(night.add(at("2026-10-01T07:00"), 2 * HOUR)) == "2026-10-08T22:00"


@pytest.mark.parametrize(
    ("start_at", "ends"),
    [
        ("2026-03-07T20:30-05:00", "2026-03-08T09:30:00-04:00"),  # the night is an hour shorter
        ("2026-10-31T20:30-04:00", "2026-11-01T09:30:00-05:00"),  # … or longer: neither belongs to the hours
    ],
)
def test_a_clock_change_at_night_moves_no_deadline_of_the_day(start_at: str, ends: str) -> None:
    shop = calendar("08:00-21:00", zone=NEW_YORK)
    assert iso(shop.add(parse_instant(start_at), 2 * HOUR), NEW_YORK) == ends


def test_a_clock_change_within_open_hours_counts_the_hours_that_really_pass() -> None:
    shop = calendar("00:00-06:00", zone=NEW_YORK)
    midnight = {day: parse_instant(f"{day}") for day in ("2026-03-08T00:00-05:00", "2026-11-01T00:00-04:00")}
    spring, autumn = (shop.add(begins, 4 * HOUR) for begins in midnight.values())
    assert iso(spring, NEW_YORK) == "2026-03-08T05:00:00-04:00"
    assert iso(autumn, NEW_YORK) == "2026-11-01T03:00:00-05:00"


def test_time_is_exact_to_the_microsecond_over_holidays_and_years() -> None:
    tick = timedelta(microseconds=1)
    begins = at("2025-12-31T20:59") + tick
    assert WORKING_DAYS.add(begins, MINUTE) == at("2026-01-04T08:00") + tick
    assert WORKING_DAYS.between(begins, at("2026-01-04T08:00") + tick) == MINUTE


def test_a_clock_runs_on_from_one_year_into_the_next() -> None:
    begins = at("2026-12-31T23:50")
    assert ROUND_THE_CLOCK.add(begins, timedelta(days=800)) == begins + timedelta(days=800)
    assert ROUND_THE_CLOCK.between(begins, begins + timedelta(days=800)) == timedelta(days=800)
    new_year = datetime(2027, 1, 1, tzinfo=UTC)  # 08:00 in Shanghai: where one table ends and the next begins
    assert DAILY.next_opening(new_year) == new_year
    assert ROUND_THE_CLOCK.add(new_year - MINUTE, MINUTE) == new_year
    assert ROUND_THE_CLOCK.add(new_year, timedelta(0)) == new_year


def test_a_calendar_shut_for_more_than_two_years_says_so_and_for_less_waits() -> None:
    closed = frozenset(date(2026, 6, 1) + timedelta(days=n) for n in range(1_000))
    shop = Calendar("test", SHANGHAI, (Span(480, 1260),), days_off=closed)
    with pytest.raises(NeverOpenError):
        shop.add(at("2026-05-31T20:30"), HOUR)
    shorter = Calendar("test", SHANGHAI, (Span(480, 1260),), days_off=frozenset(sorted(closed)[:700]))
    assert shanghai(shorter.add(at("2026-05-31T20:30"), HOUR)) == "2028-05-01T08:30"


# The oracle looks at one minute at a time and knows nothing about intervals. It is asked only about zones and
# spans without a change of clocks inside a span's edge; those edges have their own tests above.


def open_minute(hours: Calendar, minute: datetime) -> bool:
    local = minute.astimezone(hours.zone)
    now = local.hour * 60 + local.minute
    for span in hours.spans:
        for days_ago in (0, 1):
            day = local.date() - timedelta(days=days_ago)
            if hours.opens_on(day) and span.opens <= now + days_ago * 1440 < span.closes:
                return True
    return False


def walk(hours: Calendar, start: datetime, minutes: int) -> datetime:
    minute = start
    while not open_minute(hours, minute):
        minute += MINUTE
    for _ in range(minutes):
        while not open_minute(hours, minute):
            minute += MINUTE
        minute += MINUTE
    return minute


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    edges = draw(st.lists(st.integers(0, 2 * 24 - 1), min_size=2, max_size=6, unique=True).map(sorted))
    spans = [Span(edges[n] * 30, edges[n + 1] * 30) for n in range(0, len(edges) - 1, 2)]
    if draw(st.booleans()):
        spans[-1] = Span(spans[-1].opens, 1440 + draw(st.integers(0, spans[0].opens)))  # to midnight, or over it
    base = date(2026, 6, 1)
    days = st.integers(0, 40).map(lambda n: base + timedelta(days=n))
    off, on = draw(st.frozensets(days, max_size=5)), draw(st.frozensets(days, max_size=3))
    zone = draw(st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Asia/Kathmandu")]))
    return Calendar("drawn", zone, tuple(spans), draw(st.booleans()), off - on, on)


instants = st.integers(0, 30 * 1440).map(lambda n: datetime(2026, 6, 1, tzinfo=UTC) + n * MINUTE)


@settings(max_examples=300, deadline=None)
@given(calendars(), instants, st.integers(0, 900))
def test_adding_agrees_with_walking_minute_by_minute(hours: Calendar, start: datetime, minutes: int) -> None:
    assert hours.add(start, minutes * MINUTE) == walk(hours, start, minutes)


@settings(max_examples=150, deadline=None)
@given(calendars(), instants, st.integers(0, 3000))
def test_measuring_agrees_with_counting_open_minutes(hours: Calendar, start: datetime, length: int) -> None:
    counted = sum(open_minute(hours, start + n * MINUTE) for n in range(length))
    assert hours.between(start, start + length * MINUTE) == counted * MINUTE


@settings(max_examples=150, deadline=None)
@given(calendars(), instants)
def test_being_open_agrees_with_the_wall_clock(hours: Calendar, minute: datetime) -> None:
    assert hours.is_open(minute) == open_minute(hours, minute)
    assert hours.next_opening(minute) == walk(hours, minute, 0)


@settings(max_examples=300, deadline=None)
@given(calendars(), instants, st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_was_added_is_what_is_measured(hours: Calendar, start: datetime, first: int, second: int) -> None:
    end = hours.add(start, first * MINUTE)
    assert hours.between(start, end) == first * MINUTE
    assert hours.between(start, hours.add(start, (first + second) * MINUTE)) == (first + second) * MINUTE
    assert end <= hours.add(start, (first + second) * MINUTE)


def shown(zone: ZoneInfo, first: datetime, minutes: int) -> list[int]:
    """A wall clock that is never put back: what it shows at each minute, an hour that comes twice the first time."""
    latest, found = 0, []
    for n in range(minutes):
        local = (first + n * MINUTE).astimezone(zone)
        latest = max(latest, local.toordinal() * 1440 + local.hour * 60 + local.minute)
        found.append(latest)
    return found


def open_minutes(hours: Calendar, first: datetime, minutes: int) -> list[bool]:
    """Minute by minute, whatever the clocks do: a span lasts from when the wall reaches its edge until the next."""
    found = []
    for wall in shown(hours.zone, first, minutes):
        day, minute = date.fromordinal(wall // 1440), wall % 1440
        mine = ((day, minute), (day - timedelta(days=1), minute + 1440))
        found.append(any(hours.opens_on(d) and s.opens <= m < s.closes for d, m in mine for s in hours.spans))
    return found


changes = [datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC), datetime(2026, 3, 28, tzinfo=UTC)]


@settings(max_examples=100, deadline=None)
@given(
    calendars(),
    st.sampled_from([NEW_YORK, ZoneInfo("Europe/Berlin"), HAVANA]),
    st.sampled_from(changes),
    st.integers(1440, 2 * 1440),
    st.integers(0, 600),
)
def test_any_spans_agree_with_walking_over_a_change_of_the_clocks(
    drawn: Calendar, zone: ZoneInfo, first: datetime, place: int, minutes: int
) -> None:
    hours = replace(drawn, zone=zone)
    walked = open_minutes(hours, first - timedelta(days=1), 5 * 1440)
    begins = first - timedelta(days=1) + place * MINUTE
    assert hours.between(begins, begins + 2 * 1440 * MINUTE) == sum(walked[place : place + 2 * 1440]) * MINUTE
    ahead = [n for n in range(place, len(walked)) if walked[n]]
    if len(ahead) > minutes:
        ends = ahead[minutes - 1] + 1 if minutes else ahead[0]
        assert hours.add(begins, minutes * MINUTE) == first - timedelta(days=1) + ends * MINUTE


winters = st.integers(0, 4 * 1440).map(lambda n: datetime(2026, 10, 30, tzinfo=UTC) + n * MINUTE)
springs = st.integers(0, 4 * 1440).map(lambda n: datetime(2026, 3, 6, tzinfo=UTC) + n * MINUTE)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["08:00-21:00", "00:00-24:00", "22:00-04:00"]), st.one_of(winters, springs), st.integers(0, 900))
def test_adding_agrees_with_walking_while_new_york_changes_its_clocks(span: str, start: datetime, minutes: int) -> None:
    shop = calendar(span, zone=NEW_YORK)
    assert shop.add(start, minutes * MINUTE) == walk(shop, start, minutes)
