"""Charts: their words for screen readers, their places, and that nothing in them is taken for markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from bot.web.charts.bar_chart import Bar, bar_chart
from bot.web.charts.journey_chart import JourneyStep, journey_chart
from bot.web.charts.line_chart import LineSeries, line_chart
from bot.web.charts.scale import axis_steps

EVIL = '<script>"&'


def tree(chart: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart))  # noqa: S314  # our own


def words(chart: Markup, kind: str) -> list[str]:
    return [each.text or "" for each in tree(chart).iter(kind)]


def lines(chart: Markup, look: str) -> list[dict[str, str]]:
    every = tree(chart).iter("line")
    return [each.attrib for each in every if look in each.attrib["class"].split()]


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (0, [0, 1]),
        (1, [0, 0.5, 1]),
        (7, [0, 5, 10]),
        (100, [0, 50, 100]),
        (0.93, [0, 0.5, 1]),
        (12_000, [0, 5e3, 1e4, 1.5e4]),
    ],
)
def test_an_axis_has_round_numbers_from_zero_on(most: float, steps: list[float]) -> None:
    assert axis_steps(most) == steps


def days(values: list[float | None]) -> Markup:
    return line_chart(
        "c", "每日新增", [f"11-{day:02}" for day in range(1, len(values) + 1)], [LineSeries("新增", values)], str
    )


def test_a_chart_is_a_picture_with_a_title_and_a_description() -> None:
    chart = days([1, 4, 2])
    root = tree(chart)
    assert (root.attrib["role"], root.attrib["aria-labelledby"]) == ("img", "c-t c-d")
    assert (words(chart, "title"), words(chart, "desc")) == (["每日新增"], ["新增 1 – 4"])


def test_a_line_leaves_out_days_without_a_value() -> None:
    assert len(lines(days([1, 2, None, 3, 4]), "chart-1")) == 2


def test_many_days_have_few_labels_and_one_day_stands_in_the_middle() -> None:
    assert len([each for each in words(days([1] * 90), "text") if each.startswith("11-")]) <= 7
    assert tree(days([3])).find("circle").attrib["cx"] == "50.00%"  # type: ignore[union-attr]


def test_a_chart_without_any_value_is_empty_and_says_so() -> None:
    assert words(days([None, None]), "desc") == ["新增 –"]


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    chart = bar_chart("b", "按队列", [Bar("售后", 4, "4 件"), Bar("财务", 2, "2 件"), Bar("法务", None, "没有样本")])
    widths = [each.attrib["width"] for each in tree(chart).iter("rect")]
    assert widths == ["72.00%", "36.00%", "0.00%"]
    assert words(chart, "desc") == ["售后 4 件；财务 2 件；法务 没有样本"]


def test_a_journey_says_how_long_it_was_in_whose_hands() -> None:
    steps = [
        JourneyStep("11-30 09:00", "提出", "12分", ""),
        JourneyStep("09:12", "认领", "3小时5分", "李"),
        JourneyStep("12:17", "转交", "20分", "王"),
        JourneyStep("12:37", "解决"),
    ]
    chart = journey_chart("j", "工单 #7 的经过", steps)
    assert words(chart, "desc") == ["11-30 09:00 提出 12分；09:12 认领 李 3小时5分；12:17 转交 王 20分；12:37 解决"]
    assert [len(lines(chart, look)) for look in ("chart-nobody", "chart-1", "chart-2")] == [1, 1, 1]


def test_no_words_are_taken_for_markup() -> None:
    charts = (
        line_chart("l", EVIL, [EVIL], [LineSeries(EVIL, [1])], lambda _: EVIL),
        bar_chart("b", EVIL, [Bar(EVIL, 1, EVIL)]),
        journey_chart("j", EVIL, [JourneyStep(EVIL, EVIL, EVIL, EVIL)] * 2),
    )
    for chart in charts:
        assert "<script" not in chart
        assert words(chart, "title") == [EVIL]
        assert re.search(r"\bstyle=|\bon\w+=", str(chart)) is None
