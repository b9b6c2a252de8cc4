"""Values of a customer record: parsed from text, or a ValueError that says what would be right; pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date

from escalation.normalise import main_number, normal_email, normal_phone

MOST_YUAN = 10**12
MOST_ORDERS = 10**6
_NUMBER = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<rest>[0-9]+))?")
_CURRENCY = "(?:[¥¥]|RMB|CNY|人民币)?"
_YUAN = re.compile(rf"{_CURRENCY}(?:{_NUMBER.pattern})(?P<unit>万|亿)?(?:元|圆|RMB|CNY)?(?:/年|整)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_SOME_UNIT = re.compile("[元圆币十百千万亿美欧港日英$€£¥]|yuan|^[a-z]{3}$|^[kmw]$")
_OF_YUAN = re.compile(
    "(?:单位:?)?(?:人民币|rmb|cny|¥)?(?P<unit>[万亿])?(?:元|圆|yuan|rmb|cny|人民币)?(?:/年|每年|per_?year|/year)?"
)
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_TIMES = re.compile("[次单笔]$")
_UNITS = {None: 1, "万": 10_000, "亿": 100_000_000}
_PHONE = re.compile(r"\+?[0-9(][0-9 ().-]{3,22}(?:(?:转|分机|ext\.?|x|#)[:：]? ?[0-9]{1,6})?", re.IGNORECASE)
_COUNTRY = re.compile(r"^\((?:\+([0-9]{1,3})|(86))\)")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\s@<>()\[\],;:\"\\.]+\.)+[^\s@<>()\[\],;:\"\\.]{2,}")
_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<sign>[-/.])(?P<m>[0-9]{1,2})(?P=sign)(?P<d>[0-9]{1,2})|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日?"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
)
_EITHER_WAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:[0-9]{2}|[0-9]{4})")
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00)?$")

SENTENCES: Mapping[str, str] = {
    "control": "must not contain control characters; found {found}.",
    "long": "must have at most {most} characters; found {found}.",
    "one_of": "must be one of {names}; found {found}.",
    "dots": "must not have dots between thousands; write 1200000 or 1,200,000; found {found}.",
    "amount": "must be yuan per year such as 6200000 or 6,200,000; found {found}.",
    "count": "must be a whole number of orders such as 48; found {found}.",
    "grade": "must be a whole number from 1 to 5; found {found}.",
    "phone": "must be a phone number such as 13800000001 or 010-88880001; found {found}.",
    "email": "must be an e-mail address such as name@example.com; found {found}.",
    "two_ways": "must be a date with the year first, such as 2027-03-31; found {found}, which can be read two ways.",
    "day": "must be a date such as 2027-03-31; found {found}.",
}


class Unfit(ValueError):
    """A text that is no value of its column; a code and its values, for any language."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.code, self.values = code, values


def words(longest: int) -> Callable[[str], str]:
    """Return a parser of one line of text of at most `longest` characters."""

    def read(raw: str) -> str:
        # Invisible characters (zero width, reversed writing) would let two equal-looking names differ.
        seen = "".join(char for char in raw if unicodedata.category(char) != "Cf")
        text = " ".join(seen.split())
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            raise Unfit("control", found=shown(raw))
        if len(text) > longest:
            raise Unfit("long", most=str(longest), found=str(len(text)))
        return text

    return read


def lines(longest: int) -> Callable[[str], str]:
    """Return a parser of text of one or more lines, of at most `longest` characters in all."""
    read_line = words(longest)

    def read(raw: str) -> str:
        text = "\n".join(map(read_line, raw.splitlines())).strip()
        if len(text) > longest:
            raise Unfit("long", most=str(longest), found=str(len(text)))
        return text

    return read


