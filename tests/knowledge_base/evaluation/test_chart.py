"""The picture of an evaluation: well-formed, in plain words, with nothing in it that was not asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from knowledge_base.evaluation.chart import BOTTOM, LEFT, RIGHT, TOP, chart_page, chart_svg
from knowledge_base.evaluation.coverage import ABOVE_ALL, curve_of
from knowledge_base.evaluation.measurement import Evaluation, Figures
from knowledge_base.evaluation.reliability import ConfidenceBand, ConfidentMistake
from knowledge_base.evaluation.reliability_chart import reliability_svg

FIGURES = Figures(3, 30, 200, 0.9, 0.95, 0.92, 0.97, 0.5, 0.97, 0.1, 0.9, 0.8, 0.1, 0.2, 0.5, None)
# Of 200 messages the surest 160 are answered rightly, the next 20 are not, and 20 never are.
CURVE = curve_of([*((1 - n / 200, n < 160) for n in range(180)), *((-1.0, False) for _ in range(20))])
FOUND = Evaluation(FIGURES, 0.5, 0.2, 100, 97, CURVE)
NOTHING = Evaluation(replace(FIGURES, answered=0.0, precision=None), ABOVE_ALL, 0.2, 0, 0, ())


def elements_of(svg: str) -> list[ElementTree.Element]:
    return [*ElementTree.fromstring(svg).iter()]  # noqa: S314 (we drew it ourselves)


def words_of(svg: str) -> list[str]:
    return [text for element in elements_of(svg) if (text := (element.text or "").strip())]


def test_it_says_in_plain_words_what_is_drawn() -> None:
    words = words_of(chart_svg(FOUND, 0.95, "telecom/test.csv"))
    for sentence in (
        "telecom/test.csv: 200 messages, 3 questions, 30 phrasings",
        "now (from 0.50 on): 50 % answered, 97 % right",
        "of all messages, this many are answered by the bot",
        "of its answers, this many are right",
        "wanted: 95 % right",
        "0.9",
    ):
        assert sentence in words


def test_the_curve_stays_within_its_field() -> None:
    line = next(e for e in elements_of(chart_svg(FOUND, 0.95, "x")) if e.tag.endswith("polyline"))
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in places)


def test_where_nothing_is_answered_it_says_so() -> None:
    svg = chart_svg(NOTHING, 0.95, "x")
    assert "now (word for word): nothing answered" in words_of(svg)
    assert "polyline" not in svg


@pytest.mark.parametrize("draw", [chart_svg, chart_page])
def test_a_file_name_is_only_a_name(draw: type[str]) -> None:
    drawn = draw(FOUND, 0.95, "<script>alert(1)</script>&")
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_page_offers_thresholds_to_choose_from() -> None:
    page = chart_page(FOUND, 0.95, "x")
    rows = re.findall(r"<tr>(<td>.*)</tr>", page)
    cells = [re.findall(r"<td>(.*?)</td>", row) for row in rows]
    assert cells[0] == ["99 %", "0.2000", "80.5 %", "99.4 %"]
    assert cells[3] == ["95 %", "0.1650", "84 %", "95.2 %"]
    assert page.count("<svg") == 2


def test_a_target_nothing_keeps_is_told_in_the_page() -> None:
    assert chart_page(NOTHING, 0.95, "x").count("no threshold keeps it") == 6


BANDS = (
    ConfidenceBand(0.8, 0.9, 40, 0.85, 0.7, (0.55, 0.82)),
    ConfidenceBand(1.0, 1.0, 9, 1.0, 1.0, (0.7, 1.0), exact=True),
)
WRONG = ConfidentMistake("能<退>吗", None, "return", "怎么退货", 0.91, "answered")


def test_a_band_is_drawn_with_its_interval_and_what_is_word_for_word_is_not() -> None:
    svg = reliability_svg(BANDS)
    assert "70 % of 40" in words_of(svg)
    assert sum(element.attrib.get("class") == "band" for element in elements_of(svg)) == 1
    (span,) = [element for element in elements_of(svg) if element.attrib.get("class") == "span"]
    assert float(span.attrib["y1"]) > float(span.attrib["y2"])


def test_the_page_shows_said_against_realised_and_names_the_mistakes() -> None:
    page = chart_page(replace(FOUND, bands=BANDS, worst=(WRONG,)), 0.95, "x")
    assert "How sure the bot was, and how often it was right" in page
    assert "<td>0.91</td><td>能&lt;退&gt;吗</td><td>nothing of ours</td><td>怎么退货 [return]</td>" in page
    assert "No message was taken for another question." in chart_page(FOUND, 0.95, "x")
