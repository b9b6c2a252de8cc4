"""Normal forms of phone numbers, e-mail addresses and names, by which equal ones are found; pure."""

from __future__ import annotations

import re
import unicodedata

_CHINA = "86"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MARKED = re.compile(r"[^0-9]*(?:转|分机|ext|x|#)[^0-9]*([0-9]*).*$", re.IGNORECASE)
# A group behind a whole landline with its area code (「0571-88880000-801」); 010-8888-0001 is written in groups.
_DASHED = re.compile(r"((?:\(?\+86\)?[ -]?\(?0?|\(?0)[1-9][0-9]{1,2}\)?[ -]?[0-9]{3,4} ?[0-9]{4})[-—–]([0-9]{1,6})")
_EXT = ";ext="
_HOTLINES = ("400", "800")


def normal_phone(text: str) -> str:
    """Return the digits of a phone number; a foreign one keeps its country code behind a plus.

    The plus matters: +1 380 000 0001 is a number in Ohio and must never equal the mobile 13800000001. A number known to
    be international (as Telegram hands it over) must be given with its plus. An extension makes it another number and
    follows as `;ext=801` (RFC 3966), but for mobiles, which ring by themselves.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    bare, extension = _without_extension(plain)
    number = _dialled(bare)
    if not number:
        return _dialled(plain)
    return f"{number}{_EXT}{extension}" if extension and not _MOBILE.fullmatch(number) else number


def main_number(normal: str) -> str:
    """Return a number in normal form without its extension."""
    return normal.partition(_EXT)[0]


def all_digits(normal: str) -> str:
    """Return a number in normal form with the digits of its extension behind it, as texts are searched for it."""
    return normal.replace(_EXT, "")


def _without_extension(plain: str) -> tuple[str, str]:
    if dashed := _DASHED.fullmatch(plain):
        return dashed[1], dashed[2]
    marked = _MARKED.search(plain)
    return (plain[: marked.start()], marked[1]) if marked is not None else (plain, "")


def _dialled(plain: str) -> str:
    digits = re.sub(r"[^0-9]", "", plain)
    if plain.startswith("+"):
        return _without_country(digits)
    if digits.startswith("00"):
        return _without_country(digits[2:])
    if digits.startswith(_CHINA) and _MOBILE.fullmatch(digits[2:]):
        return digits[2:]
    return digits


def _without_country(digits: str) -> str:
    """What is dialled inside China: landlines get back the 0 that the country code replaced."""
    if not digits.startswith(_CHINA):
        return f"+{digits}" if digits else ""
    rest = digits[len(_CHINA) :]
    is_complete = _MOBILE.fullmatch(rest) or rest.startswith(("0", *_HOTLINES)) or not rest
    return rest if is_complete else f"0{rest}"


def normal_email(text: str) -> str:
    """Return an address in lower case and half width, without surrounding or invisible characters."""
    return _squeezed(text).lower()


def normal_name(text: str) -> str:
    """Return a name without differences of width, case, spaces and invisible characters."""
    return _squeezed(text).casefold()


def _squeezed(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if folded.isprintable() and " " not in folded:
        return folded  # nearly always: looking at each character is dear
    return "".join(char for char in folded if unicodedata.category(char)[0] not in "ZC")
