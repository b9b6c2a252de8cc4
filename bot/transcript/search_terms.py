"""Keyed terms that stand for the characters, pairs of characters and numbers of a text in the search; pure.

Whoever has the database and no key learns from them how many terms tickets share, and nothing of what they say. Values
that are starred everywhere (`mask_values`) give no terms but those of what is left of them; telephone numbers and
e-mail addresses have one as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from escalation.customers.personal_data import mask_values, whole_values
from escalation.normalise import all_digits, normal_phone
from knowledge_base.text.scripts import to_simplified

BYTES = 5  # of a term: a million different ones rarely meet
_KNOWN = 50_000  # terms that are remembered: most of what people write is said often
_RUN = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_VALUE = re.compile(r"\d|[@＠]")  # without any there is neither number nor address
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ()-]{4,24}[0-9]")


def plain(text: str) -> str:
    """Return a text without differences of width, case and spacing."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


@dataclass(frozen=True, slots=True)
class WantedWord:
    """How a word is looked for: any of `ways`, each a set of terms that must all be there.

    `is_sure`: what has the terms of a way has the word; otherwise the text has to be read to know.
    """

    word: str
    ways: tuple[frozenset[int], ...]
    is_sure: bool


class TermMaker:
    """Makes terms with a key; the latest are remembered."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:64]
        self._known: dict[str, int] = {}

    def of_texts(self, texts: Iterable[str]) -> set[int]:
        """Return the terms of all of these texts."""
        grams: set[str] = set()
        for text in texts:
            grams.update(_grams(text))
        return {self._term(gram) for gram in grams}

    def wanted(self, word: str) -> WantedWord:
        """Return how a word, as `plain` returns it, is looked for."""
        spellings = dict.fromkeys((word, to_simplified(word)))
        ways = [frozenset(self._term(gram) for gram in _fewest_grams_of(each)) for each in spellings]
        if _PHONE.fullmatch(word):
            ways.append(frozenset({self._term(f"number {all_digits(normal_phone(word))}")}))
        if "@" in word:
            ways.append(frozenset({self._term(f"mail {word}")}))
        is_sure = len(ways) == len(spellings) and len(word) <= 2 and bool(_RUN.fullmatch(word))
        return WantedWord(word, tuple(way for way in ways if way), is_sure)

    def _term(self, gram: str) -> int:
        found = self._known.get(gram)
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            digest = blake2b(gram.encode("utf-8", "replace"), key=self._key, digest_size=BYTES).digest()
            found = self._known[gram] = int.from_bytes(digest, "big")
        return found


def _grams(text: str) -> Iterator[str]:
    if has_values := _VALUE.search(text):
        for kind, value in whole_values(text):
            yield f"{'number' if kind == 'phone' else 'mail'} {value}"
    masked = plain(mask_values(text))
    if has_values:
        yield from (f"number {all_digits(normal_phone(each))}" for each in _NUMBER.findall(masked))
    yield from _grams_of(masked)
    simplified = to_simplified(masked)
    if simplified != masked:
        yield from _grams_of(simplified)


def _grams_of(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match[0]
        yield from run
        yield from map("".join, pairwise(run))


def _fewest_grams_of(text: str) -> Iterator[str]:
    """Those that say as much as all: where a pair of characters stands, each of them does."""
    for match in _RUN.finditer(text):
        run = match[0]
        yield from map("".join, pairwise(run)) if len(run) > 1 else run


def packed(terms: frozenset[int] | set[int]) -> bytes:
    """Return terms as bytes, rising."""
    return b"".join(term.to_bytes(BYTES, "big") for term in sorted(terms))


def unpacked(content: bytes) -> set[int]:
    """Return the terms of such bytes."""
    return {int.from_bytes(content[at : at + BYTES], "big") for at in range(0, len(content), BYTES)}


@lru_cache(8)
def maker_of(key: bytes) -> TermMaker:
    """Return the maker of terms with this key."""
    return TermMaker(key)
