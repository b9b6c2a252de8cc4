"""Values of a customer record: parsed from text, or a ValueError that says what would be right; pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date

from escalation.normalise import normal_email, normal_phone

MOST_YUAN = 10**12
MOST_ORDERS = 10**6
_NUMBER = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<rest>[0-9]+))?")
_PHONE = re.compile(r"\+?[0-9(][0-9 ().-]{3,22}(?:(?:转|分机|ext\.?|x|#) ?[0-9]{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\s@<>()\[\],;:\"\\.]+\.)+[^\s@<>()\[\],;:\"\\.]{2,}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def words(longest: int) -> Callable[[str], str]:
    """Return a parser of one line of text of at most `longest` characters."""

    def read(raw: str) -> str:
        # Invisible characters (zero width, reversed writing) would let two equal-looking names differ.
        seen = "".join(char for char in raw if unicodedata.category(char) != "Cf")
        text = " ".join(seen.split())
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            raise ValueError(f"must not contain control characters; found {shown(raw)}.")
        if len(text) > longest:
            raise ValueError(f"must have at most {longest} characters; found {len(text)}.")
        return text

    return read


def one_of(names: Collection[str]) -> Callable[[str], str]:
    """Return a parser of one of these names."""

    def read(raw: str) -> str:
        if raw not in names:
            raise ValueError(f"must be one of {', '.join(names)}; found {shown(raw)}.")
        return raw

    return read


def amount(raw: str) -> int:
    """Parse whole yuan; fen are dropped, so that no customer is rounded up into a tier. Raises ValueError."""
    match = _number(raw)
    if match is None or (yuan := _whole(match)) > MOST_YUAN:
        raise ValueError(f"must be yuan per year such as 6200000 or 6,200,000; found {shown(raw)}.")
    return yuan


def count(raw: str) -> int:
    """Parse a whole number of orders; raises ValueError."""
    match = _number(raw)
    if match is None or (match["rest"] or "0").strip("0") or (orders := _whole(match)) > MOST_ORDERS:
        raise ValueError(f"must be a whole number of orders such as 48; found {shown(raw)}.")
    return orders


def grade(raw: str) -> int:
    """Parse a grade from 1 to 5; raises ValueError."""
    match = _number(raw)
    if match is None or (match["rest"] or "0").strip("0") or not 1 <= _whole(match) <= 5:
        raise ValueError(f"must be a whole number from 1 to 5; found {shown(raw)}.")
    return _whole(match)


def phone(raw: str) -> str:
    """Check a phone number and return it as written; raises ValueError when it cannot be dialled."""
    plain = unicodedata.normalize("NFKC", raw).strip()
    if not _PHONE.fullmatch(plain) or not _can_be_dialled(normal_phone(plain)):
        raise ValueError(f"must be a phone number such as 13800000001 or 010-88880001; found {shown(raw)}.")
    return plain


def email(raw: str) -> str:
    """Check an e-mail address and return it; raises ValueError."""
    plain = normal_email(raw)
    if len(plain) > 254 or not _EMAIL.fullmatch(plain):
        raise ValueError(f"must be an e-mail address such as name@example.com; found {shown(raw)}.")
    return plain


def day(raw: str) -> date:
    """Parse a date; raises ValueError."""
    plain = unicodedata.normalize("NFKC", raw).strip()
    try:
        if not _DAY.fullmatch(plain):
            raise ValueError(plain)
        return date.fromisoformat(plain)
    except ValueError:
        raise ValueError(f"must be a date such as 2027-03-31; found {shown(raw)}.") from None


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
