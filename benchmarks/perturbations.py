"""What customers do to their sentences: homophones, 繁體, pinyin, full-width, fillers, typos, chatter; seeded.

None of the words used here were looked up in the product: its lists of fillers and its phonetics are its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from opencc import OpenCC

SHARE = 0.3  # of the Han characters that become homophones

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_MARKS = re.compile(r"[^\w\s]")
_READ = """
import json, sys
from pypinyin import lazy_pinyin
from pypinyin.seg.mmseg import seg
json.dump([[(word, lazy_pinyin(word)) for word in seg.cut(run)] for run in json.load(sys.stdin)], sys.stdout)
"""
_BEFORE = (
    "请问一下",
    "你好，请问",
    "那个",
    "麻烦问一下",
    "我想问下",
    "不好意思，",
    "亲，",
    "嗯那个",
    "您好我想咨询一下",
)
_AFTER = ("，谢谢", "谢谢啦", "呢", "啊", "呀？", "，麻烦了", "哈", "，急，在线等", "，多谢多谢")
_CHATTER = (
    "你好呀在的吧",
    "今天刚出差回来有点累",
    "我是你们的老客户了",
    "朋友介绍我来这边的",
    "打扰你们休息了",
    "刚才开会一直没空",
    "我这人比较啰嗦别介意",
    "上次那个小姑娘人挺好的",
    "外面又下雨了",
    "我先自我介绍一下我姓王",
    "我不太懂这些东西",
    "你们辛苦了",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEVEL_ONE = range(0xB0, 0xD8)  # GB 2312's first 3,755 characters, the common ones


@dataclass(frozen=True, slots=True)
class Piece:
    """A Han word with the syllables of its characters, or whatever stands between Han words."""

    text: str
    syllables: tuple[str, ...] = ()


Sentence = tuple[Piece, ...]
Perturbation = Callable[[Sentence, Random], str]


def perturbed(texts: Sequence[str], *, chinese: bool, seed: int = 7) -> dict[str, list[str]]:
    """Each perturbation's name, and all texts so treated, in their order."""
    kinds = CHINESE if chinese else ENGLISH
    sentences = _sentences(texts) if chinese else [(Piece(text),) for text in texts]
    return {
        name: [change(sentence, Random(f"{seed} {name} {place}")) for place, sentence in enumerate(sentences)]
        for name, change in kinds.items()
    }


def _homophones(sentence: Sentence, random: Random) -> str:
    """Three in ten characters replaced by others that sound the same, as an input method does."""
    signs = [(sign, sound) for piece in sentence for sign, sound in _heard(piece)]
    places = [place for place, (sign, sound) in enumerate(signs) if _others(sign, sound)]
    han = sum(bool(sound) for _, sound in signs)
    chosen = set(random.sample(places, min(len(places), max(1, round(SHARE * han)))))
    return "".join(
        random.choice(_others(sign, sound)) if place in chosen else sign for place, (sign, sound) in enumerate(signs)
    )


def _one_word_in_pinyin(sentence: Sentence, random: Random) -> str:
    """One word typed without choosing its characters; where no word is known, one character or two."""
    words = [place for place, piece in enumerate(sentence) if piece.syllables]
    words = [place for place in words if len(sentence[place].syllables) > 1] or words
    chosen = random.choice(words) if words else -1
    return "".join("".join(piece.syllables) if place == chosen else piece.text for place, piece in enumerate(sentence))


def _pinyin_spaced(sentence: Sentence, random: Random) -> str:  # noqa: ARG001
    parts = [" ".join(piece.syllables) if piece.syllables else piece.text.strip() for piece in sentence]
    return " ".join(part for part in parts if part)


def _pinyin_unspaced(sentence: Sentence, random: Random) -> str:  # noqa: ARG001
    return "".join("".join(piece.syllables) or piece.text for piece in sentence)


def _traditional(sentence: Sentence, random: Random) -> str:  # noqa: ARG001
    converted: str = _converter().convert(_whole(sentence))
    return converted


def _full_width(sentence: Sentence, random: Random) -> str:  # noqa: ARG001
    wide = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)} | {ord(" "): 0x3000}
    return _whole(sentence).translate(wide)


