"""The State Council's notices of 2010–2026 are read as they are worded; what contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from benchmarks.notice_slips import counted
from escalation.calendars.changes import changed_year, given_by
from escalation.calendars.faults import CalendarFileFaults
from escalation.calendars.notice_text import HolidayNotice, is_notice, read_notice
from escalation.working_hours.working_time import CalendarDay

NOTICES = Path(__file__).with_name("notices")
YEARS = range(2010, 2027)
PAPERS = [*(str(year) for year in YEARS), "2015-05", "2019-03", "2020-01"]  # in the order they came out of a year


def text_of(name: str) -> str:
    return (NOTICES / f"{name}.txt").read_text(encoding="utf-8")


def refused(text: str, asked: int | None = None) -> list[str]:
    with pytest.raises(CalendarFileFaults) as found:
        read_notice(text, asked)
    return [str(flaw.fault) for flaw in found.value.flaws]


def every_year() -> Mapping[int, tuple[CalendarDay, ...]]:
    """All papers taken in one after the other."""
    held: dict[int, tuple[CalendarDay, ...]] = {}
    for name in PAPERS:
        given = given_by(read_notice(text_of(name)))
        for year in given.named:
            held[year] = changed_year(given, year, held.get(year, ()), known=False, whole=False).after
    return held


def test_every_day_of_seventeen_years_is_as_an_independent_table_has_it() -> None:
    kinds = {day.day: day.kind for days in every_year().values() for day in days}
    every = [date(2010, 1, 1) + timedelta(days=n) for n in range(17 * 365 + 4)]
    assert every[-1] == date(2026, 12, 31)
    worked = {day: kinds.get(day, "on" if day.weekday() < 5 else "off") == "on" for day in every}
    assert [day for day in every if worked[day] != chinese_calendar.is_workday(day)] == []


def test_the_words_of_a_notice_are_told_by_holiday() -> None:
    notice = read_notice(text_of("2026"), asked=2026)
    assert [item.names for item in notice.items] == [
        ("元旦",), ("春节",), ("清明节",), ("劳动节",), ("端午节",), ("中秋节",), ("国庆节",),
    ]  # fmt: skip
    assert [sum(day.kind == kind for day in notice.days) for kind in ("off", "on")] == [33, 6]


def lines_of(year: int) -> str:
    """Only the items, as somebody copies them out of the notice."""
    return "\n".join(line.strip() for line in text_of(str(year)).splitlines() if line.strip()[1:2] == "、")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("。", "。\n"),
        lambda text: text.replace("、2月28日", "、\n2月28日"),
        lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        lambda text: text.replace("周", "星期").replace("星期日", "星期天"),
        lambda text: text.replace("至", "—"),
        lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text),
        lambda text: text.replace("一、", "1．").replace("二、", "2．"),
        lambda text: text.replace("月", " 月 ").replace("日", "　日"),
    ],
    ids=["broken", "wrapped", "half-width", "weekdays", "dashes", "full-width", "numbered", "spaced"],
)
def test_how_it_was_copied_does_not_matter(change: object) -> None:
    assert read_notice(change(lines_of(2026)), 2026).days == read_notice(text_of("2026")).days  # type: ignore[operator]


def test_new_year_s_december_is_of_the_year_before_also_where_the_year_is_left_out() -> None:
    reprint = (
        text_of("2019")
        .replace("2018年12月30", "12月30")
        .replace("2018年12月29", "12月29")
        .replace("2019年1月1日放假", "1月1日放假")
    )
    days = [day.day.isoformat() for day in read_notice(reprint).days][:4]
    assert days == ["2018-12-29", "2018-12-30", "2018-12-31", "2019-01-01"]


NEVER_READ = [
    ("2026", {}, 2027, ['The text is of 2026 ("2026年部分节假日"); asked for was 2027.']),
    ("2009", {}, None, ['"2009年部分节假日": notices are read from 2010 on; that of 2009 is worded otherwise.']),
    (
        "2026",
        {"2月28日（周六）": "2月28日（周日）", "共3天。1月4日": "共4天。1月4日"},
        None,
        [
            '"一、元旦：1月1日（周四）至3日（周六）放假调休，共4天" contradicts itself: 3 days off are named.',
            '"2月28日（周日）" contradicts itself: 2026-02-28 is a Saturday.',
        ],
    ),
    ("2026", {"腊月二十八": "腊月二十七"}, None, [
        '"2月15日（农历腊月二十七、周日）" contradicts the lunar calendar: 2026-02-15 is another day of it.'
    ]),
    ("2026", {"5月9日（周六）": "5月9日前后"}, None, [
        '"5月9日前后上班" can\'t be read as days off or make-up days; leave it out, or write it as notices do.'
    ]),
    ("2014", {"1月1日放假1天": "1月2日放假1天"}, None, [
        '"一、元旦：1月2日放假1天": 元旦 of 2014 is on 2014-01-01, which is not among its days off.'
    ]),
    ("2016", {"4月4日放假": "4月5日放假"}, None, [
        '"三、清明节：4月5日放假，与周末连休" contradicts itself: no day off adjoins a weekend.'
    ]),
    ("2026", {"三、清明节：4月4日（周六）至6日（周一）放假，共3天。": ""}, None, [
        ('"现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下": '
        "the text arranges no day for 清明节; paste it whole.")
    ]),
    ("2026", {"2月28日（周六）": "2月29日"}, None, ['"2月29日" is no date of 2026.']),
]  # fmt: skip


@pytest.mark.parametrize(("name", "slips", "asked", "said"), NEVER_READ)
def test_what_cannot_be_read_is_refused_in_its_own_words(
    name: str, slips: dict[str, str], asked: int | None, said: list[str]
) -> None:
    text = text_of(name)
    for right, wrong in slips.items():
        text = text.replace(right, wrong)
    found = refused(text, asked)
    assert [" ".join(sentence.split()) for sentence in found] == [" ".join(one.split()) for one in said]


def test_a_text_without_a_year_needs_it_to_be_told() -> None:
    assert refused(lines_of(2026)) == [
        "The text does not say of which year it is; paste it with its title, or give the year."
    ]
    assert refused(lines_of(2026), 2027)[0].endswith('"1月1日（周四）" contradicts itself: 2027-01-01 is a Friday.')


def test_a_notice_of_one_holiday_is_not_read_as_of_the_year_of_the_one_pasted_above_it() -> None:
    one = "国务院办公厅关于2026年国庆节放假的通知\n国庆节：10月1日至7日放假调休，共7天。\n"
    other = "国务院办公厅关于2027年劳动节放假的通知\n劳动节：5月1日至5日放假调休，共5天。\n"
    assert refused(one + other) == [
        'The text is of more than one year ("2026年国庆节, 2027年劳动节"); paste one notice at a time.'
    ]


def test_a_table_is_no_notice() -> None:
    assert not is_notice("day,kind,name\n2027-01-01,off,元旦\n")
    assert not is_notice("2027:\n  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n")
    assert all(is_notice(text_of(name)) for name in PAPERS)


def test_every_one_day_slip_is_noticed_in_the_wording_since_2025_by_its_own_check_sums() -> None:
    found = counted(range(2025, 2027))
    assert found == {"slips": 64, "noticed": 64, "by weekday or count": 64}


def test_a_holiday_by_another_name_is_one_of_its_own() -> None:
    notice: HolidayNotice = read_notice("建军百年纪念日：8月1日（周日）至2日（周一）放假，共2天。", 2027)
    assert [(day.day.isoformat(), day.kind, day.name) for day in notice.days] == [
        ("2027-08-01", "off", "建军百年纪念日"),
        ("2027-08-02", "off", "建军百年纪念日"),
    ]
