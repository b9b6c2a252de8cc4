"""Which of the things that were offered a short text names by its place; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_HAN_DIGITS = "零一二三四五六七八九十"
_N = "10|[1-9]|[一二两三四五六七八九十]"
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3}
_WORDS |= {"4th": 4, "5th": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_LETTERS = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
# What is counted is no choice: 第一次, 第二天, 第三台.
_COUNTED = "次天年台步页頁张張章层層排代批遍回季期时時件位周週月日轮輪把手节節方部届屆"
_THAT = "(?:面|边|邊|头|頭|那|这|這|一|个|個|条|條|项|項|的|行|道|種|种)*"
_PIECE = "(?:那|的|这|這|一|个|個|条|條|项|項)"
_SIGNS = r"[\s,，。.!！~～、()（）【】\[\]「」:：]"
_CHOOSE = "选项?|選項?|选择|選擇|点|點|按|回复?|回覆|序号|序號|编号|編號|number|option|item|question|#"
_PATTERNS = (
    # the pattern, and how its place is found: from the front, from the end, first, last, in the middle
    (re.compile(rf"(?:倒数|倒數|倒着数|last but)\s*第?\s*(?P<n>{_N})"), "end"),
    (re.compile(rf"(?<!倒数)(?<!倒數)第\s*(?P<n>{_N})(?![{_COUNTED}\d])"), "front"),
    (re.compile(r"(?P<n>\b(?:first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\b)"), "front"),
    (re.compile(rf"(?:{_CHOOSE})\s*(?P<n>{_N}|one|two|three|four|five)(?![\d月年天台张張分])"), "front"),
    (re.compile(r"\bno\.?\s*(?P<n>[1-9])(?!\d)"), "front"),
    (re.compile(rf"(?<![\d月.])(?P<n>{_N})\s*(?:号|號)(?![楼樓机機线線门門院店前之以晚早下上左发發到送])"), "front"),
    (re.compile(rf"最(?:后|後|末|底)(?:下)?{_THAT}(?![次天])|最下{_THAT}|末(?:尾|了){_THAT}(?!次)"), "last"),
    (re.compile(rf"(?:底下|下面|下边|下邊)(?:那|这|這|的){_PIECE}+|\b(?:last|bottom)\b"), "last"),
    (re.compile(rf"最(?:上|前|顶|頂){_THAT}|打头{_THAT}|(?:头|頭)一{_THAT}|(?:顶|頂)上{_THAT}|\btop\b"), "first"),
    (re.compile(rf"(?:正)?(?:中间|中間|居中){_PIECE}+|\bmiddle\b"), "middle"),
)
_UP = re.compile(rf"^(?:就|要|是|选|選|嗯|那|对|對|我要|我选|看)*(?:上面|上边|上邊|前面){_PIECE}+(?:吧|呢|啊|谢谢)*$")
_BEFORE = "就|要|是|选|選|嗯|哦|那|对|對|我|想|问|問|的|看|用|按|行|好|应该|應該|大概|可能|呃|就是|please|ok|yes|it.?s"
_AFTER = "个|個|条|條|项|項|号|號|吧|呢|啊|呀|哈|了|嘛|咯|啦|的|谢谢|謝謝|thanks|please|没错|就行|就是它"
_BARE = re.compile(rf"^(?:{_BEFORE}|{_SIGNS})*(?P<n>{_N}|[a-e]|one|two|three|four|five)(?:{_AFTER}|{_SIGNS})*$")
_NEGATED = re.compile("(?:不是|不要|不选|不選|别|除了|除|not|except)\\s*(?:the)?\\s*$")
LONGEST = 24  # characters of a text that chooses by a place


def ordinal_of(text: str, offered: int) -> int | None:
    """Return which of `offered` things, counted from 1, a short text chooses; None if it names none, or several."""
    plain = _folded(text)
    if not plain or len(plain) > LONGEST:
        return None
    places = set(_places(plain, offered))
    if not places and (found := _BARE.match(plain)):
        places = {_value(found["n"])}
    if not places and _UP.match(plain):
        places = {1}
    if len(places) != 1:
        return None
    place = places.pop()
    return place if 1 <= place <= offered else None


def _places(plain: str, offered: int) -> Iterator[int]:
    taken: list[range] = []
    for pattern, where in _PATTERNS:
        for found in pattern.finditer(plain):
            if any(found.start() in each for each in taken) or _NEGATED.search(plain[: found.start()]):
                continue
            taken.append(range(*found.span()))
            yield _place(where, found, offered)


def _place(where: str, found: re.Match[str], offered: int) -> int:
    match where:
        case "front":
            return _value(found["n"])
        case "end":
            return offered + 1 - _value(found["n"])
        case "last":
            return offered
        case "middle":
            return (offered + 1) // 2
        case _:
            return 1


def _folded(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", "")
    return re.sub(r"[\U0001f000-\U0001faff\u2600-\u27bf]", "", signs).casefold().strip()


def _value(word: str) -> int:
    if word in _WORDS:
        return _WORDS[word]
    if word in _LETTERS:
        return _LETTERS[word]
    return 2 if word == "两" else int(word) if word.isdigit() else _HAN_DIGITS.index(word)
