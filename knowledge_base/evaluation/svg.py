"""What the pictures of an evaluation share: their opening, and words at a place."""

from __future__ import annotations

from html import escape


def opening(width: int, height: int) -> str:
    """Return the opening tag of a picture of this size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        """ role="img" font-family="system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif">"""
    )


def text_at(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    """Return words at a place."""
    return f'<text x="{x}" y="{y}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def percent(share: float) -> str:
    """Return a share of 1 as a percentage, without a decimal that is zero."""
    return f"{100 * share:.1f} %".replace(".0 %", " %")
