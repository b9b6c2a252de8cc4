"""Scores, telephone numbers, a bare yes or no and bare signs in a text, found by rules; pure."""

from __future__ import annotations

import re
import unicodedata

from knowledge_base.text.normalise import is_empty

_DIGITS = "零一二三四五六七八九十"
_STARS = re.compile("[⭐🌟★☆]")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{3,4}[- ]?\d{4})(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SCORE = re.compile(
    r"(?<![\d.])(?P<low>[1-5一二两三四五])\s*(?:[-~～—到至]\s*(?P<high>[1-5一二三四五])\s*)?(?:分(?![钟鐘之货貨一])|星(?!期)|颗星|顆星|个星|points?|stars?|/\s*5|[⭐🌟★])"
)
_FULL = re.compile("满分|滿分|最高分|full marks|five stars")
_LOWEST = re.compile("最低分|lowest score")
_YES = re.compile(
    r"(?:有|是|对|對|嗯|好|行|可以|要|没错|沒錯|yes|yeah|yep|ok|okay|sure)(?:的|啊|呀|呢|吧|了|嗯|有|是|对|對|好|行)*"
)
_NO = re.compile(r"(?:没有?|沒有?|无|無|不[是对對]?|不要|不用|别|no|nope|not)(?:的|啊|呀|呢|吧|了|没有|沒有)*")
_THERE_IS = re.compile(r"(?<![没沒])有(?![没沒限时時空])|\b(?:yes|yeah|yep|there is)\b")
_GRANTS = re.compile(r"(?:好|行|可以|要|ok|okay|sure)(?:的|啊|呀|呢|吧|了|嗯|好|行)*")  # of a wish, not of what is
_NEGATED = re.compile("[不没沒别]|扣|减")


def score_of(text: str) -> int | None:
    """Return the score from 1 to 5 that a text gives, of a range the lower one; None without a single score."""
    plain = _folded(text)
    stars = len(_STARS.findall(text))
    if stars and not re.search(r"\d", plain):
        return min(stars, 5)
    if re.fullmatch(r"[1-5一二三四五]", plain.strip(" .!。！~")):
        return _value(plain.strip(" .!。！~"))
    found = {(_value(each["low"]), each.start()) for each in _SCORE.finditer(plain) if not _is_negated(plain, each)}
    if not found and (_FULL.search(plain) or _LOWEST.search(plain)):
        return 5 if _FULL.search(plain) else 1
    return next(iter(found))[0] if len({score for score, _ in found}) == 1 else None


def _is_negated(plain: str, found: re.Match[str]) -> bool:
    return bool(_NEGATED.search(plain[max(0, found.start() - 2) : found.start()]))


def agrees(text: str) -> bool | None:
    """Return what a text that is nothing but a yes or a no answers to a question; None for any other text."""
    plain = re.sub(r"[\s,，.。!！~～]", "", _folded(text))
    return True if _YES.fullmatch(plain) else False if _NO.fullmatch(plain) else None


def affirms_existence(text: str) -> bool:
    """Whether a text says that there is what was asked for: 有, 是的有一点, 对, yes; not a mere 好的 or 可以."""
    if any(
        agrees(clause) and not _GRANTS.fullmatch(clause) for clause in re.split(r"[\s,，.。!！~～]+", _folded(text))
    ):
        return True
    return bool(_THERE_IS.search(_folded(text)))


def contact_of(text: str) -> str | None:
    """Return the first telephone number or e-mail address in a text."""
    plain = unicodedata.normalize("NFKC", text)
    found = _PHONE.search(plain) or _MAIL.search(plain)
    return re.sub(r"[- ]", "", found[0]) if found and "@" not in found[0] else found[0] if found else None


def normal_signs(text: str) -> str:
    """Return a text of signs in half width: ？ is ?."""
    return unicodedata.normalize("NFKC", text).strip()


def is_bare_sign(text: str) -> bool:
    """Whether a text is only emoji, stickers and marks."""
    return bool(text.strip()) and is_empty(text)


def _folded(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", "")
    return signs.casefold().strip()


def _value(word: str) -> int:
    return 2 if word == "两" else int(word) if word.isdigit() else _DIGITS.index(word)
