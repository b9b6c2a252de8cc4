"""The normal form of messages and phrasings; pure."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from knowledge_base.text.scripts import Script, script_of, to_simplified, to_traditional

__all__ = ["FILLERS", "Script", "is_empty", "normalise", "phonetic_key", "pinyin_of", "readable", "script_of",
           "sound_of", "strip_fillers", "to_traditional"]  # fmt: skip

FILLERS = (
    "请问一下",
    "请问",
    "想问一下",
    "问一下",
    "麻烦",
    "那个",
    "你好",
    "您好",
    "在吗",
    "亲",
    "一下",
    "谢谢",
    "啊",
    "呀",
    "呢",
    "哦",
    "哈",
)

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SPACE = re.compile(r"\s+")
_SPACE_AT_HAN = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_INSIDE_A_WORD = re.compile(r"(?<=[^\W\d_])['’‐-](?=[^\W\d_])")  # wi-fi, don't
_STRAY = re.compile(r"['-]|(?<!\d)\.|\.(?!\d)")  # the point of 2.4 stays
_INVISIBLE_LETTERS = {0x115F, 0x1160, 0x3164, 0xFFA0}  # Hangul fillers: letters by category, blank to the eye
_TAIL = (
    100  # fillers are looked for this close to the end, so that a message of nothing else costs no square of its length
)
_LATIN = re.compile("[0-9a-z]")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Mc"})
_INITIALS = ("", *"bpmfdtnlgkhjqxrzcsyw")
_FINALS = re.findall(
    r"[a-zü]+", "a ai an ao e ei en er i ia ian iao ie in iu o on ion ou u ua uai uan ue ui un uo ü üe m n"
)


class _Cleaner(dict[int, str]):
    """A translation table that works each character out when asked; nothing is remembered, so no text can grow it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] in "PSZ" or character.isspace():
            return "." if character == "." else "'" if character in "'’" else "-" if character in "-‐" else " "
        return "" if category in _DROPPED or code in _INVISIBLE_LETTERS else character


_CLEANER = _Cleaner()


@lru_cache(2048)  # one message is asked about a dozen times: its intent, its topic, its urgency, its likeness
def normalise(text: str) -> str:
    """Return a text in half width, lower case and 简体, without signs, with single spaces."""
    text = unicodedata.normalize("NFKC", text).translate(_CLEANER).casefold()
    text = _INSIDE_A_WORD.sub("", text)
    text = _SPACE.sub(" ", _STRAY.sub(" ", text)).strip()
    return _SPACE_AT_HAN.sub("", to_simplified(text)) if text else ""


def readable(text: str) -> str:
    """Return a text for sentence encoders: half width and 简体, without signs but with capitals and apostrophes."""
    text = unicodedata.normalize("NFKC", text).translate(_CLEANER)
    return to_simplified(_SPACE.sub(" ", re.sub(r"(?<!\d)\.|\.(?!\d)", " ", text)).strip())


def is_empty(text: str) -> bool:
    """Whether a text is only punctuation, emoji and invisible characters."""
    return not normalise(text)


def strip_fillers(text: str, fillers: Iterable[str]) -> str:
    """Remove fillers at both ends of a normalised text; a text of fillers alone stays as it is."""
    edges = _edges(tuple(fillers))
    if edges is None:
        return text
    return edges[1](edges[0](text)) or text


@cache
def _edges(fillers: tuple[str, ...]) -> tuple[Callable[[str], str], Callable[[str], str]] | None:
    words = sorted({word for filler in fillers if (word := normalise(filler))}, key=len, reverse=True)
    if not words:
        return None
    # A Latin filler is a whole word ("hi" is no part of "history"); a Han one may touch its neighbours.
    some = "|".join(
        rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-z])" if word.isascii() else re.escape(word) for word in words
    )
    head = re.compile(rf"^(?:(?:{some})\s*)+")
    return lambda text: head.sub("", text), lambda text: text[:-_TAIL] + _without_tail(text[-_TAIL:], tuple(words))


def _without_tail(text: str, words: tuple[str, ...]) -> str:
    """As many fillers off the end as possible.

    No pattern: one that tries 请问一下 and 请问 + 一下 at every place takes minutes for thirty of them in a row.
    """
    reached, unread = {len(text)}, [len(text)]
    while unread:
        end = unread.pop()
        for word in words if text.endswith(words, 0, end) else ():
            begin = end - len(word)
            if not text.endswith(word, 0, end) or (word.isascii() and _cuts_a_word(text, begin, end)):
                continue
            begin = len(text[:begin].rstrip())
            if begin not in reached:
                reached.add(begin)
                unread.append(begin)
    return text[: min(reached)]


def _cuts_a_word(text: str, begin: int, end: int) -> bool:
    return bool(_LATIN.match(text[begin - 1 : begin]) or _LATIN.match(text[end : end + 1]))


def pinyin_of(text: str) -> str:
    """Return Han characters as toneless syllables, one reading each; the rest stays as it is."""
    return " ".join(part.strip() for part in _syllables(text) if part.strip())


def phonetic_key(text: str) -> str:
    """Return one character per syllable, equal for syllables that are confused (zh/z, ing/in)."""
    return "".join(sound_of(part) for part in _syllables(text.replace(" ", "")))


@lru_cache(maxsize=16_384)
def sounds_of(character: str) -> str:
    """Return the phonetic keys of all readings of a character, the commonest first; empty for other signs."""
    return "".join(dict.fromkeys(sound for one in syllables_of(character) if is_sound(sound := sound_of(one))))


@lru_cache(maxsize=16_384)
def syllables_of(character: str) -> tuple[str, ...]:
    """Return all readings of a character without tones, the commonest first; empty for other signs."""
    _pinyin()  # which keeps the dictionary of words out
    from pypinyin.pinyin_dict import pinyin_dict

    toned = pinyin_dict.get(ord(character))
    return tuple(dict.fromkeys(map(toneless, toned.split(",")))) if toned else ()


def is_sound(key: str) -> bool:
    """Whether a phonetic key is one of a syllable, not text that stayed as it is."""
    return len(key) == 1 and key >= "\ue000"


def toneless(syllable: str) -> str:
    """Return a syllable without the mark of its tone; ü keeps its dots."""
    parts = unicodedata.normalize("NFD", syllable)
    return unicodedata.normalize(
        "NFC", "".join(one for one in parts if one == "\u0308" or not unicodedata.combining(one))
    )


def _syllables(text: str) -> list[str]:
    return _pinyin()(text) if text else []


@cache
def _pinyin() -> Callable[[str], list[str]]:
    # Single characters only: pypinyin's phrase dictionary costs far more memory than the few polyphones are worth.
    os.environ["PYPINYIN_NO_PHRASES"] = "true"
    from pypinyin import lazy_pinyin

    return lambda text: lazy_pinyin(text, v_to_u=True)


def sound_of(syllable: str) -> str:
    """Return the phonetic key of one toneless syllable; other text stays as it is."""
    plain = re.sub(r"^([zcs])h", r"\1", syllable)
    plain = re.sub(r"n?g$", "n", plain) if plain.endswith("ng") else plain
    initial = plain[0] if plain[:1] in _INITIALS[1:] and plain[1:] in _FINALS else ""
    final = plain[len(initial) :]
    if final not in _FINALS:
        return syllable
    return chr(0xE000 + 40 * _INITIALS.index(initial) + _FINALS.index(final))
