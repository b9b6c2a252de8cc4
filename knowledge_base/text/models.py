"""Names of models (L3255, 136nw): recognised however they are spaced, and kept from correction; pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_MODEL = re.compile(r"(?<![0-9a-z.])(?:[a-z]{1,4}\d{2,}[a-z]{0,4}|\d{2,}[a-z]{1,4})(?![0-9a-z.])")
_SPACED = re.compile(r"(?<![0-9a-z.])(?:[a-z] \d{3,}[a-z]{0,4}|\d{3,} [a-z]{1,2})(?![0-9a-z.])")
_TOKENS = re.compile(r"(?<![0-9a-z.])([0-9a-z]+) (?=([0-9a-z]+)(?![0-9a-z.]))")
_NUMBER = re.compile(r"(?<![0-9a-z.])\d{3,}(?![0-9a-z.])")
_DIGITS = re.compile(r"\d+")
_LETTERS = 4  # of a model, before or after its digits
_SHORT = 2  # letters before digits are a model, known or not: da3010


def learn_models(texts: Iterable[str]) -> dict[str, str]:
    """Return the models in these normalised texts, and each number that can only mean one of them, with the model."""
    models: set[str] = set()
    spaced: set[str] = set()
    numbers: set[str] = set()
    for text in texts:
        models.update(_MODEL.findall(text))
        spaced.update(_SPACED.findall(text))
        numbers.update(_NUMBER.findall(text))
    models |= {one.replace(" ", "") for one in spaced}
    of_number: dict[str, list[str]] = defaultdict(list)
    for model in models:
        for number in _DIGITS.findall(model):
            of_number[number].append(model)
    meant = {number: found[0] for number, found in of_number.items() if len(found) == 1 and _NUMBER.fullmatch(number)}
    return {number: model for number, model in meant.items() if number not in numbers} | {one: one for one in models}


def spell_models(plain: str, models: Mapping[str, str]) -> str:
    """Return a normalised text with its models written in one, and a number that means one of them as the model."""
    if not models or not _DIGITS.search(plain):
        return plain
    joined = _TOKENS.sub(lambda found: found[1] if found[1] + found[2] in models else found[0], plain)
    return _NUMBER.sub(lambda found: models.get(found[0], found[0]), joined)


def outside_models(plain: str, start: int, end: int, models: Mapping[str, str]) -> tuple[int, int]:
    """Return where letters begin and end of which none belongs to a model; the same place twice if all do."""
    number = re.search(r"[a-z]*\d+$", plain[:start])
    if number:
        taken = _longest(number[0], plain[start : min(end, start + _LETTERS)], models)
        start = start + taken if taken or end - start >= _SHORT else end
    number = re.match(r"\d+[a-z]{0,4}", plain[end:])
    if number and start < end:
        before = plain[max(start, end - _LETTERS) : end]
        known = [at for at in range(len(before)) if _is_model(before[at:] + number[0], models)]
        end = end - len(before) + known[0] if known else start if end - start <= _SHORT else end
    return start, end


def _longest(number: str, letters: str, models: Mapping[str, str]) -> int:
    """How many letters after a number belong to its model."""
    numbers = (number, number.lstrip("abcdefghijklmnopqrstuvwxyz"))
    fitting = (size for size in range(len(letters), 0, -1) if any(one + letters[:size] in models for one in numbers))
    return next(fitting, 0)


def _is_model(text: str, models: Mapping[str, str]) -> bool:
    """Whether a model begins a text that may go on with letters."""
    digits = re.match(r"[a-z]*\d+", text)
    return digits is not None and any(text[:end] in models for end in range(digits.end(), len(text) + 1))
