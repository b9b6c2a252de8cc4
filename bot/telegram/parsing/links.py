"""Links that stand behind words: their addresses are written out after the words; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bot.wording.sanitise import clean
from bot.wording.transcript import linked

KEPT = ("http://", "https://", "tel:", "mailto:")
LONGEST = 500  # characters of an address


def with_address(words: str, url: object) -> str:
    """Return words with the address behind them, unless they are that address, or it is none a person would open."""
    address = clean(url) if isinstance(url, str) else ""
    if not address.lower().startswith(KEPT) or len(address) > LONGEST or any(c.isspace() for c in address):
        return words
    return words if _bare(words) == _bare(address) else linked(words, address)


def with_links(text: str, entities: object, longest: int | None = None) -> str:
    """Return a text with the addresses behind its words, as many as fit into `longest` characters.

    `entities` are the messenger's; their places count UTF-16 units. Those of another kind change nothing.
    """
    found = sorted(_links(entities), reverse=True)
    if not found:
        return text
    coded = text.encode("utf-16-le", "surrogatepass")
    room = longest - len(text) if longest is not None else len(text) + LONGEST * len(found)
    for start, length, url in found:
        end = 2 * (start + length)
        words = coded[2 * start : end].decode("utf-16-le", "replace")
        added = with_address(words, url).removeprefix(words)
        if start >= 0 and words and end <= len(coded) and len(added) <= room:
            coded = coded[:end] + added.encode("utf-16-le", "surrogatepass") + coded[end:]
            room -= len(added)
    return coded.decode("utf-16-le", "surrogatepass")


def _links(entities: object) -> list[tuple[int, int, str]]:
    listed = entities if isinstance(entities, Sequence) and not isinstance(entities, str) else ()
    held = [dict(each) for each in listed if isinstance(each, Mapping | BaseModel)]
    return [_placed(each) for each in held if each.get("type") == "text_link" and _is_placed(each)]


def _placed(entity: dict[str, Any]) -> tuple[int, int, str]:
    return entity["offset"], entity["length"], entity["url"]


def _is_placed(entity: dict[str, Any]) -> bool:
    places = (entity.get("offset"), entity.get("length"))
    return isinstance(entity.get("url"), str) and all(isinstance(each, int) and each >= 0 for each in places)


def _bare(words: str) -> str:
    """An address as people write it: without its scheme and the slash at its end."""
    words = words.strip().lower()
    start = next((kept for kept in KEPT if words.startswith(kept)), "")
    return words.removeprefix(start).rstrip("/")
