"""Which passwords people may choose: long ones that nobody tries first; what they are made of is their own matter."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Literal

from bot.messages import BotRefusal

SHORTEST = 10  # characters
LONGEST = 256
DISTINCT = 4  # fewer different characters are a repetition

PasswordFault = Literal["short", "long", "different", "trivial", "name"]

_ROWS = ("0123456789" * 3, "abcdefghijklmnopqrstuvwxyz" * 2, "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
# What is left of the most tried ones once digits and signs are taken off their ends.
_COMMON = frozenset(
    (
        *(
            "password",
            "passw0rd",
            "p@ssword",
            "p@ssw0rd",
            "pass",
            "administrator",
            "admin",
            "root",
            "welcome",
            "secret",
        ),
        *(
            "secret",
            "letmein",
            "iloveyou",
            "woaini",
            "woaini1314",
            "changeme",
            "default",
            "guest",
            "test",
            "testtest",
            "user",
        ),
        *("login", "jiedai", "kefu", "mima", "abc", "abcd", "abcdef", "qwer", "qwerty", "asdf", "asdfgh", "zxcvbn"),
        *("football", "monkey", "dragon", "sunshine", "princess", "company", "china", "shanghai", "beijing"),
    )
)


class PasswordRefused(BotRefusal):
    """A password cannot be chosen; `fault` says why."""

    def __init__(self, fault: PasswordFault) -> None:
        super().__init__(f"The password is refused: {fault}.")
        self.fault = fault


def demand_good(password: str, again: str, names: Collection[str]) -> None:
    """Raise PasswordRefused for a password that is not typed alike twice, too short or long, or among the first tried.

    `names`: the person's sign-in name and whatever else everybody knows.
    """
    if password != again:
        raise PasswordRefused("different")
    if len(password) < SHORTEST:
        raise PasswordRefused("short")
    if len(password) > LONGEST:
        raise PasswordRefused("long")
    plain = unicodedata.normalize("NFKC", password).casefold()
    core = plain.strip("0123456789 !@#$%^&*()-_=+.,;:?/~`'\"")
    if core and any(core == name.casefold() or core == name.casefold() * 2 for name in names):
        raise PasswordRefused("name")
    if len(set(plain)) < DISTINCT or core in _COMMON or any(_is_row(plain, row) for row in _ROWS):
        raise PasswordRefused("trivial")


def _is_row(text: str, row: str) -> bool:
    return text in row or text in row[::-1]
