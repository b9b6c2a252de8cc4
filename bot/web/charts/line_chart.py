"""A value per day as lines, told apart by colour, dashes and the form of their points; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from bot.web.charts.scale import axis_steps
from bot.web.charts.svg import element, percent, picture, text

HEIGHT = 220  # pixels
_TOP, _BOTTOM = 22, 190
_LEFT, _RIGHT = 0.04, 0.96
_MOST_LABELS = 7
_MOST_POINTS = 62  # of a line with a mark at each value


@dataclass(frozen=True, slots=True)
class LineSeries:
    """A line: its name and a value for each label, None where there is none."""

    name: str
    values: Sequence[float | None]


def line_chart(
    chart_id: str, title: str, labels: Sequence[str], series: Sequence[LineSeries], written: Callable[[float], str]
) -> Markup:
    """Return the chart; `written` says a value of the axis in words."""
    values = [value for each in series for value in each.values if value is not None]
    steps = axis_steps(max(values, default=0))
    return picture(chart_id, title, _about(series, written), HEIGHT, _parts(labels, series, steps, written))


def _parts(
    labels: Sequence[str], series: Sequence[LineSeries], steps: Sequence[float], written: Callable[[float], str]
) -> Iterator[str]:
    for step in steps:
        y = _y(step, steps[-1])
        yield element("line", class_="chart-grid", x1="0", x2="100%", y1=y, y2=y)
        yield text(written(step), class_="chart-axis", x="0", y=y - 4)
    every = -(-len(labels) // _MOST_LABELS)
    for place in range(0, len(labels), every or 1):
        yield text(labels[place], class_="chart-axis chart-middle", x=percent(_x(place, len(labels))), y=HEIGHT - 8)
    for number, one in enumerate(series, 1):
        points = [(_x(at, len(one.values)), value) for at, value in enumerate(one.values)]
        for (x1, before), (x2, after) in pairwise(points):
            if before is not None and after is not None:
                ys = {"y1": _y(before, steps[-1]), "y2": _y(after, steps[-1])}
                yield element("line", class_=f"chart-line chart-{number}", x1=percent(x1), x2=percent(x2), **ys)
        if len(points) <= _MOST_POINTS:
            yield from (_mark(number, x, _y(value, steps[-1])) for x, value in points if value is not None)


def _mark(number: int, x: float, y: float) -> str:
    """A dot of the first line, a ring of the second: they stay apart without colour."""
    return element("circle", class_=f"chart-dot chart-{number}", cx=percent(x), cy=y, r=3.5)


def _x(place: int, count: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (place / (count - 1) if count > 1 else 0.5)


def _y(value: float, most: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / most, 1)


def _about(series: Sequence[LineSeries], written: Callable[[float], str]) -> str:
    return "；".join(_of(each, written) for each in series)


def _of(one: LineSeries, written: Callable[[float], str]) -> str:
    known = [value for value in one.values if value is not None]
    return f"{one.name} {written(min(known))} – {written(max(known))}" if known else f"{one.name} –"
