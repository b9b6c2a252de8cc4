"""What customers write, with secrets starred wherever it is shown outside of the conversation; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from escalation.customers.identity_numbers import identity_numbers_in, is_called_card
from escalation.customers.personal_data import (
    BANK_CARD,
    EMAIL,
    ID_CARD,
    INVISIBLE,
    PASSPORT,
    PHONES,
    PLAIN,
    PLATE,
    starred_middle,
)
from escalation.customers.secret_words import secrets_in

PASSWORD = "******"  # noqa: S105  # of every one: its length is told nobody

_Star = tuple[int, int, str]  # the value's place in the text, and what is shown there

_ORDER = re.compile(
    r"(?:订单|訂單|单号|單號|运单|運單|工单|工單|序列号|序列號|流水|合同|发票|發票|税号|稅號|编号|編號|条码|條碼|交易号|交易號|order|S/?N)"
    r"[号號码碼是为為:：#＃\s]{0,4}$",
    re.IGNORECASE,
)
_LATIN_BEFORE = re.compile(r"[A-Za-z]+$")
_PHONE_WORDS = frozenset(
    {"tel", "phone", "mobile", "mob", "cell", "t", "m", "ph", "fax", "call", "vx", "wx", "qq", "v"}
)
_PASSPORT_BEFORE = re.compile("(?:护照|護照|通行证|通行證|证件|證件)[^0-9A-Za-z]{0,6}$")
_NEAR = 14  # characters before a number in which it is called something


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: as it was written, and as it is shown."""

    text: str
    shown: str

    @property
    def is_starred(self) -> bool:
        """Whether something of it is hidden."""
        return self.text != self.shown


def starred(text: str) -> str:
    """Return the text as titles, lists, notices, pages and names of topics show it.

    Identity cards, bank cards, passports that are called so, telephone numbers, e-mail addresses, number plates,
    accounts of WeChat and QQ and passwords are starred; numbers of orders and names of models stay, and so does a
    text that is starred already.
    """
    return "".join(part.shown for part in parts_of(text))


@lru_cache(maxsize=4_096)  # a board draws the same titles again and again
def parts_of(text: str) -> tuple[Part, ...]:
    """Return the text in parts of which those with a secret are starred; together they are the whole text."""
    places = [place for place, sign in enumerate(text) if not INVISIBLE.match(sign)]
    plain = "".join(text[place] for place in places).translate(PLAIN)
    found, done = [], 0
    for begin, end, shown in _stars(plain):
        first, last = places[begin], places[end - 1] + 1
        found += [Part(text[done:first], text[done:first])] if first > done else []
        found.append(Part(text[first:last], shown))
        done = last
    return (*found, *([Part(text[done:], text[done:])] if done < len(text) else []))


def _stars(plain: str) -> Iterator[_Star]:
    """Those that overlap no earlier kind, in the order of the text."""
    taken: list[_Star] = []
    for begin, end, shown in _every(plain):
        if plain[begin:end] != shown and all(end <= other[0] or begin >= other[1] for other in taken):
            taken.append((begin, end, shown))
    yield from sorted(taken)


def _every(plain: str) -> Iterator[_Star]:
    """Passwords first, for they may look like anything; accounts after telephone numbers, of which the ends stay."""
    secrets = list(secrets_in(plain))
    yield from ((begin, end, PASSWORD) for kind, begin, end in secrets if kind == "password")
    for found in EMAIL.finditer(plain):
        yield *found.span(), f"{found[0][0]}***@{found[0].split('@')[1]}"
    yield from identity_numbers_in(plain)
    yield from _numbers(plain, BANK_CARD, is_called_card, (0, 4))  # mistyped, it is one all the same
    for pattern, ends in ((ID_CARD, (3, 2)), *((each, (3, 4)) for each in PHONES)):
        yield from _numbers(plain, pattern, _is_nothing_else, ends)
    yield from ((begin, end, f"{plain[begin]}***") for kind, begin, end in secrets if kind == "account")
    yield from _numbers(plain, PLATE, _is_any, (1, 2))
    yield from _numbers(plain, PASSPORT, _is_passport, (1, 2))


def _numbers(
    plain: str, pattern: re.Pattern[str], called: Callable[[str], bool], ends: tuple[int, int]
) -> Iterator[_Star]:
    """Those of which the words before them admit it; `ends`: how many signs stay at the beginning and the end."""
    for found in pattern.finditer(plain):
        if called(plain[max(0, found.start() - _NEAR) : found.start()]):
            yield *found.span(), starred_middle(found[0], *ends)


def _is_any(_before: str) -> bool:
    return True


def _is_passport(before: str) -> bool:
    return _PASSPORT_BEFORE.search(before) is not None


def _is_nothing_else(before: str) -> bool:
    """Whether it is not called an order or the like, and does not go on from letters as a model's number does."""
    letters = _LATIN_BEFORE.search(before)
    named = letters is not None and letters[0].lower() not in _PHONE_WORDS
    return not named and _ORDER.search(before) is None
