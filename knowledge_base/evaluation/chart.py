"""Draws an evaluation, precision against the share answered, as SVG or in an HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from knowledge_base.evaluation.coverage import ABOVE_ALL, Point, best_for
from knowledge_base.evaluation.measurement import Evaluation
from knowledge_base.evaluation.reliability_chart import mistakes_table, reliability_svg
from knowledge_base.evaluation.svg import opening, percent, text_at

WIDTH, HEIGHT = 860, 590
LEFT, RIGHT, TOP, BOTTOM = 84, 828, 130, 512  # the edges of the field the curve is drawn in
LABELLED = (0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3)  # thresholds that get a mark on the curve, where there is room
CHOICES = (0.99, 0.98, 0.97, 0.95, 0.92, 0.9)  # precisions that the page has a line for
ROOM = 34  # between two marks
FEWEST = 20  # answers; the precision of fewer says nothing and is not drawn
MOST = 600  # points of a curve; no screen shows more

_STYLE = """
  .field { fill: #f6f8fa; } .grid { stroke: #d8dee4; } text { fill: #1f2328; font-size: 14px; }
  .axis { font-size: 15px; } .title { font-size: 20px; font-weight: 600; } .small { fill: #59636e; font-size: 13px; }
  .curve { fill: none; stroke: #0b5fb0; stroke-width: 2.5; stroke-linejoin: round; }
  .mark { fill: #fff; stroke: #0b5fb0; stroke-width: 2; } .own { fill: #b3261e; stroke: #fff; stroke-width: 2; }
  .target { stroke: #1a7f37; stroke-width: 1.5; stroke-dasharray: 6 5; } text.wanted { fill: #1a7f37; }
  text.now { fill: #b3261e; font-weight: 600; } .halo { paint-order: stroke; stroke: #f6f8fa; stroke-width: 5px; }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 15px/1.5 system-ui, sans-serif; color: #1f2328; margin: 24px auto; padding: 0 16px;
max-width: 860px; }} svg {{ width: 100%; height: auto; }} table {{ border-collapse: collapse; }}
th, td {{ padding: 6px 18px 6px 0; border-bottom: 1px solid #d8dee4; text-align: right; }}
table.words td {{ text-align: left; vertical-align: top; }} table.words th {{ text-align: left; }}
p {{ max-width: 46em; }}</style></head>
<body>
{picture}
<h2>What to choose from</h2>
<table><thead><tr><th>right answers wanted</th><th>answer from confidence</th><th>messages answered</th>
<th>answers right</th></tr></thead><tbody>
{choices}
</tbody></table>
<p>These thresholds were looked up with the answers to these very messages in hand, so that other messages will do
a little worse. A higher threshold hands more messages to people.</p>
{reliability}
<h2>The most confident mistakes</h2>
{mistakes}
</body></html>
"""


@dataclass(frozen=True, slots=True)
class _Field:
    """Shares to places on the picture; the upright axis begins at `floor`, because the top is what matters."""

    floor: float

    def x(self, answered: float) -> float:
        return round(LEFT + answered * (RIGHT - LEFT), 1)

    def y(self, precision: float) -> float:
        return round(BOTTOM - (precision - self.floor) / (1 - self.floor) * (BOTTOM - TOP), 1)


def chart_svg(evaluation: Evaluation, target: float, name: str) -> str:
    """Return the chart as SVG; `name` says which messages were evaluated, `target` is the precision wanted, 0 to 1."""
    field = _Field(_floor(evaluation, target))
    figures = evaluation.figures
    about = f"{name}: {figures.messages:,} messages, {figures.questions:,} questions, {figures.phrasings:,} phrasings"
    parts = [
        opening(WIDTH, HEIGHT),
        "<title>How much the bot answers, and how often rightly</title>",
        f'<style>{_STYLE}</style><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<rect class="field" x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}"/>',
        text_at(LEFT, 36, "How much the bot answers, and how often rightly", "title"),
        text_at(LEFT, 60, about, "small"),
        f'<circle class="own" cx="{LEFT + 8}" cy="79" r="7"/>',
        text_at(LEFT + 22, 84, _now(evaluation), "now"),
        f'<circle class="mark" cx="{LEFT + 8}" cy="101" r="4.5"/>',
        text_at(LEFT + 22, 106, "another threshold to choose: answers only from this confidence on", "small"),
        *_axes(field),
        *_curve(field, evaluation.curve),
        *_target(field, target),
        *_marks(field, evaluation),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def chart_page(evaluation: Evaluation, target: float, name: str) -> str:
    """Return the chart in an HTML page, with a table of thresholds."""
    rows = [_choice(wanted, best_for(wanted, evaluation.curve)) for wanted in sorted({*CHOICES, target}, reverse=True)]
    return _PAGE.format(
        title=escape(f"{name}: how much the bot answers"),
        picture=chart_svg(evaluation, target, name),
        choices="\n".join(rows),
        reliability=reliability_svg(evaluation.bands),
        mistakes=mistakes_table(evaluation.worst),
    )


def _floor(evaluation: Evaluation, target: float) -> float:
    """The upright axis begins at a round share below all that matters."""
    own = evaluation.figures.precision
    shares = [point.precision for point in _drawn(evaluation.curve)]
    lowest = min([*shares, target - 0.05, *([] if own is None else [own])])
    return max(0.0, (int(lowest * 20) - 1) / 20)


def _drawn(curve: Sequence[Point]) -> list[Point]:
    enough = [point for point in curve if point.given >= FEWEST]
    every = max(1, len(enough) // MOST)
    return [point for place, point in enumerate(enough) if place % every == 0 or place == len(enough) - 1]


def _axes(field: _Field) -> Iterable[str]:
    for mark in range(0, 101, 10):
        x = field.x(mark / 100)
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>'
        yield text_at(x, BOTTOM + 20, f"{mark} %", anchor="middle")
    step = 5 if field.floor >= 0.5 else 10
    for mark in range(100, round(field.floor * 100) - 1, -step):
        y = field.y(mark / 100)
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
        yield text_at(LEFT - 8, y + 5, f"{mark} %", anchor="end")
    middle = (TOP + BOTTOM) / 2
    yield text_at(
        (LEFT + RIGHT) / 2, BOTTOM + 50, "of all messages, this many are answered by the bot", "axis", "middle"
    )
    yield f'<g transform="rotate(-90 24 {middle})">'
    yield text_at(24, middle, "of its answers, this many are right", "axis", "middle") + "</g>"


def _curve(field: _Field, curve: Sequence[Point]) -> Iterable[str]:
    places = " ".join(f"{field.x(point.answered)},{field.y(point.precision)}" for point in _drawn(curve))
    if places:
        yield f'<polyline class="curve" points="{places}"/>'


def _target(field: _Field, target: float) -> Iterable[str]:
    y = field.y(target)
    yield f'<line class="target" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
    yield text_at(RIGHT - 6, y + 18, f"wanted: {percent(target)} right", "wanted halo", "end")


def _marks(field: _Field, evaluation: Evaluation) -> Iterable[str]:
    figures = evaluation.figures
    taken = []
    if figures.precision is not None:
        x, y = field.x(figures.answered), field.y(figures.precision)
        taken.append((x, y))
        yield f'<circle class="own" cx="{x}" cy="{y}" r="7.5"/>'
        yield _label(x, y, "now", "now halo")
    for threshold in LABELLED:
        point = _reached(evaluation.curve, threshold)
        if point is None or point.given < FEWEST:
            continue
        x, y = field.x(point.answered), field.y(point.precision)
        if all(abs(x - other) + abs(y - another) >= ROOM for other, another in taken):
            taken.append((x, y))
            yield f'<circle class="mark" cx="{x}" cy="{y}" r="4.5"/>'
            yield _label(x, y, f"{threshold:g}", "small halo")


def _label(x: float, y: float, text: str, style: str) -> str:
    """Words above a mark; below it at the very top."""
    return text_at(x, y - 12 if y > TOP + 24 else y + 24, text, style, "middle")


def _now(evaluation: Evaluation) -> str:
    figures = evaluation.figures
    at = "word for word" if evaluation.answer_at >= ABOVE_ALL else f"from {evaluation.answer_at:.2f} on"
    if figures.precision is None:
        return f"now ({at}): nothing answered"
    return f"now ({at}): {percent(figures.answered)} answered, {percent(figures.precision)} right"


def _reached(curve: Iterable[Point], threshold: float) -> Point | None:
    """What this threshold would come to: the last point that is not below it."""
    return max((point for point in curve if point.threshold >= threshold), key=lambda point: point.given, default=None)


def _choice(wanted: float, point: Point | None) -> str:
    if point is None:
        cells = [percent(wanted), "no threshold keeps it", "", ""]
    else:
        at = "only word for word" if point.threshold >= ABOVE_ALL else f"{point.threshold:.4f}"
        cells = [percent(wanted), at, percent(point.answered), percent(point.precision)]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
