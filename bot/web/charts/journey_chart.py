"""The journey of a case as a line from top to bottom: what happened, how long it took, in whose hands it was; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.web.charts.svg import element, picture, text

_ROW, _X = 58, 14  # pixels
_KINDS = 4  # looks of a line: one for each person, by turns


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A point of the journey, the time to the next one in words, and in whose hands the case was meanwhile."""

    at: str
    what: str
    takes: str = ""
    holder: str = ""


def journey_chart(chart_id: str, title: str, steps: Sequence[JourneyStep]) -> Markup:
    """Return the journey as a chart."""
    about = "；".join(" ".join(filter(None, (each.at, each.what, each.holder, each.takes))) for each in steps)
    return picture(chart_id, title, about, _ROW * max(1, len(steps)) - _ROW // 2, _parts(steps))


def _parts(steps: Sequence[JourneyStep]) -> Iterator[str]:
    people = {name: place for place, name in enumerate(dict.fromkeys(each.holder for each in steps if each.holder))}
    for row, each in enumerate(steps):
        y = row * _ROW + 12
        if row < len(steps) - 1:
            look = f"chart-{people[each.holder] % _KINDS + 1}" if each.holder else "chart-nobody"
            yield element("line", class_=f"chart-line {look}", x1=_X, x2=_X, y1=y, y2=y + _ROW)
            between = " · ".join(filter(None, (each.takes, each.holder)))
            yield text(between, class_="chart-axis", x=_X + 18, y=y + 34)
        yield element("circle", class_="chart-stop", cx=_X, cy=y, r=6)
        yield text(each.what, class_="chart-label", x=_X + 18, y=y + 5)
        yield text(each.at, class_="chart-axis chart-end", x="100%", y=y + 5)
