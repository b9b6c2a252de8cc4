"""Normal forms of phone numbers, e-mail addresses and names, by which equal ones are found; pure."""

from __future__ import annotations

import re
import unicodedata

_CHINA = "86"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EXTENSION = re.compile(r"(?:转|分机|ext|x|#).*$", re.IGNORECASE)
_HOTLINES = ("400", "800")


def normal_phone(text: str) -> str:
    """Return the digits of a phone number; a foreign one keeps its country code behind a plus.

    The plus matters: +1 380 000 0001 is a number in Ohio and must never equal the mobile 13800000001. A number known to
    be international (as Telegram hands it over) must be given with its plus. Extensions
    belong to numbers, but for those of mobiles, which ring by themselves.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if (bare := _EXTENSION.sub("", plain)) != plain and _MOBILE.fullmatch(normal_phone(bare)):
        plain = bare
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
