"""Numbers, ordinals, scores, telephone numbers and bare signs in a text, found by rules; pure."""

from __future__ import annotations

import re
import unicodedata

from knowledge_base.text.normalise import is_empty

_DIGITS = "零一二三四五六七八九十"
_NUMBER = r"(?P<number>10|[1-9]|[一二两三四五六七八九十]|one|two|three|four|five)"
_ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ENGLISH |= {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
# Words that may stand around a choice and change nothing of it: deictics, copulas, particles, classifiers.
_AROUND = (
    r"(?:我|要|选|選|想|问|問|的|是|就|那|这|這|个|個|条|條|项|項|款|种|種|吧|呢|啊|呀|哈|了|嗯|对|對|没错|好|行|应该|應該|可能|像|"
    r"看|用|按|里面|裡面|麻烦|帮|给|給|到|讲|講|说|說|一下|下|选项|問題|问题|号|號|答案|please|the|i|want|mean|choose|pick|option|number|no(?!\s*one)|it|is|s|that|one|"
    r"[\s,，。.!！~～、()（）【】\[\]「」]+)*"
)
_ORDINAL = re.compile(
    rf"{_AROUND}(?:第\s*{_NUMBER}|{_NUMBER}\s*(?:号|號|个|個|条|條|项|項)?|"
    rf"(?P<word>first|second|third|fourth|fifth)|[a-z]*(?P<nth>[1-5])(?:st|nd|rd|th))(?:个|個|条|條|项|項|种|種|款|行|号|號)?{_AROUND}".replace(
        "(?P<number>", "(?P<first>", 1
    ).replace("(?P<number>", "(?P<second>", 1)
)
_FROM_THE_END = re.compile(rf"{_AROUND}(?:倒数|倒數|last but)\s*第?\s*{_NUMBER}(?:个|個|条|條|项|項)?{_AROUND}")
_THAT = "(?:面|边|邊|那|这|一|个|個|条|條|项|項|的)*"
_LAST = re.compile(rf"{_AROUND}(?:最后|最後|最末|最底下|最下面|末尾|last|bottom){_THAT}{_AROUND}")
_TOP = re.compile(rf"{_AROUND}(?:最上面|最上边|最上|最前面|打头|头一|頭一|首|top|上面|上边|上邊|前面){_THAT}{_AROUND}")
_MIDDLE = re.compile(rf"{_AROUND}(?:中间|中間|正中|middle){_THAT}{_AROUND}")
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
_NO = re.compile(r"(?:没有?|沒有?|无|無|不是?|不要|不用|别|no|nope|not)(?:的|啊|呀|呢|吧|了|没有|沒有)*")
_NEGATED = re.compile("[不没沒别]|扣|减")


def ordinal_of(text: str, offered: int) -> int | None:
    """Return which of `offered` things, counted from 1, a short text chooses; None if it chooses none of them."""
    plain = _folded(text)
    if found := _FROM_THE_END.fullmatch(plain):
        place = offered + 1 - _value(found["number"])
    elif _LAST.fullmatch(plain):
        place = offered
    elif _TOP.fullmatch(plain):
        place = 1
    elif _MIDDLE.fullmatch(plain):
        place = (offered + 1) // 2
    elif found := _ORDINAL.fullmatch(plain):
        place = _value(found["first"] or found["second"] or found["word"] or found["nth"])
    else:
        return None
    return place if 1 <= place <= offered else None


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


def contact_of(text: str) -> str | None:
    """Return the first telephone number or e-mail address in a text."""
    plain = unicodedata.normalize("NFKC", text)
    found = _PHONE.search(plain) or _MAIL.search(plain)
    return re.sub(r"[- ]", "", found[0]) if found and "@" not in found[0] else found[0] if found else None


def is_bare_sign(text: str) -> bool:
    """Whether a text is only emoji, stickers and marks."""
    return bool(text.strip()) and is_empty(text)


def _folded(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", "")
    return signs.casefold().strip()


def _value(word: str) -> int:
    if word in _ENGLISH:
        return _ENGLISH[word]
    return 2 if word == "两" else int(word) if word.isdigit() else _DIGITS.index(word)
