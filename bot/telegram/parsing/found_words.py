"""Find words and files in whatever a message holds, by the names of fields; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bot.telegram.parsing.links import with_address, with_links
from bot.wording import transcript

# Fields whose strings are read by people. Rich text in them is a string, a list of parts, or a part with a type.
WORDS = frozenset(
    (
        "text",
        "caption",
        "title",
        "address",
        "question",
        "description",
        "explanation",
        "summary",
        "credit",
        "label",
        "expression",
        "alternative_text",
        "prize_description",
        "option_text",
    )
)
# Whoever and whatever is only named: its titles are nobody's words here. Files are found by `media_in`.
MEDIA = ("animation", "document", "voice", "voice_note", "audio", "video", "video_note", "live_photo", "photo")
_NAMED = ("user", "users", "chat", "chats", "message", "sticker", "story", "thumbnail", "from", "winners", "origin")
_SEPARATOR = " ｜ "  # between the cells of a table
_TICKED = {True: "☑ ", False: "☐ "}


def words_in(value: Any) -> str:
    """Return the words of a value: one block a line, a table's row in one line, parts of a text joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | BaseModel):
        return _words_of(value)
    if isinstance(value, Sequence):
        if value and all(isinstance(row, Sequence) and not isinstance(row, str) for row in value):
            return _lines(_SEPARATOR.join(words_in(cell) for cell in row) for row in value)
        return _lines(words_in(each) for each in value if not isinstance(each, str))
    return ""


def media_in(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the files of a value with the field each stands in; of a picture the largest size."""
    if isinstance(value, BaseModel):
        for name, held in value:
            if name in MEDIA and _is_file(held):
                yield name, held[-1] if isinstance(held, list) else held
            elif not is_named(name):
                yield from media_in(held)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from media_in(each)


def _words_of(value: Mapping[str, Any] | BaseModel) -> str:
    held = dict(value.items() if isinstance(value, Mapping) else value)
    if {"latitude", "longitude"} <= held.keys():
        return transcript.place(f"{held['latitude']}, {held['longitude']}")
    if held.get("type") == "url" and "text" in held:
        return with_address(_flat(held["text"]), held.get("url"))
    before = held.pop("label", None)
    parts = [_part(held, name, part) for name, part in held.items() if part is not None]
    ticked = _TICKED[bool(held.get("is_checked"))] if held.get("has_checkbox") else ""
    return " ".join(filter(None, (_flat(before), ticked + _lines(parts)))) if before or ticked else _lines(parts)


def _part(held: Mapping[str, Any], name: str, part: Any) -> str:
    if name not in WORDS:
        return _inside(name, part)
    entities = held.get(f"{name}_entities") or (held.get("entities") if name == "text" else None)
    return with_links(part, entities) if isinstance(part, str) else _flat(part)


def _inside(name: str, value: Any) -> str:
    if isinstance(value, str) or name in MEDIA or is_named(name) or name.endswith("entities"):
        return ""
    return words_in(value)


def _flat(value: Any) -> str:
    """The words of rich text, whose parts follow each other without a break."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return "".join(_flat(part) for part in value)
    return words_in(value)


def is_named(name: str) -> bool:
    """Whether a field only names somebody or something, whose titles are nobody's words."""
    return name.rpartition("_")[2] in _NAMED


def _is_file(value: Any) -> bool:
    first = value[-1] if isinstance(value, list) and value else value
    return hasattr(first, "file_id")


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
