"""Words whose characters have several readings, typed rightly, wrongly and by homophones: whether they are found.

`python -m benchmarks.readings [--half developed|measured]`; each word has a question of its own beside the sample's.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import ours
from benchmarks.quality import own_content
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index
from knowledge_base.matching.ranking import rank
from knowledge_base.text.correction import correct

WORDS = Path(__file__).parent / "blind" / "readings.yaml"
HALVES = ("developed", "measured")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, two questions that hold it, the ways it is typed rightly, and pinyin of another reading."""

    word: str
    phrasings: tuple[str, ...]
    typed: tuple[str, ...]
    wrong: str


@dataclass(frozen=True, slots=True)
class Found:
    """How many words are found by pinyin typed in one and with spaces, and by homophones; the ways that find none.

    `wrong`: words that are written from pinyin of another reading, where nothing fits it better.
    """

    words: int
    by_pinyin: int
    by_homophones: int
    wrong: int
    missed: tuple[str, ...]


def read_words(half: str) -> tuple[Word, ...]:
    """Return the words of a half of the file."""
    rows: list[dict[str, Any]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))[half]
    return tuple(Word(one["word"], tuple(one["phrasings"]), tuple(one["typed"]), one["wrong"]) for one in rows)


def measure(words: tuple[Word, ...], level: str) -> Found:
    """Ask for each word in all ways."""
    own = own_content()
    articles = [Article(f"word-{word.word}", "其他", word.phrasings[0], word.phrasings[1:], "好的") for word in words]
    index = ours.load_sharing([*(own.articles if own else ()), *articles], level)
    found = {(word.word, way): _finds(word, way, index) for word in words for way in word.typed}
    by_pinyin = sum(all(found[word.word, way] for way in word.typed if way.isascii()) for word in words)
    by_homophones = sum(all(found[word.word, way] for way in word.typed if not way.isascii()) for word in words)
    wrong = sum(correct(word.wrong, index.writing) == word.word for word in words)
    missed = tuple(f"{word}: {way}" for (word, way), right in found.items() if not right)
    return Found(len(words), by_pinyin, by_homophones, wrong, missed)


def _finds(word: Word, way: str, index: Index) -> bool:
    candidates = rank(way, index)
    return bool(candidates) and candidates[0].article.id == f"word-{word.word}"


def main() -> None:
    """Measure one half of the words, or both."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.readings", description=__doc__)
    options.add_argument("--half", choices=HALVES, help="only this half")
    given = options.parse_args()
    for half in (given.half,) if given.half else HALVES:
        for level in ours.present((ours.NONE, ours.SEMANTIC)):
            found = measure(read_words(half), level)
            print(
                f"{half}, {ours.LEVELS[level]}: of {found.words} words {found.by_pinyin} found by pinyin, "
                f"{found.by_homophones} by homophones, {found.wrong} written from another reading"
            )
            print(*(f"  not found: {one}" for one in found.missed), sep="\n")


if __name__ == "__main__":
    main()
