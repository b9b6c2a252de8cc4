"""Facts that a customer puts right: the right one stands in place of the wrong one where that was said; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SLIP = re.compile(
    "(?:说|說|讲|講|打|记|記|看|发|發)(?:错|錯|差)(?:字)?了?|口误|更正(?:一下)?"
    "|^[哎唉哦噢]?不对[，,\\s]?(?=是|我|应该)|typo|i mean|my mistake",
    re.IGNORECASE,
)
_MEASURE = "箱|台|臺|个|個|张|張|包|支|条|條|套|份|层|樓|楼|号|號|点|點|天|月|年|块|元|盒|本|件|卷|桶|米"
_NUMBER = "[0-9一二两兩三四五六七八九十百千半]+"
# What can stand in for something of the same kind only.
_KINDS = tuple(
    re.compile(kind, re.IGNORECASE)
    for kind in (
        "[A-Za-z]{1,8}-?[0-9]+[A-Za-z0-9]*",
        *(f"{_NUMBER}(?:{measure})" for measure in _MEASURE.split("|")),
        "(?:周|星期|礼拜)[一二三四五六日天]",
        "[0-9]{5,}",
        "黑白|彩色",
        "[黑白红藍蓝灰]色",
    )
)
_AGAIN = re.compile("(?:不是){2,}(?:啊|呀)?")
_STATED = r"(?:^|是|为|改成|[：:，,\s了的])"  # before the right fact
_NOT_BUT = re.compile(
    r"不是(?P<wrong>(?:(?!不是)[^，。！？,.!?；;\s]){1,12}?)(?:啊|哈|了)?[，,\s]*(?:而是|是|，)(?P<right>[^，。！？,.!?；;\s]+)"
)
_UNTIL = re.compile("就是|我们|你们|我|你|那种|能不能|可以|麻烦")
_LONGEST = 10  # characters of a fact without a kind
_FILLERS = re.compile("^(?:那个|这个|那|就是|一个)+")
_LEFT = re.compile(
    r"^(?:[哎唉哦噢嗯啊呀]+|不对|不是|我?刚才|我|是|了|的|应该|就是|sorry|[，。！？,.!?；;\s])+", re.IGNORECASE
)


def settled(lines: Sequence[str]) -> list[str]:
    """Return the lines with every fact as it was said last; a line that only puts one right is left out."""
    told: list[str] = []
    for line in lines:
        left, told = _not_but(_AGAIN.sub("不是", line), told)
        if _SLIP.search(left):
            left, told = _slip(left, told)
        if left:
            told.append(left)
    return told


def _not_but(line: str, told: list[str]) -> tuple[str, list[str]]:
    """Apply 「不是甲是乙」 to what was said before."""
    found = _NOT_BUT.search(line)
    wrong = _FILLERS.sub("", found["wrong"]) if found else ""
    if found is None or not wrong or not any(wrong in each for each in told):
        return line, told
    right = _right_for(wrong, found["right"])
    begin = found.start("right")
    rest = line[: found.start()] + line[begin + found["right"].index(right) + len(right) :]
    told = [each.replace(wrong, _FILLERS.sub("", right)) for each in told]
    return _rest_of(rest), told


def _right_for(wrong: str, said: str) -> str:
    """The fact at the beginning of what was said: one of the wrong one's kind, else all up to the next thought."""
    kind = next((kind for kind in _KINDS if kind.fullmatch(wrong)), None)
    if kind is not None and (found := kind.search(said)) is not None:
        return found[0]
    until = _UNTIL.search(said, 1)
    return said[: until.start() if until else len(said)][:_LONGEST]


def _slip(line: str, told: list[str]) -> tuple[str, list[str]]:
    """Put the facts of a line that says it was a slip in place of the latest of their kind."""
    rest, changed = line, False
    for kind in _KINDS:
        found = re.search(_STATED + f"(?P<fact>{kind.pattern})", line, re.IGNORECASE)
        at = next((at for at in reversed(range(len(told))) if kind.search(told[at])), None)
        if found is not None and at is not None:
            told = [kind.sub(found["fact"], each) if place == at else each for place, each in enumerate(told)]
            rest, changed = kind.sub("", rest), True
    return (_rest_of(_SLIP.sub("", rest)), told) if changed else (line, told)


def _rest_of(text: str) -> str:
    """What a line says beside the correction; too little is nothing."""
    rest = _LEFT.sub("", _SLIP.sub("", text)).strip("，。！？,.!?；;、 的")
    return rest if len(rest) >= 4 else ""
