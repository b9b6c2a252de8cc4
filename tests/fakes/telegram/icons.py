"""Signs drawn by hand, so that a picture looks the same where no font has them."""

from __future__ import annotations

import html
import re

_DISCS = {
    "🔴": "#e5484d",
    "🟠": "#f5912f",
    "🟡": "#f2c52e",
    "🟢": "#3fae5a",
    "🔵": "#3a8fd8",
    "🟣": "#9a5fd0",
    "⚫": "#39434d",
    "⚪": "#c3ccd4",
    "🟤": "#8d6142",
}
_HAND = 'fill="none" stroke="#dba02f" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"'
_GREY = 'fill="none" stroke="#51687c" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'
_DRAWN = {
    "👌": f'<g {_HAND}><circle cx="8" cy="13.5" r="3.8"/><path d="M11 10 12 3M13 11.5 16 4M14 14 20 8"/>'
    '<path d="M8.500 17.500C11 22 17 21 18.500 14"/></g>',
    "👍": f'<g {_HAND}><path d="M4 11v9M8 20h8c2 0 3-5 3-8 0-1-1-2-2-2h-4c1-3 1-6-1-6-1 3-4 5-4 7z"/></g>',
    "✍": f'<g {_GREY}><path d="M4 20h9M7 16 17 5l3 3L10 18l-4 1z"/></g>',
    "🔒": f'<g {_GREY}><rect x="6" y="11" width="12" height="9" rx="2"/><path d="M9 11V8a3 3 0 0 1 6 0v3"/></g>',
    "🖼": f'<g {_GREY}><rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="9" cy="10" r="1.6"/>'
    '<path d="m5 18 5-5 3 3 3-3 4 4"/></g>',
    "📄": f'<g {_GREY}><path d="M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5"/></g>',
    "📍": f'<g {_GREY}><path d="M12 21c5-6 6-8 6-11a6 6 0 0 0-12 0c0 3 1 5 6 11z"/><circle cx="12" cy="10" r="2"/></g>',
    **{sign: f'<circle cx="12" cy="12" r="8" fill="{color}"/>' for sign, color in _DISCS.items()},
}
_SIGN = re.compile(f"({'|'.join(_DRAWN)})\ufe0f?")


def safe(text: object) -> str:
    """Words as HTML shows them, with signs that are drawn here."""
    return _SIGN.sub(lambda found: f'<svg class="sign" viewBox="0 0 24 24">{_DRAWN[found[1]]}</svg>', _plain(text))


def _plain(text: object) -> str:
    return html.escape(str(text))


def first(text: str) -> str:
    """What stands in a round face: the first character that is a letter or a figure."""
    return _plain(next((letter for letter in text if letter.isalnum()), "·"))
