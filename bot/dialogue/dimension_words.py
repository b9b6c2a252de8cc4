"""Scores of dimensions in a text: 响应 3 专业 5; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.text.scripts import to_simplified

_NUMERALS = "零一二三四五六七八九十"
_TWO = ("两", "二")
_AND = "和|与|跟"
_SEPARATORS = r"[\s:：=,，、是为给打评方面]{0,6}"
_NUMBER = rf"(?P<number>-?\d{{1,4}}(?:\.\d+)?|[{_TWO[0]}{_NUMERALS}]{{1,3}})"
_UNIT = r"\s*(?:分(?!钟)|颗?星(?!期))"
_BETWEEN = " ,，.。、;；!！和与跟"
_LEAST, _MOST = 1, 5


@dataclass(frozen=True, slots=True)
class DimensionScores:
    """What a text gives each dimension, in its words what is no score from 1 to 5, and what else it says."""

    scores: tuple[tuple[str, int], ...]
    wrong: tuple[str, ...]
    rest: str


def dimension_scores(text: str, labels: Mapping[str, str]) -> DimensionScores | None:
    """Return the scores that a text gives dimensions by their labels; None where it gives none.

    A number counts that follows a label and is followed by nothing that makes it a number of something else: 效率 3 天.
    """
    names = {_plain(label): name for name, label in labels.items()}
    if not names:
        return None
    label = "|".join(re.escape(each) for each in names)
    follows = rf"(?=\s*(?:$|[^\w\s]|{_AND}|{label}))"
    pattern = re.compile(rf"(?P<label>{label}){_SEPARATORS}{_NUMBER}(?:{_UNIT}|{follows})")
    plain = _plain(text)
    found = list(pattern.finditer(plain))
    if not found:
        return None
    given = [(each, _value(each["number"])) for each in found]
    scores = {names[each["label"]]: value for each, value in given if value is not None}
    wrong = tuple(each[0].strip() for each, value in given if value is None)
    return DimensionScores(tuple(scores.items()), wrong, pattern.sub("", plain).strip(_BETWEEN))


def _plain(text: str) -> str:
    return to_simplified(unicodedata.normalize("NFKC", text)).casefold()


def _value(number: str) -> int | None:
    """The score that a number is; None where it is none from 1 to 5."""
    number = number.replace(*_TWO)
    if number in _NUMERALS:
        value = _NUMERALS.index(number)
    elif number.isdigit():
        value = int(number)
    else:
        return None
    return value if _LEAST <= value <= _MOST else None
