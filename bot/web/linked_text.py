"""Addresses, telephone numbers and e-mail addresses found in what people write; the text stays as it is; pure.

`static/linked.js` finds the same ones on the customers' page: a change here is made there, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from escalation.customers.starring import parts_of

_FOUND = re.compile(
    r"(?P<url>https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+)"
    r"|(?P<mail>[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})"
    r"|(?P<tel>"
    r"(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"
    r"|[48]00[ -]?(?:[0-9]{3}[ -]?[0-9]{4}|[0-9]{4}[ -]?[0-9]{3})"
    r"|(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\)|（0(?:10|2[0-9]|[3-9][0-9]{2})）|0(?:10|2[0-9]|[3-9][0-9]{2}))"
    r"[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4}(?:(?:转|轉|-)[0-9]{1,6})?)",
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(
    r"https?://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?)(?=[/?#]|$)", re.IGNORECASE | re.ASCII
)
_EXTENSION = re.compile(r"(.*?[0-9]{4})(?:转|轉|-)([0-9]{1,6})", re.ASCII)  # behind a fixed number
_STARS = "**"  # of a value that is hidden: what holds it leads nowhere
_NOT_BEFORE = {
    "url": re.compile(r"[A-Za-z0-9*]$"),
    "mail": re.compile(r"[A-Za-z0-9._+*@-]$"),
    "tel": re.compile(r"(?:[0-9A-Za-z_.+*@/=&#%]|[0-9][ -])$"),
}
_NOT_AFTER = {
    "url": re.compile("$^"),
    "mail": re.compile(r"[A-Za-z0-9_@*]"),
    "tel": re.compile(r"[0-9A-Za-z_*@%]|[.-][0-9]"),
}
_ENDS = ".,;:!?'*"  # of a sentence, not of the address before them


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """A part of a text as it is shown; `href` leads from it, empty where nothing does."""

    shown: str
    href: str = ""
    is_starred: bool = False


@lru_cache(maxsize=4_096)  # a talk that is open draws the same lines again and again
def linked(text: str, whole: bool) -> tuple[LinkedPart, ...]:  # a filter of templates
    """Return the text in parts, its secrets starred unless it may be shown `whole`; what is starred leads nowhere."""
    shown, hidden = (text, []) if whole else _starred(text)
    links = [
        (begin, end, href)
        for begin, end, href in links_in(shown)
        if not any(begin < last and first < end for first, last in hidden)
    ]
    return tuple(_parts(shown, links, hidden))


def _starred(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as it is shown, and the places of its stars."""
    shown, hidden = "", []
    for part in parts_of(text):
        if part.is_starred:
            hidden.append((len(shown), len(shown) + len(part.shown)))
        shown += part.shown
    return shown, hidden


def _parts(
    shown: str, links: Sequence[tuple[int, int, str]], hidden: Sequence[tuple[int, int]]
) -> Iterator[LinkedPart]:
    marks = [(begin, end, href, False) for begin, end, href in links]
    marks += [(begin, end, "", True) for begin, end in hidden]
    done = 0
    for begin, end, href, is_starred in sorted(marks):
        if begin > done:
            yield LinkedPart(shown[done:begin])
        yield LinkedPart(shown[begin:end], href, is_starred)
        done = end
    if done < len(shown):
        yield LinkedPart(shown[done:])


def links_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield begin, end and address of every link of a text: http, https, tel and mailto, no other."""
    ended = -1
    for found in _FOUND.finditer(text):
        kind = found.lastgroup or ""
        begin, end = found.span()
        if kind == "url":
            end = _end_of_url(text, begin, end)
        is_list = kind == "tel" and ended >= 0 and text[ended:begin] in (" ", "-")
        if (
            end <= begin
            or _NOT_AFTER[kind].match(text, end)
            or (_NOT_BEFORE[kind].search(text[:begin][-2:]) and not is_list)
        ):
            continue
        yield begin, end, _address(kind, text[begin:end])
        ended = end


def _end_of_url(text: str, begin: int, end: int) -> int:
    """Where an address ends: before the sentence's own signs. `begin` if it is none that may be followed."""
    if _STARS in text[begin : end + 1] or text[end : end + 1] == "*":
        return begin
    while end > begin:
        last = text[end - 1]
        pair = {")": "(", "]": "["}.get(last)
        unpaired = pair is not None and text.count(last, begin, end) > text.count(pair, begin, end)
        if last not in _ENDS and not unpaired:
            break
        end -= 1
    return end if _AUTHORITY.match(text[begin:end]) else begin


def _address(kind: str, shown: str) -> str:
    if kind == "url":
        return shown
    if kind == "mail":
        return f"mailto:{shown}"
    number, extension = _called(shown)
    digits = "".join(sign for sign in number if sign in "0123456789")
    if number.lstrip().startswith("+") or (digits.startswith("86") and len(digits) == len("8613800138000")):
        digits = f"+{digits}"
    return f"tel:{digits}" + (f",{extension}" if extension else "")


def _called(shown: str) -> tuple[str, str]:
    """A number, and the extension behind it."""
    found = _EXTENSION.fullmatch(shown) if shown[0] in "0(（" else None
    return (found[1], found[2]) if found else (shown, "")