def _fillers(sentence: Sentence, random: Random) -> str:
    return random.choice(_BEFORE) + _whole(sentence) + random.choice(_AFTER)


def _doubled_marks(sentence: Sentence, random: Random) -> str:
    """Every mark twice; a sentence without one ends in two."""
    text = _MARKS.sub(lambda mark: mark.group() * 2, _whole(sentence))
    return text if text != _whole(sentence) else text + random.choice(("？？", "！！", "。。", "??", "~~"))


def _one_typo(sentence: Sentence, random: Random) -> str:
    """One character left out, swapped with the next, or replaced by any other."""
    text = _whole(sentence)
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    if len(places) < 2:
        return text
    place = random.choice(places)
    sign = text[place]
    match random.choice(("delete", "swap", "replace")):
        case "delete":
            return text[:place] + text[place + 1 :]
        case "swap" if text[place + 1 : place + 2].isalnum() and text[place + 1] != sign:
            return text[:place] + text[place + 1] + sign + text[place + 2 :]
        case _:
            others = _common() if _HAN.match(sign) else _LETTERS
            return text[:place] + random.choice([one for one in others if one != sign]) + text[place + 1 :]


def _three_clauses(sentence: Sentence, random: Random) -> str:
    """The question among two clauses that ask nothing, at any of the three places."""
    clauses = random.sample(_CHATTER, 2)
    clauses.insert(random.randrange(3), _whole(sentence).strip("，。！？,.!? "))
    return "，".join(clauses)


CHINESE: dict[str, Perturbation] = {
    "30 % homophones": _homophones,
    "traditional script": _traditional,
    "one word in pinyin": _one_word_in_pinyin,
    "full-width": _full_width,
    "fillers": _fillers,
    "doubled punctuation": _doubled_marks,
    "one typo": _one_typo,
    "pinyin only, spaced": _pinyin_spaced,
    "pinyin only, in one": _pinyin_unspaced,
    "three clauses": _three_clauses,
}
ENGLISH: dict[str, Perturbation] = {
    "full-width": _full_width,
    "doubled punctuation": _doubled_marks,
    "one typo": _one_typo,
}


def _whole(sentence: Sentence) -> str:
    return "".join(piece.text for piece in sentence)


def _heard(piece: Piece) -> list[tuple[str, str]]:
    return [*zip(piece.text, piece.syllables or [""] * len(piece.text), strict=True)]


def _sentences(texts: Sequence[str]) -> list[Sentence]:
    """Texts cut into words, each character read as it is in its word (银行 yin hang, not yin xing)."""
    runs = sorted({run for text in texts for run in _HAN.findall(text)})
    known = dict(zip(runs, _read(runs), strict=True))
    return [_cut(text, known) for text in texts]


def _cut(text: str, known: dict[str, Sentence]) -> Sentence:
    pieces: list[Piece] = []
    end = 0
    for run in _HAN.finditer(text):
        pieces += [Piece(text[end : run.start()])] if run.start() > end else []
        pieces += known[run.group()]
        end = run.end()
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


def _read(runs: Sequence[str]) -> list[Sentence]:
    """In a process of its own: the product reads pinyin without phrases, and importing them here would lend it them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYPINYIN_NO_PHRASES"}
    done = subprocess.run(
        [sys.executable, "-c", _READ],
        input=json.dumps(runs),
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        check=True,
    )
    return [tuple(Piece(word, tuple(sounds)) for word, sounds in run) for run in json.loads(done.stdout)]


@cache
def _common() -> tuple[str, ...]:
    return tuple(
        sign
        for high in _LEVEL_ONE
        for low in range(0xA1, 0xFF)
        if (sign := bytes((high, low)).decode("gb2312", "ignore"))
    )


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for (piece,) in _read(_common()):
        found.setdefault(piece.syllables[0], []).append(piece.text)
    return {sound: tuple(signs) for sound, signs in found.items()}


def _others(sign: str, sound: str) -> tuple[str, ...]:
    return tuple(other for other in _by_sound().get(sound, ()) if other != sign) if sound else ()


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")
