"""Chinese scripts: detection of 简体 and 繁體, and conversion between them."""

from __future__ import annotations

import json
import re
import tempfile
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol

Script = Literal["zh-Hans", "zh-Hant", "en"]

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LATIN_WORD = re.compile(r"(?<![0-9a-z])[a-z]{2,}(?![0-9a-z])", re.IGNORECASE)
_OTHER_WORD = re.compile(r"(?<![0-9a-z])[a-z]*+\d[0-9a-z]*|[^\W\d_a-z]+", re.IGNORECASE)
_ENOUGH_TO_TELL = 2000
# t2s keeps Taiwan's 著 for 着 (not in 著作, 显著, …), and no converter writes 账 for 帐 (not in 帐篷, 蚊帐, …).
_ZHE = re.compile("(?<![显昭卓名原专论编译土巨])著(?![作名称书述者录译文])")
_ZHANG = re.compile("(?<![蚊营床纱])帐(?![篷幕])")
# Taiwan's words that OpenCC's phrases put where service sentences mean something else: 在线 (being there) is no 線上,
# 审核 no 稽核, 支持 (of returns, payments) no 支援, and 并 (and) is 併 only where things become one.
_MEANT = {"不線上": "不在線上", "您線上": "您在線上", "稽核": "審核", "支援": "支持", "質量": "品質"}
_AND = re.compile("(?<![合兼歸裁吞])併(?![購入發攏排吞案])")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def script_of(text: str) -> Script:
    """Return the script of a text: 简体 in a tie; without Han characters English if it is mostly words."""
    text = text[:_ENOUGH_TO_TELL]
    if not _HAN.search(text):
        return "en" if len(_LATIN_WORD.findall(text)) > len(_OTHER_WORD.findall(text)) else "zh-Hans"
    return "zh-Hant" if _leaning(text) > 0 else "zh-Hans"


def tells_script(text: str) -> bool:
    """Whether a text shows the script of its writer; English, signs and 我要人工 do not."""
    return _leaning(text[:_ENOUGH_TO_TELL]) != 0


def _leaning(text: str) -> int:
    """Above zero 繁體, below 简体, by how many more characters that only exist there."""
    simplified = sum(_is_simplified_only(character) for character in text)
    return sum(_is_traditional_only(character) for character in text) - simplified


def to_simplified(text: str) -> str:
    """Return a text in 简体; Taiwan's words (印表機, 網路) are replaced only in a text that is 繁體 as a whole."""
    text = _encodable(text)
    simplified = _converter("tw2sp" if script_of(text) == "zh-Hant" else "t2s").convert(text)
    return _ZHANG.sub("账", _ZHE.sub("着", simplified))


def to_traditional(text: str) -> str:
    """Return a text in 繁體 with Taiwan's words: 印表機, 聯絡, 預設.

    Converting characters alone would give the mainland's words in rare forms: 打印機, 裏面. Accounts are 帳 there
    (轉帳, 帳號), for which OpenCC's variants of Taiwan have no entry: it writes 賬.
    """
    converted = _AND.sub("並", _to_taiwan().convert(_encodable(text)).replace("賬", "帳"))
    for word, meant in _MEANT.items():
        converted = converted.replace(word, meant)
    return converted


@lru_cache(maxsize=16_384)
def _is_simplified_only(character: str) -> bool:
    return _in_charset(character, "gb2312") and not _in_charset(character, "big5")


@lru_cache(maxsize=16_384)
def _is_traditional_only(character: str) -> bool:
    # Big5 alone would count 喆 and other name characters both scripts share; a conversion must also change it.
    in_one = _in_charset(character, "big5") and not _in_charset(character, "gb2312")
    return in_one and _converter("t2s").convert(character) != character


def _in_charset(character: str, charset: str) -> bool:
    try:
        return len(character.encode(charset)) > 1
    except UnicodeEncodeError:
        return False


def _encodable(text: str) -> str:
    """Without lone surrogates, which a JSON body may carry and the converter refuses."""
    return text.encode("utf-8", "ignore").decode("utf-8")


@cache
def _converter(config: str) -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC(config)
    return converter


@cache
def _to_taiwan() -> _Converter:
    """OpenCC's s2twp without its segmentation step, which reads the phrase list a second time: 27 MB, not 43."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder, "traditional.json")
            config.write_text(json.dumps(_taiwan_config()), encoding="utf-8")
            return _converter(str(config))
    except (OSError, RuntimeError):  # no writable temporary folder, or dictionaries laid out differently
        return _converter("s2twp")


def _taiwan_config() -> dict[str, Any]:
    spec = find_spec("opencc")
    package = Path(spec.origin).parent if spec and spec.origin else Path()
    folder = package / "clib" / "share" / "opencc"
    chain = (("STPhrases", "STCharacters"), ("TWPhrases", "TWVariantsPhrases", "TWVariants"))
    return {"name": "simplified to Taiwan", "conversion_chain": [_first_of(folder, names) for names in chain]}


def _first_of(folder: Path, names: tuple[str, ...]) -> dict[str, Any]:
    dicts = [{"type": "ocd2", "file": str(folder / f"{name}.ocd2")} for name in names]
    return {"dict": {"type": "group", "match_policy": "short_circuit", "dicts": dicts}}
