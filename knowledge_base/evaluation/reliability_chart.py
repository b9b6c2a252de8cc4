"""Draws how sure the bot was against how often it was right, as SVG, and lists its most confident mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from knowledge_base.evaluation.reliability import ConfidenceBand, ConfidentMistake
from knowledge_base.evaluation.svg import opening, percent, text_at

WIDTH, HEIGHT = 860, 470
LEFT, RIGHT, TOP, BOTTOM = 84, 828, 76, 400  # the edges of the field
_STYLE = """
  .field { fill: #f6f8fa; } .grid { stroke: #d8dee4; } text { fill: #1f2328; font-size: 14px; }
  .axis { font-size: 15px; } .title { font-size: 20px; font-weight: 600; } .small { fill: #59636e; font-size: 13px; }
  .even { stroke: #1a7f37; stroke-width: 1.5; stroke-dasharray: 6 5; }
  .halo { paint-order: stroke; stroke: #f6f8fa; stroke-width: 5px; }
  .span { stroke: #0b5fb0; stroke-width: 2; } .band { fill: #0b5fb0; }
"""
DID = {"answered": "answered", "presumed": "presumed", "asked": "asked which is meant", "nothing": "not answered"}


def reliability_svg(bands: Iterable[ConfidenceBand]) -> str:
    """Return the picture as SVG: a point per band with its 95 % interval; what was asked word for word is left out."""
    parts = [
        opening(WIDTH, HEIGHT),
        "<title>How sure the bot was, and how often it was right</title>",
        f'<style>{_STYLE}</style><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<rect class="field" x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BOTTOM - TOP}"/>',
        text_at(LEFT, 34, "How sure the bot was, and how often it was right", "title"),
        text_at(LEFT, 58, "on the dashed line it keeps its word; below it, it promises too much", "small"),
        *_axes(),
        f'<line class="even" x1="{LEFT}" y1="{BOTTOM}" x2="{RIGHT}" y2="{TOP}"/>',
        *(part for band in bands if not band.exact for part in _drawn(band)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def mistakes_table(worst: Sequence[ConfidentMistake]) -> str:
    """Return the most confident mistakes as an HTML table; a sentence where there is none."""
    if not worst:
        return "<p>No message was taken for another question.</p>"
    head = "<tr><th>confidence</th><th>message</th><th>expected</th><th>taken for</th><th>the bot</th></tr>"
    rows = "\n".join(_row(one) for one in worst)
    return f'<table class="words"><thead>{head}</thead><tbody>\n{rows}\n</tbody></table>'


def _row(one: ConfidentMistake) -> str:
    taken = f"{one.question} [{one.given}]"
    cells = (f"{one.confidence:.2f}", one.text, one.expected or "nothing of ours", taken, DID[one.did])
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _axes() -> Iterable[str]:
    for share in range(0, 101, 10):
        x, y = _x(share / 100), _y(share / 100)
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>'
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
        yield text_at(x, BOTTOM + 20, f"{share} %", anchor="middle")
        yield text_at(LEFT - 8, y + 5, f"{share} %", anchor="end")
    middle = (TOP + BOTTOM) / 2
    yield text_at((LEFT + RIGHT) / 2, BOTTOM + 48, "so sure the bot was", "axis", "middle")
    yield f'<g transform="rotate(-90 24 {middle})">{text_at(24, middle, "so often it was right", "axis", "middle")}</g>'


def _drawn(band: ConfidenceBand) -> Iterable[str]:
    x, (low, high) = _x(band.said), band.interval
    yield f'<line class="span" x1="{x}" y1="{_y(low)}" x2="{x}" y2="{_y(high)}"/>'
    yield f'<circle class="band" cx="{x}" cy="{_y(band.realised)}" r="5"/>'
    said = f"{percent(band.realised)} of {band.cases:,}"
    yield (
        text_at(x + 9, _y(band.realised) + 5, said, "small halo")
        if x < RIGHT - 110
        else text_at(x - 9, _y(band.realised) + 5, said, "small halo", "end")
    )


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
