"""HTML and Markdown as Telegram reads them: the plain text and its entities, or the place where they go wrong."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.fakes.telegram.refusals import Json, bad

TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
TAG = re.compile(r"<(/?)([^\s<>/]*)((?:\s[^<>]*)?)>|<")
MARKDOWN = {"*": "bold", "_": "italic", "`": "code"}
MARKDOWN_2 = MARKDOWN | {"__": "underline", "~": "strikethrough", "||": "spoiler"}
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


def parse(text: str, mode: str) -> tuple[str, list[Json]]:
    """The text without its marks, and the entities they stand for."""
    match mode.lower():
        case "html":
            return _html(text)
        case "markdown":
            return _marks(text, MARKDOWN, strict=False)
        case "markdownv2":
            return _marks(text, MARKDOWN_2, strict=True)
    raise bad("unsupported parse_mode")


def _wrong(why: str) -> Exception:
    return bad(f"can't parse entities: {why}")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _entity(kind: str, plain: str, start: int, **more: Any) -> Json:
    return {"type": kind, "offset": start, "length": _units(plain) - start, **more}


def _html(text: str) -> tuple[str, list[Json]]:
    open_tags: list[tuple[str, int, re.Match[str] | None]] = []
    plain, entities, last = "", list[Json](), 0
    for found in TAG.finditer(text):
        plain += html.unescape(text[last : found.start()])
        last, at = found.end(), len(text[: found.start()].encode())
        closing, tag, rest = found[1], (found[2] or "").lower(), found[3] or ""
        if not closing:
            if tag not in TAGS:
                raise _wrong(f'Unsupported start tag "{tag}" at byte offset {at}')
            open_tags.append((tag, _units(plain), re.search(r"href=[\"']?([^\"'\s>]+)", rest)))
        elif not open_tags:
            raise _wrong(f"Unexpected end tag at byte offset {at}")
        else:
            opened, start, link = open_tags.pop()
            if tag and tag != opened:
                raise _wrong(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{tag}>"')
            entities.append(_entity(TAGS[opened], plain, start, **({"url": link[1]} if link else {})))
    if open_tags:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    plain += html.unescape(text[last:])
    return plain.strip(), [entity for entity in entities if entity["length"] > 0]


def _marks(text: str, marks: dict[str, str], *, strict: bool) -> tuple[str, list[Json]]:
    open_marks: list[tuple[str, int, int]] = []
    plain, entities, at = "", list[Json](), 0
    while at < len(text):
        two, one = text[at : at + 2], text[at]
        mark = two if two in marks else one
        if one == "\\" and at + 1 < len(text):
            plain, at = plain + text[at + 1], at + 2
        elif open_marks and open_marks[-1][0] == mark:
            _, start, _ = open_marks.pop()
            entities.append(_entity(marks[mark], plain, start))
            at += len(mark)
        elif mark in marks:
            open_marks.append((mark, _units(plain), len(text[:at].encode())))
            at += len(mark)
        elif one == "[" and (link := re.match(r"\[([^\]]*)\]\(([^)]*)\)", text[at:])):
            start, plain, at = _units(plain), plain + link[1], at + link.end()
            entities.append(_entity("text_link", plain, start, url=link[2]))
        elif strict and one in RESERVED:
            raise _wrong(f"Character '{one}' is reserved and must be escaped with the preceding '\\'")
        else:
            plain, at = plain + one, at + 1
    if open_marks:
        raise _wrong(f"Can't find end of the entity starting at byte offset {open_marks[-1][2]}")
    return plain.strip(), [entity for entity in entities if entity["length"] > 0]
