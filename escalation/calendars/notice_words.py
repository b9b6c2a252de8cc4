"""A pasted notice as plain words whose place in the original is known, cut into front and sentences; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from escalation.working_hours.legal_holidays import HOLIDAYS

_NAME = r"(?:[\"“]?五一[\"”]?)?(?:国际)?劳动节|元旦节?|新年|春节|清明节?|端午节?|中秋节?|国庆节?"
_NAMES = rf"(?:{_NAME})(?:[、和及与](?:{_NAME}))*"
_NUMBER = r"(?:[(]?[一二三四五六七八九十]{1,3}[)]?[、.]?|[(]?\d{1,2}[)、.](?!\d))"
_HEADING = re.compile(
    rf"(?P<number>{_NUMBER})?(?:\d{{4}}年)?(?:"
    rf"(?P<known>{_NAMES})(?:假期|假日|放假安排|放假)?(?::|(?=\d))|(?P<other>[^\d\s:,。;()、]{{2,40}}):(?=\d))"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|\d{1,2}、")
_BEGINS_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日")
_GOES_ON = set("、,至到—–~-和及与年月(") | {""}
_ENDS = re.compile(r"[。；;！!？?\n]")
_BEGINS_BODY = re.compile(r"如下[:。]")
_UNSEEN = {"\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad"}


@dataclass(frozen=True, slots=True)
class Words:
    """A part of the text without blanks and with half-width signs; `places` lead back to the original."""

    plain: str
    places: tuple[int, ...]
    original: str

    def cut(self, start: int, end: int | None = None) -> Words:
        """Return a part of it."""
        return Words(self.plain[start:end], self.places[start:end], self.original)

    @property
    def quoted(self) -> str:
        """The very words of the original, on one line."""
        if not self.places:
            return ""
        return " ".join(self.original[self.places[0] : self.places[-1] + 1].split())

    @property
    def line(self) -> int:
        """The line of the original on which it begins, counted from 1."""
        return self.original.count("\n", 0, self.places[0]) + 1 if self.places else 1


@dataclass(frozen=True, slots=True)
class Heading:
    """The holidays at the head of a sentence, and the rest of it."""

    names: tuple[str, ...]
    rest: Words


def plain_words(text: str) -> Words:
    """Return the words of a text; a line break stays only where it ends a sentence."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        folded = unicodedata.normalize("NFKC", sign)
        if sign in _UNSEEN or (sign.isspace() and sign != "\n"):
            continue
        signs.append(folded if len(folded) == 1 else sign)
        places.append(place)
    whole = "".join(signs)
    kept = [n for n, sign in enumerate(whole) if sign != "\n" or _ends_sentence(whole, n)]
    return Words("".join(whole[n] for n in kept), tuple(places[n] for n in kept), text)


def _ends_sentence(whole: str, place: int) -> bool:
    """Whether a line break is no mere wrapping: a heading follows, or dates after words that ask for none."""
    following = whole[place:].lstrip("\n")
    if _HEADING.match(following) or _NUMBERED.match(following):
        return True
    return bool(_BEGINS_DATE.match(following)) and whole[:place].rstrip("\n")[-1:] not in _GOES_ON


def front_and_body(words: Words) -> tuple[Words, Words]:
    """Return what stands before the arrangements (title, address, reasons), and the arrangements."""
    found = _BEGINS_BODY.search(words.plain)
    if found is not None:
        return words.cut(0, found.end()), words.cut(found.end())
    for sentence, start in _sentences(words):
        if heading_of(sentence) is not None:
            return words.cut(0, start), words.cut(start)
    return words.cut(0, 0), words


def sentences_of(words: Words) -> Iterator[Words]:
    """Yield the sentences, without what ends them."""
    return (sentence for sentence, _ in _sentences(words))


def _sentences(words: Words) -> Iterator[tuple[Words, int]]:
    start = 0
    for end in [*(found.start() for found in _ENDS.finditer(words.plain)), len(words.plain)]:
        if end > start:
            yield words.cut(start, end), start
        start = end + 1


def heading_of(sentence: Words) -> Heading | None:
    """Return the holidays a sentence begins with; None if it has no heading."""
    found = _HEADING.match(sentence.plain)
    if found is None:
        return None
    return Heading(names_in(found["known"]) if found["known"] else (found["other"],), sentence.cut(found.end()))


def without_number(sentence: Words) -> Words:
    """Return a sentence without the number of its paragraph."""
    found = _NUMBERED.match(sentence.plain)
    return sentence.cut(found.end()) if found else sentence


def names_in(plain: str) -> tuple[str, ...]:
    """Return the holidays by law that are named, each once, by their usual names."""
    found = (_usual(each.group()) for each in re.finditer(_NAME, plain))
    return tuple(dict.fromkeys(found))


def _usual(name: str) -> str:
    return "元旦" if name == "新年" else next(one for one in HOLIDAYS if one[:2] in name)
