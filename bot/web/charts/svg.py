"""Elements of SVG as text, with everything escaped; pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from markupsafe import Markup


def element(name: str, inner: str = "", /, **attributes: object) -> str:
    """Return an element; `_` in a name is written `-`, `class_` is `class`, and None leaves an attribute out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{inner}</{name}>"


def text(words: str, /, **attributes: object) -> str:
    """Return words at a place."""
    return element("text", escape(words, quote=False), **attributes)


def percent(share: float) -> str:
    """Return a place across the chart, 0 to 1 of its width."""
    return f"{share * 100:.2f}%"


def picture(chart_id: str, title: str, about: str, height: int, parts: Iterable[str]) -> Markup:
    """Return a chart as wide as its place; its title and description are read in its stead."""
    named = element("title", escape(title, quote=False), id=f"{chart_id}-t")
    named += element("desc", escape(about, quote=False), id=f"{chart_id}-d")
    labels = f"{chart_id}-t {chart_id}-d"
    inner = named + "".join(parts)
    svg = element("svg", inner, class_="chart", role="img", aria_labelledby=labels, width="100%", height=height)
    return Markup(svg)  # noqa: S704  # every word and attribute in it is escaped above
