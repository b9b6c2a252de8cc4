"""argon2id, salted, and tolerant of a damaged hash."""

from __future__ import annotations

import pytest

from bot.auth import passwords
from bot.auth.passwords import dummy_hash, hash_password, is_password

HASHER = passwords._HASHER  # taken while tests are collected, before they get a cheaper one


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", HASHER)


def test_a_password_opens_its_own_hash_and_no_other() -> None:
    one, two = hash_password("正确的密码 123"), hash_password("正确的密码 123")
    assert one != two
    assert one.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    assert is_password(one, "正确的密码 123")
    assert not is_password(one, "正确的密码 124")
    assert not is_password(one, "")


def test_what_is_no_hash_opens_to_nothing() -> None:
    assert not is_password("-", "x")
    assert not is_password("", "")


def test_nobody_has_one_hash_that_is_made_once() -> None:
    assert dummy_hash() is dummy_hash()
    assert not is_password(dummy_hash(), "guess")
