"""Identity card and bank card numbers in what customers write: starred before anything is kept; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_GAPS = frozenset(" \t.·•–—-")  # one of them may stand between the groups of a number
# One sign for one, so that nothing else of the text moves.
_HALF = str.maketrans({chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), 0xFF38, 0xFF58, 0xFF0D)})
_GROUP = re.compile(r"[0-9]+[Xx]?")
_SHORTEST, _LONGEST = 13, 19  # signs of a number
_NAMED_AS_IDENTITY = re.compile("身份证|身分證|身份證|身分证|证件号|證件號")
_NAMED_AS_CARD = re.compile("银行卡|銀行卡|信用卡|储蓄卡|儲蓄卡|借记卡|借記卡|卡号|卡號|账号|帳號|账户|帳戶")
_NAMED_AS_OTHER = re.compile(
    "订单|訂單|单号|單號|运单|運單|快递|快遞|物流|序列号|序列號|机身|機身|流水|合同|发票|發票|税号|稅號|编号|編號|工单|工單|条码|條碼"
    "|交易号|交易號|信用代码|信用代碼|[Oo]rder|ORDER|S/?N|[Tt]racking"
)
_BEFORE, _AFTER = 14, 6  # characters around a number in which it is called something
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# First digits and lengths of the cards in circulation: UnionPay, Visa, Mastercard, American Express, JCB, Diners.
_CARD = re.compile(
    r"62[0-9]{14,17}|4[0-9]{15}|(?:5[1-5]|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12,14}"
    r"|3[47][0-9]{13}|35[0-9]{14}|3(?:0[0-5]|[689][0-9])[0-9]{11}|(?:60|9[0-9]|1[04])[0-9]{14,17}"
)


def hide_identity_numbers(text: str) -> str:
    """Return the text with identity card and bank card numbers starred; everything else keeps its place.

    Of an identity card the first three and last two signs stay, of a bank card the last four digits. A number that the
    words around it call an order, a parcel or a serial number is left as it is.
    """
    done, told = 0, []
    for begin, end, hidden in identity_numbers_in(text):
        told += [text[done:begin], hidden]
        done = end
    return "".join([*told, text[done:]])


def identity_numbers_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where such numbers stand, and each with its stars."""
    if sum(sign.isdigit() for sign in text) < _SHORTEST:
        return
    plain, done = text.translate(_HALF), 0
    for begin, end in _numbers(plain):
        called = plain[max(0, begin - _BEFORE) : begin], plain[end : end + _AFTER]
        hidden = _hidden(plain[begin:end], *called) if begin >= done else None
        if hidden is not None:
            yield begin, end, hidden
            done = end


def is_called_card(words: str) -> bool:
    """Whether the words before a number call it that of a bank card or an account."""
    return _named(words[-_BEFORE:]) == "card"


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of the right length may stand: the first that begins, and of those the longest, come first."""
    groups = [found.span() for found in _GROUP.finditer(text) if _is_apart(text, *found.span())]
    for number, (begin, end) in enumerate(groups):
        ends = [end]
        for following in groups[number + 1 :]:
            if following[0] != ends[-1] + 1 or text[ends[-1]] not in _GAPS or following[1] - begin > 2 * _LONGEST:
                break
            ends.append(following[1])
        for last in reversed(ends):
            if _SHORTEST <= sum(sign.isalnum() for sign in text[begin:last]) <= _LONGEST:
                yield begin, last


def _is_apart(text: str, begin: int, end: int) -> bool:
    """Whether no further letter or digit of the Latin script touches it."""
    return not any(sign.isascii() and sign.isalnum() for sign in (text[begin - 1 : begin] + text[end : end + 1]))


def _hidden(number: str, before: str, after: str) -> str | None:
    """The number starred; None if it is neither a person's nor a card's."""
    signs = "".join(sign for sign in number if sign.isalnum()).upper()
    kind = _named(before) or _named(after)
    if kind == "other":
        return None
    if _is_identity(signs, certain=kind == "identity"):
        return _starred(number, 3, 2)
    if signs.isdigit() and _is_card(signs, certain=kind == "card"):
        return _starred(number, 0, 4)
    return None


def _named(words: str) -> str | None:
    """What the words next to a number call it: the last name counts."""
    patterns = (("identity", _NAMED_AS_IDENTITY), ("card", _NAMED_AS_CARD), ("other", _NAMED_AS_OTHER))
    found = [(match.end(), kind) for kind, pattern in patterns for match in pattern.finditer(words)]
    return max(found)[1] if found else None


def _is_identity(signs: str, *, certain: bool) -> bool:
    """Eighteen signs with their check sign, or the fifteen digits of before 1999; a mistyped one if it is called so."""
    if len(signs) not in (15, 18) or not signs[:-1].isdigit() or int(signs[:2]) not in _PROVINCES:
        return False
    if len(signs) == 15:
        return signs.isdigit() and _is_day(f"19{signs[6:12]}")
    total = sum(int(digit) * weight for digit, weight in zip(signs, _WEIGHTS, strict=False))
    return _is_day(signs[6:14]) and (certain or _CHECKS[total % 11] == signs[-1])


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return day.year >= 1900


def _is_card(digits: str, *, certain: bool) -> bool:
    return _is_luhn(digits) and (certain or _CARD.fullmatch(digits) is not None)


def _is_luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _starred(number: str, head: int, tail: int) -> str:
    places = [place for place, sign in enumerate(number) if sign.isalnum()]
    shown = {*places[:head], *places[len(places) - tail :]}
    return "".join("*" if sign.isalnum() and place not in shown else sign for place, sign in enumerate(number))