def one_of(names: Collection[str], also: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """Return a parser of one of these names, or of another word for one."""

    def read(raw: str) -> str:
        named = (also or {}).get(raw, raw)
        if named not in names:
            raise Unfit("one_of", names=", ".join(names), found=shown(raw))
        return named

    return read


def amount(raw: str) -> int:
    """Parse whole yuan, also in 万 and 亿; fen are dropped, so that no customer is rounded up into a tier.

    Raises Unfit, also for what reads as two amounts.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", raw)) if len(raw) <= 40 else ""
    if _DOTTED.fullmatch(plain):
        raise Unfit("dots", found=shown(raw))
    match = _YUAN.fullmatch(plain)
    if match is None or (yuan := _in_yuan(match)) > MOST_YUAN:
        raise Unfit("amount", found=shown(raw))
    return yuan


def _in_yuan(match: re.Match[str]) -> int:
    unit, rest = _UNITS[match["unit"]], match["rest"] or "0"
    return _whole(match) * unit + int(rest) * unit // int("1" + "0" * len(rest))


def unit_in_heading(heading: str) -> str | None:
    """Return the unit, 万 or 亿, that a heading of amounts names in brackets, "" for yuan; None for another one."""
    half = unicodedata.normalize("NFKC", heading).lower()
    named = "".join(_IN_BRACKETS.findall(half)).replace(" ", "")
    if not _SOME_UNIT.search(named):
        return ""
    match = _OF_YUAN.fullmatch(named)
    return match and (match["unit"] or "")


def count(raw: str) -> int:
    """Parse a whole number of orders; raises Unfit."""
    match = _number(_TIMES.sub("", raw.strip()))
    if match is None or (match["rest"] or "0").strip("0") or (orders := _whole(match)) > MOST_ORDERS:
        raise Unfit("count", found=shown(raw))
    return orders


def grade(raw: str) -> int:
    """Parse a grade from 1 to 5; raises Unfit."""
    match = _number(raw)
    if match is None or (match["rest"] or "0").strip("0") or not 1 <= _whole(match) <= 5:
        raise Unfit("grade", found=shown(raw))
    return _whole(match)


def phone(raw: str) -> str:
    """Check a phone number and return it as written; raises Unfit when it cannot be dialled."""
    plain = unicodedata.normalize("NFKC", raw).strip().replace("—", "-").replace("–", "-")
    plain = _COUNTRY.sub(
        lambda found: f"+{found[1]} " if plain.startswith("(+") or found[1] == "86" else found[0], plain
    )
    if not _PHONE.fullmatch(plain) or not _can_be_dialled(main_number(normal_phone(plain))):
        raise Unfit("phone", found=shown(raw))
    return plain


def email(raw: str) -> str:
    """Check an e-mail address and return it; raises Unfit."""
    plain = normal_email(raw)
    if len(plain) > 254 or not _EMAIL.fullmatch(plain):
        raise Unfit("email", found=shown(raw))
    return plain


def day(raw: str) -> date:
    """Parse a date with the year first, as spreadsheets in China write it; raises Unfit, a ValueError."""
    plain = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", raw).strip())
    match = _DAY.fullmatch(plain.replace(" ", ""))
    try:
        if match is None:
            raise ValueError(plain)
        parts = (match["y"], match["m"] or match["m2"] or match["m3"], match["d"] or match["d2"] or match["d3"])
        return date(*map(int, parts))
    except ValueError:
        if (either := _EITHER_WAY.fullmatch(plain)) and max(int(either[1]), int(either[2])) <= 12:
            raise Unfit("two_ways", found=shown(raw)) from None
        raise Unfit("day", found=shown(raw)) from None


def shown(raw: str) -> str:
    """Return the value shortened, on one line, for an error message."""
    return json.dumps(raw if len(raw) <= 40 else f"{raw[:40]}…", ensure_ascii=False)


def _number(raw: str) -> re.Match[str] | None:
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if len(raw) <= 40 else None


def _whole(match: re.Match[str]) -> int:
    return int(match["whole"].replace(",", ""))


def _can_be_dialled(normal: str) -> bool:
    """Hotlines have 5 digits; what starts like a Chinese mobile must be a whole one."""
    if re.match(r"1[3-9]", normal):
        return len(normal) == 11
    return 5 <= len(normal.removeprefix("+")) <= 21
