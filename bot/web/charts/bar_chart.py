"""A value per group as bars with their words and numbers written beside them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.web.charts.svg import element, percent, picture, text

_ROW, _BAR, _LABEL = 40, 14, 14  # pixels
_WIDEST = 0.72  # of the chart; the rest is for the number behind the bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is of, its value (None: no sample), and the value as people read it."""

    label: str
    value: float | None
    text: str


def bar_chart(chart_id: str, title: str, bars: Sequence[Bar]) -> Markup:
    """Return the chart, a row for each bar."""
    about = "；".join(f"{each.label} {each.text}" for each in bars)
    return picture(chart_id, title, about, max(1, len(bars)) * _ROW, _parts(bars))


def _parts(bars: Sequence[Bar]) -> Iterator[str]:
    most = max((each.value for each in bars if each.value is not None), default=0) or 1
    for row, each in enumerate(bars):
        top = row * _ROW
        share = _WIDEST * max(0, each.value or 0) / most
        yield text(each.label, class_="chart-label", x="0", y=top + _LABEL)
        yield element("rect", class_="chart-bar", x="0", y=top + 19, width=percent(share), height=_BAR, rx=3)
        yield text(each.text, class_="chart-value", x=percent(share), dx=6, y=top + 31)
